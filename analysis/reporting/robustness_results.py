"""The specification curve and the bootstrap of a study in its files: results, tables, figures and sentences."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.phrases import join_phrases, phrase
from analysis.reporting.suppression import is_small, suppress_sentence
from analysis.robustness.bootstrap import Bootstrap
from analysis.robustness.result import EstimateSpread, SpecificationCurve, summarise_curve
from charts.style import format_count, format_interval, format_level

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Json = dict[str, Any]

DRAWN = {
    "patients": phrase("patients, scored and matched or weighted anew"),
    "sets": phrase("matched sets as they are"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobustnessFindings:
    """What was asked for beside a run; either may be partial.

    Attributes
    ----------
    curve : SpecificationCurve or None
    bootstrap : Bootstrap or None
    """

    curve: SpecificationCurve | None = None
    bootstrap: Bootstrap | None = None

    @property
    def partial(self) -> bool:
        """Whether either was stopped before its end."""
        return not all(item is None or item.complete for item in (self.curve, self.bootstrap))


def robustness_document(found: RobustnessFindings | None, time_unit: str) -> Json:
    """Both as values for the results file; null where not asked for.

    Parameters
    ----------
    found : RobustnessFindings or None
    time_unit : str
        As in the study file.

    Returns
    -------
    dict
        ``specification_curve`` and ``bootstrap``. Each specification is a row of ``specifications.csv``, each replicate
        one of ``bootstrap.csv``.
    """
    curve = None if found is None else found.curve
    bootstrap = None if found is None else found.bootstrap
    return {
        "specification_curve": None if curve is None else _curve(curve, time_unit),
        "bootstrap": None if bootstrap is None else _bootstrap(bootstrap, time_unit),
    }


def _curve(curve: SpecificationCurve, time_unit: str) -> Json:
    # Figures are imported where there is a curve only: a run without one needs neither Plotly nor Matplotlib.
    from charts.specification_curve import curve_sentences

    summary, chosen = summarise_curve(curve), curve.chosen
    return {
        "measure": curve.measure,
        "outcome": curve.endpoint,
        "complete": curve.complete,
        "n_planned": summary.n_planned,
        "n_done": summary.n_done,
        "chosen": None
        if chosen is None
        else {key: getattr(chosen, key) for key in ("estimate", "ci_lower", "ci_upper", "p_value")},
        "n_same_sign": summary.n_same_sign,
        "share_same_sign": summary.share_same_sign,
        "spread": _spread(summary.spread),
        "random_order": _spread(summary.random_order),
        "failures": [{"reason": reason, "n": count} for reason, count in summary.failures],
        "in_words": list(curve_sentences(curve, time_unit, summary)),
    }


def _spread(spread: EstimateSpread | None) -> Json | None:
    keys = ("n", "n_below", "n_above", "share_below", "share_above", "lowest", "median", "highest")
    return None if spread is None else {key: getattr(spread, key) for key in keys}


def _bootstrap(bootstrap: Bootstrap, time_unit: str) -> Json:
    percentile, accelerated = bootstrap.percentile, bootstrap.accelerated
    return {
        "measure": bootstrap.measure,
        "outcome": bootstrap.endpoint,
        "draws": bootstrap.draws,
        "seed": bootstrap.seed,
        "complete": bootstrap.complete,
        "n_units": bootstrap.n_units,
        "n_planned": bootstrap.n_planned,
        "n_done": bootstrap.number.size,
        "n_failed": len(bootstrap.failed),
        "estimate": bootstrap.estimate,
        "standard_error": bootstrap.standard_error,
        "percentile": None if percentile is None else {"ci_lower": percentile.lower, "ci_upper": percentile.upper},
        "accelerated": None
        if accelerated is None
        else {
            "ci_lower": accelerated.lower,
            "ci_upper": accelerated.upper,
            "bias": accelerated.bias,
            "acceleration": accelerated.acceleration,
        },
        "notes": [{"code": note.code, "text": note.text} for note in bootstrap.notes],
        "in_words": list(bootstrap_sentences(bootstrap, time_unit)),
    }


def bootstrap_sentences(bootstrap: Bootstrap, time_unit: str) -> tuple[str, ...]:
    """What a bootstrap found, in sentences: what was drawn, and the limits of both kinds."""
    from charts.specification_curve import effect_words, format_effect, unit_words

    def form(value: float | None) -> str:
        return format_effect(bootstrap.measure, value, time_unit)

    unit = unit_words(bootstrap.measure, time_unit)
    level = format_level(bootstrap.confidence_level)
    n_done = bootstrap.number.size + len(bootstrap.failed)
    done = format_count(n_done)
    if n_done != bootstrap.n_planned:
        done = phrase("{n} of {total} planned", n=done, total=format_count(bootstrap.n_planned))
    sentences = [
        phrase(
            "{replicates} bootstrap replicates of {n} {units}; seed {seed}.",
            replicates=done,
            n=format_count(bootstrap.n_units),
            units=DRAWN[bootstrap.draws],
            seed=bootstrap.seed,
        ),
        phrase(
            "{effect} in the study: {estimate}.",
            effect=effect_words(bootstrap.measure, bootstrap.endpoint),
            estimate=join_phrases(filter(None, (form(bootstrap.estimate), unit))),
        ),
    ]
    for name, interval in ((phrase("percentiles"), bootstrap.percentile), ("BCa", bootstrap.accelerated)):
        if interval is not None:
            limits = format_interval(interval.lower, interval.upper, form)
            sentences.append(phrase("{level} by {method}: {limits}.", level=level, method=name, limits=limits))
    if not bootstrap.complete:
        sentences.insert(0, phrase("Partial: the bootstrap was stopped before its end."))
    return tuple(sentences)


def robustness_lines(found: RobustnessFindings | None, time_unit: str) -> tuple[str, ...]:
    """What both found, in sentences."""
    if found is None:
        return ()
    from charts.specification_curve import curve_sentences

    lines: tuple[str, ...] = ()
    if found.curve is not None:
        lines += curve_sentences(found.curve, time_unit)
    if found.bootstrap is not None:
        lines += bootstrap_sentences(found.bootstrap, time_unit)
    return lines


def robustness_tables(found: RobustnessFindings | None) -> dict[str, pd.DataFrame]:
    """Every specification and every replicate as rows, by the table's name."""
    tables: dict[str, pd.DataFrame] = {}
    if found is not None and found.curve is not None:
        from charts.specification_curve import specification_rows

        tables["specifications"] = specification_rows(found.curve)
    if found is not None and found.bootstrap is not None:
        tables["bootstrap"] = replicate_rows(found.bootstrap)
    return tables


