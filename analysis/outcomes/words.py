"""Words that sentences about outcomes share: the arms, what a variance is taken over, and what a weight makes of it."""

from typing import Literal

from analysis.phrases import phrase

TREATED, CONTROL = phrase("treated", "arm"), phrase("control", "arm")

WEIGHTED = phrase("weighted", "a method")

UNIT_NAMES: dict[Literal["patients", "clusters"], str] = {
    "patients": phrase("patients"),
    "clusters": phrase("clusters"),
}


def arm_name(treated: bool) -> str:
    """The arm in a word that stands before "arm".

    Examples
    --------
    >>> arm_name(True), arm_name(False)
    ('treated', 'control')
    """
    return TREATED if treated else CONTROL


def arm_names(*, treated: bool, control: bool) -> str:
    """One arm, or both, in words that stand before "arm"; at least one is meant.

    Examples
    --------
    >>> f"the {arm_names(treated=True, control=True)} arm"
    'the treated and the control arm'
    """
    return phrase("treated and the control", "arms") if treated and control else arm_name(treated)


def robust_variance(unit: Literal["patients", "clusters"]) -> str:
    """What a robust variance is taken over.

    Examples
    --------
    >>> robust_variance("clusters")
    'robust variance over clusters'
    """
    return phrase("robust variance over {unit}", unit=UNIT_NAMES[unit])


def jackknife_variance(unit: Literal["patients", "clusters"]) -> str:
    """What an infinitesimal-jackknife variance is taken over.

    Examples
    --------
    >>> jackknife_variance("patients")
    'infinitesimal-jackknife variance over patients'
    """
    return phrase("infinitesimal-jackknife variance over {unit}", unit=UNIT_NAMES[unit])


def weighted_word(weighted: bool) -> list[str]:
    """A part of a method's name: that it is weighted, or nothing.

    Examples
    --------
    >>> weighted_word(True), weighted_word(False)
    (['weighted'], [])
    """
    return [WEIGHTED] if weighted else []
