"""The balance gate: what a design should show before anybody looks at an outcome, check by check."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

import pandas as pd

from analysis.cohort.selection import StudyCohort
from analysis.design.balance import CovariateBalance
from analysis.design.design import Design
from analysis.design.propensity import PropensityModel
from analysis.phrases import join_phrases, phrase, uncapitalised
from analysis.settings import GateSettings

Verdict = Literal["pass", "attention"]
Relation = Literal["at most", "at least"]

ROUNDING = 1e-12
"""Values closer than this are the same but for rounding: the first of them in the table is named."""

OF_COUNTS = ("kept", "effective size", "events")
"""Checks whose value is a number of patients, or gives one away."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GateCheck:
    """One check of a design.

    Attributes
    ----------
    name : str
        ``smd``, ``variance ratio``, ``overlap``, ``kept``, ``effective size``, ``weight share`` or ``events``.
    what : str
        What was looked at, in words.
    value : float or None
        What was found; None where it cannot be computed.
    relation : {"at most", "at least"}
        How the value should stand to the threshold.
    threshold : float
        As the study sets it.
    verdict : {"pass", "attention"}
        Attention also where there is no value.
    where : str or None
        The term, the arm or the endpoint of the value.
    reason : str
        Why it matters.
    """

    name: str
    what: str
    value: float | None
    relation: Relation
    threshold: float
    verdict: Verdict
    where: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BalanceGate:
    """Every check of a design that the study asks for."""

    checks: tuple[GateCheck, ...]

    @property
    def attention(self) -> tuple[GateCheck, ...]:
        """The checks that ask for attention."""
        return tuple(check for check in self.checks if check.verdict == "attention")

    def to_table(self) -> pd.DataFrame:
        """One row a check, with full precision."""
        names = ("name", "what", "where", "value", "relation", "threshold", "verdict", "reason")
        return pd.DataFrame([{name: getattr(check, name) for name in names} for check in self.checks], columns=names)


def balance_gate(
    patients: StudyCohort,
    propensity: PropensityModel,
    design: Design,
    balance: CovariateBalance,
    settings: GateSettings,
) -> BalanceGate:
    """Hold a design against the study's thresholds.

    Parameters
    ----------
    patients, propensity, design, balance
        The results of the stages of one run, none of which knows an effect.
    settings : GateSettings
        The thresholds; a check whose threshold is None is not made.

    Returns
    -------
    BalanceGate
        Events are counted over both arms together, which tells how much the study can say and nothing of the effect.

    Notes
    -----
    |SMD| 0.1: Austin 2009, doi:10.1002/sim.3697. Variance ratios from 1/2 to 2: Rubin 2001,
    doi:10.1023/A:1020363010465. Half of each arm in equipoise: Walker 2013, doi:10.2147/CER.S40357. The variance of a
    log hazard ratio is about 4 over the events: Schoenfeld 1983, doi:10.2307/2531021.
    """
    return BalanceGate(checks=tuple(_checks(patients, propensity, design, balance, settings)))


def gate_sentence(gate: BalanceGate) -> str:
    """How many checks pass, and what asks for attention, in a sentence.

    Parameters
    ----------
    gate : BalanceGate
        Of one design.
    """
    if not gate.checks:
        return phrase("No check of the design was asked for.")
    n = len(gate.checks)
    if not gate.attention:
        return phrase("The design passes the 1 check.") if n == 1 else phrase("The design passes all {n} checks.", n=n)
    words = join_phrases(map(check_words, gate.attention), "; ")
    if n == 1:
        return phrase("The design passes 0 of 1 check. For attention: {checks}.", checks=words)
    return phrase(
        "The design passes {n_passed} of {n} checks. For attention: {checks}.",
        n_passed=n - len(gate.attention),
        n=n,
        checks=words,
    )