def replicate_rows(bootstrap: Bootstrap) -> pd.DataFrame:
    """One row a replicate: its number from 1, its effect, or why it has none."""
    rows: list[tuple[Any, Any, Any]] = [
        (number + 1, value, None) for number, value in zip(bootstrap.number, bootstrap.value, strict=True)
    ]
    rows += [(number + 1, None, reason) for number, reason in bootstrap.failed]
    table = pd.DataFrame(sorted(rows, key=lambda row: row[0]), columns=["replicate", "estimate", "failure"])
    return table.astype({"replicate": "Int64", "estimate": "float64"})


def robustness_figures(found: RobustnessFindings | None, time_unit: str) -> Iterator[tuple[str, "Figure"]]:
    """The curve and the random orders for print, by the names of their files."""
    curve = None if found is None else found.curve
    summary = None if curve is None else summarise_curve(curve)
    if curve is None or summary is None or summary.spread is None:
        return
    from charts.specification_curve import order_publication, specification_publication

    yield "specification_curve", specification_publication(curve, time_unit=time_unit)
    if summary.random_order is not None:
        yield "random_orders", order_publication(curve, time_unit=time_unit)


def hidden_robustness(measure: str, endpoint: str, hidden: Collection[tuple[str, str, str]]) -> bool:
    """Whether a small count follows from these effects: a rate's differences tell counts, other ones the endpoint's."""
    return measure == "rate_difference" or (endpoint, "after", "survival") in hidden


def suppress_robustness(document: Json, hidden: Collection[tuple[str, str, str]], below: int) -> None:
    """Hide what would tell a small count of patients.

    Parameters
    ----------
    document : dict
        With ``specification_curve`` and ``bootstrap``; changed in place. Reasons of failures, which name counts, go.
    hidden : collection of (str, str, str)
        Endpoint, population and what of it is hidden elsewhere.
    below : int
        The limit.
    """
    for key in ("specification_curve", "bootstrap"):
        found = document.get(key)
        if found is not None and hidden_robustness(found["measure"], found["outcome"], hidden):
            document[key] = None
    if (curve := document.get("specification_curve")) is not None:
        curve["failures"] = None
        curve["in_words"] = [text for text in curve["in_words"] if " could not estimate an effect: " not in text]
    if (bootstrap := document.get("bootstrap")) is not None:
        bootstrap["notes"] = [note | {"text": suppress_sentence(note["text"], below)} for note in bootstrap["notes"]]
        if is_small(bootstrap["n_units"], below):
            bootstrap["n_units"], bootstrap["in_words"] = None, None
