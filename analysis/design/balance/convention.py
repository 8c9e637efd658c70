"""How a difference of means becomes a standardised one, and which software does it that way."""

from dataclasses import dataclass
from math import sqrt

from analysis.design.arms import arm_name
from analysis.phrases import phrase
from analysis.settings import BalanceSettings

USUAL = BalanceSettings()
"""Pooled standard deviation of the full sample, kept after matching; shares standardised like means."""

_COBALT = "https://cran.r-project.org/web/packages/cobalt/vignettes/faq.html"
_MATCHIT = "https://search.r-project.org/CRAN/refmans/MatchIt/html/summary.matchit.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """The way one piece of software standardises differences.

    Attributes
    ----------
    name : str
        The software, and what is called in it.
    settings : BalanceSettings
        The settings that give its number here.
    differs : str
        What still differs from its number; empty where nothing does.
    source : str
        Where this is documented.
    """

    name: str
    settings: BalanceSettings
    differs: str
    source: str


CONVENTIONS: tuple[Convention, ...] = (
    Convention(
        name=phrase("R cobalt, bal.tab for the ATE"),
        settings=BalanceSettings(binary="raw"),
        differs="",
        source=_COBALT,
    ),
    Convention(
        name=phrase('R cobalt, bal.tab for the ATE with binary = "std"'),
        settings=USUAL,
        differs="",
        source=_COBALT,
    ),
    Convention(
        name=phrase("R cobalt, bal.tab for the ATT"),
        settings=BalanceSettings(denominator="treated", binary="raw"),
        differs="",
        source=_COBALT,
    ),
    Convention(
        name=phrase('R cobalt, bal.tab for the ATT with binary = "std"'),
        settings=BalanceSettings(denominator="treated"),
        differs="",
        source=_COBALT,
    ),
    Convention(
        name=phrase("R MatchIt, summary for the ATT"),
        settings=BalanceSettings(denominator="treated"),
        differs="",
        source=_MATCHIT,
    ),
    Convention(
        name=phrase("R MatchIt, summary for the ATC"),
        settings=BalanceSettings(denominator="control"),
        differs="",
        source=_MATCHIT,
    ),
    Convention(
        name=phrase("R MatchIt, summary for the ATE"),
        settings=USUAL,
        differs="",
        source=_MATCHIT,
    ),
    Convention(
        name=phrase("R smd, smd"),
        settings=USUAL,
        differs=phrase("A category of three levels or more is one number there."),
        source="https://search.r-project.org/CRAN/refmans/smd/html/smd.html",
    ),
    Convention(
        name=phrase("R tableone, CreateTableOne and svyCreateTableOne"),
        settings=BalanceSettings(after="recomputed"),
        differs=phrase(
            "Sizes without a sign; a category of three levels or more is one number there, and "
            "variances under weights that differ are a little different."
        ),
        source=_COBALT,
    ),
    Convention(
        name=phrase("R PSweight, summary of SumStat"),
        settings=BalanceSettings(after="recomputed"),
        differs=phrase("Sizes without a sign."),
        source="https://search.r-project.org/CRAN/refmans/PSweight/html/summary.SumStat.html",
    ),
    Convention(
        name=phrase("R Matching, MatchBalance"),
        settings=BalanceSettings(denominator="treated", after="recomputed"),
        differs=phrase(
            "A hundred times as large; shares are divided by the n − 1 standard deviation of their zeros and ones."
        ),
        source="Help page balanceUV of R package Matching, and its output",
    ),
)
"""What some software does where nothing else is asked of it, or as said; software whose documentation is silent or at
odds with itself is not listed."""


def software_like(convention: BalanceSettings) -> tuple[Convention, ...]:
    """The software that standardises differences in this way.

    >>> [found.name for found in software_like(BalanceSettings(denominator="control"))]
    ['R MatchIt, summary for the ATC']
    """
    return tuple(found for found in CONVENTIONS if _rule(found.settings) == _rule(convention))


def _rule(convention: BalanceSettings) -> tuple[str, str, str]:
    return convention.denominator, convention.after, convention.binary


def describe_convention(convention: BalanceSettings) -> str:
    """What differences are divided by, as a phrase.

    >>> describe_convention(BalanceSettings())
    'pooled standard deviation of the full sample'
    >>> describe_convention(BalanceSettings(denominator="treated", binary="raw"))
    'standard deviation of the treated arm in the full sample; shares as differences of proportions'
    """
    divided_by = _divisor_in_words(convention)
    if convention.binary == "raw":
        return phrase("{divisor}; shares as differences of proportions", divisor=divided_by)
    return divided_by


def _divisor_in_words(convention: BalanceSettings) -> str:
    fixed = convention.after == "fixed"
    if convention.denominator == "pooled":
        if fixed:
            return phrase("pooled standard deviation of the full sample")
        return phrase("pooled standard deviation of the patients compared, weighted as they are")
    arm = arm_name(treated=convention.denominator == "treated")
    if fixed:
        return phrase("standard deviation of the {arm} arm in the full sample", arm=arm)
    return phrase("standard deviation of the {arm} arm among the patients compared, weighted", arm=arm)


def divisor(treated: float | None, control: float | None, convention: BalanceSettings) -> float | None:
    """The standard deviation that a difference is divided by, from the arms' variances; None where there is none.

    >>> divisor(9.0, 16.0, BalanceSettings(denominator="control"))
    4.0
    """
    if convention.denominator == "pooled":
        return None if treated is None or control is None or treated + control <= 0 else sqrt((treated + control) / 2)
    variance = treated if convention.denominator == "treated" else control
    return None if variance is None or variance <= 0 else sqrt(variance)