def check_words(check: GateCheck) -> str:
    """A check and what it found, such as ``largest |SMD| 0.21 (age; at most 0.1)``."""
    what, value, limit = uncapitalised(check.what), check_value(check), should_be(check)
    if check.where:
        return phrase("{what} {value} ({where}; {limit})", what=what, value=value, where=check.where, limit=limit)
    return phrase("{what} {value} ({limit})", what=what, value=value, limit=limit)


def check_value(check: GateCheck) -> str:
    """The value as it is printed; a dash where there is none."""
    return "–" if check.value is None else check_number(check, check.value)


def check_number(check: GateCheck, number: float) -> str:
    """A number of this check as it is printed: shares in percent, counts whole, the rest to two digits."""
    if check.name in ("overlap", "kept", "weight share"):
        return f"{100 * number:.3g}%"
    if check.name == "events":
        return f"{number:,.0f}" if float(number).is_integer() else f"{number:g}"
    if check.name == "effective size":
        return f"{number:,.1f}".removesuffix(".0")
    return f"{number:.3f}".rstrip("0").rstrip(".") if check.name == "smd" else f"{number:.3g}"


def should_be(check: GateCheck) -> str:
    """How the value should stand to the threshold, such as ``at most 0.1``."""
    number = check_number(check, check.threshold)
    if check.relation == "at most":
        return phrase("at most {threshold}", threshold=number)
    return phrase("at least {threshold}", threshold=number)


def _checks(
    patients: StudyCohort,
    propensity: PropensityModel,
    design: Design,
    balance: CovariateBalance,
    settings: GateSettings,
) -> Iterator[GateCheck]:
    labels = (patients.treated_label, patients.control_label)
    if settings.largest_smd is not None:
        yield _largest_smd(balance, settings.largest_smd)
    if settings.largest_variance_ratio is not None and "continuous" in balance.kind:
        yield _variance_ratio(balance, settings.largest_variance_ratio)
    if settings.least_overlap is not None:
        yield _overlap(propensity, labels, settings.least_overlap)
    if settings.least_kept is not None:
        yield _kept(patients, design, settings.least_kept)
    if settings.least_effective_size is not None:
        yield _effective_size(design, labels, settings.least_effective_size)
    if settings.largest_weight_share is not None:
        yield _weight_share(patients, design, labels, settings.largest_weight_share)
    if settings.least_events is not None:
        yield from _events(patients, design, settings.least_events)


def _largest_smd(balance: CovariateBalance, threshold: float) -> GateCheck:
    found = [(abs(smd), term) for smd, term in zip(balance.smd_after, balance.terms, strict=True) if smd is not None]
    value, where = _largest(found)
    return _check(
        "smd",
        phrase("Largest |SMD|"),
        value,
        "at most",
        threshold,
        where,
        phrase(
            "A difference left in a covariate can stand behind a difference in the outcome. Of "
            "so few patients chance alone would leave up to {chance_smd_after:.2f} in one term, "
            "95 times in 100.",
            chance_smd_after=balance.chance_smd_after,
        ),
    )


def _variance_ratio(balance: CovariateBalance, threshold: float) -> GateCheck:
    pairs = zip(balance.variance_ratio_after, balance.terms, strict=True)
    found = [(math.inf if ratio <= 0 else max(ratio, 1 / ratio), term) for ratio, term in pairs if ratio is not None]
    value, where = _largest(found)
    return _check(
        "variance ratio",
        phrase("Most unequal variances, ratio"),
        value if value != math.inf else None,
        "at most",
        threshold,
        where,
        phrase("Arms may agree in their mean and differ in their spread; a ratio below 1 counts by its inverse."),
    )


def _overlap(propensity: PropensityModel, labels: tuple[str, str], threshold: float) -> GateCheck:
    shares = (propensity.equipoise_share_treated, propensity.equipoise_share_control)
    value, where = min(zip(shares, labels, strict=True))
    return _check(
        "overlap",
        phrase("Patients in equipoise"),
        float(value),
        "at least",
        threshold,
        where,
        phrase(
            "Preference scores from 0.3 to 0.7, in the arm that has fewer: where few patients "
            "might have been given either treatment, the comparison rests on few of them."
        ),
    )


def _kept(patients: StudyCohort, design: Design, threshold: float) -> GateCheck:
    whom = {"ATT": patients.treated, "ATC": ~patients.treated}.get(design.estimand)
    where = {"ATT": patients.treated_label, "ATC": patients.control_label}.get(design.estimand, phrase("both arms"))
    kept = design.weights > 0
    value = float(kept.mean() if whom is None else kept[whom].mean())
    return _check(
        "kept",
        phrase("Patients kept of those the effect refers to"),
        value,
        "at least",
        threshold,
        where,
        phrase("Where many are left out, the effect is that of the patients compared and no longer of all of them."),
    )


def _effective_size(design: Design, labels: tuple[str, str], threshold: float) -> GateCheck:
    sizes = (design.effective_sample_size_treated, design.effective_sample_size_control)
    value, where = min(zip(sizes, labels, strict=True))
    return _check(
        "effective size",
        phrase("Patients of equal weight"),
        float(value),
        "at least",
        threshold,
        where,
        phrase("In the arm that has fewer: intervals and tests are those of large samples."),
    )


def _weight_share(patients: StudyCohort, design: Design, labels: tuple[str, str], threshold: float) -> GateCheck:
    arms = (design.weights[patients.treated], design.weights[~patients.treated])
    shares = [float(arm.max() / arm.sum()) if arm.sum() > 0 else 1.0 for arm in arms]
    value, where = _largest(sorted(zip(shares, labels, strict=True), key=itemgetter(1), reverse=True))
    return _check(
        "weight share",
        phrase("Largest part of an arm that one patient carries"),
        value,
        "at most",
        threshold,
        where,
        phrase("A finding should not hang on one patient."),
    )


def _events(patients: StudyCohort, design: Design, threshold: float) -> Iterator[GateCheck]:
    kept = design.weights > 0
    factor = math.exp(2 * 1.959964 / math.sqrt(threshold))
    survival = phrase(
        "Both arms together, which tells nothing of the effect. With {threshold:g} events "
        "the 95% interval of a hazard ratio reaches from the ratio over {factor:.2g} to the "
        "ratio times {factor:.2g}.",
        threshold=threshold,
        factor=factor,
    )
    for endpoint in patients.endpoints:
        n_events = int((endpoint.event & endpoint.known & kept).sum())
        yield _check("events", phrase("Events"), float(n_events), "at least", threshold, endpoint.name, survival)
    for response in patients.responses:
        counted = response.objective_response[response.known & kept]
        rarer = int(min(counted.sum(), counted.size - counted.sum()))
        yield _check(
            "events",
            phrase("Responders or others, the fewer"),
            float(rarer),
            "at least",
            threshold,
            response.name,
            phrase(
                "Both arms together, which tells nothing of the effect. The rarer of the two says "
                "how exactly rates can be told apart."
            ),
        )


def _largest(found: Iterable[tuple[float, str]]) -> tuple[float | None, str | None]:
    """The largest value, and the first whose value it is but for rounding."""
    pairs = list(found)
    largest = max((value for value, _ in pairs), default=None)
    if largest is None:
        return None, None
    return largest, next(
        name for value, name in pairs if math.isclose(value, largest, rel_tol=ROUNDING, abs_tol=ROUNDING)
    )


def _check(
    name: str, what: str, value: float | None, relation: Relation, threshold: float, where: str | None, reason: str
) -> GateCheck:
    holds = value is not None and (value <= threshold if relation == "at most" else value >= threshold)
    return GateCheck(
        name=name, what=what, value=value, relation=relation, threshold=threshold,
        verdict="pass" if holds else "attention", where=where, reason=reason,
    )  # fmt: skip
