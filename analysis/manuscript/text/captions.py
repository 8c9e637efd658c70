"""Captions of figures from the words of a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.values import TwoArms
from analysis.manuscript.text.figures import Figure
from analysis.manuscript.text.numbers import plain
from analysis.manuscript.text.section import Caption
from charts.style import format_count, format_level

ABBREVIATED: Final[Mapping[str, tuple[str, ...]]] = {
    "flow": (),
    "missing": (),
    "balance": ("SMD",),
    "overlap": (),
    "calibration": ("CI",),
    "left_out": (),
    "weights": (),
    "survival": ("CI", "HR", "NR"),
    "incidence": ("CI", "HR"),
    "response": ("CI", "CR", "NE", "PD", "PR", "SD"),
    "endpoints": ("CI", "HR"),
    "cox": ("CI", "HR"),
    "subgroups": ("CI", "HR"),
    "curve": ("CI",),
    "orders": (),
    "waterfall": ("CR", "NE", "PD", "PR", "SD"),
    "spider": (),
    "swimmer": (),
    "agreement": ("CI", "CR", "NE", "PD", "PR", "SD"),
    "adverse_events": ("CI",),
    "tipping": (),
    "centres": ("CI", "HR"),
}
"""What figures of each kind abbreviate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionWords:
    """The words of one language, with names of fields in braces.

    Attributes
    ----------
    figures : mapping of str to (str, str, str)
        By the kind of figure its title, what stands below it, and what one who cannot see it should know.
    populations : mapping of (str, str) to str
        By the design's kind and the population.
    numbers : str
        Patients of one population, with ``{treated}``, ``{control}``, ``{n_treated}`` and ``{n_control}``.
    both : str
        Patients before and after, with ``{before}`` and ``{after}``.
    at_risk, no_counts, imputed, effective : str
        What is said of curves with counts below them and without, of imputed sets, and of weighted patients.
    abbreviated : str
        With ``{list}``.
    pair, between : str
        An abbreviation with its meaning; what stands between two.
    joiner : str
        Between sentences.
    units : mapping of str to str
        Of time.
    """

    figures: Mapping[str, tuple[str, str, str]]
    populations: Mapping[tuple[str, str], str]
    numbers: str
    both: str
    at_risk: str
    no_counts: str
    imputed: str
    effective: str
    abbreviated: str
    pair: str
    between: str
    joiner: str
    units: Mapping[str, str]


def write_caption(facts: StudyFacts, figure: Figure, words: CaptionWords, abbreviations: Mapping[str, str]) -> Caption:
    """The caption of one figure.

    Parameters
    ----------
    facts : StudyFacts
    figure : Figure
    words : CaptionWords
    abbreviations : mapping of str to str
        Of the same language.

    Returns
    -------
    Caption
    """
    title, text, alt = words.figures[figure.kind]
    fields = {
        "treated": facts.cohort.treated,
        "control": facts.cohort.control,
        "endpoint": figure.endpoint,
        "when": words.populations[facts.design.kind, figure.population],
        "unit": words.units[facts.unit],
        "ci": format_level(facts.confidence.level),
        "threshold": plain(facts.balance.threshold) if facts.balance.threshold is not None else "",
    }
    told = [
        text.format(**fields),
        *_curve_sentences(facts, figure, words),
        _numbers(facts, figure, words),
        words.imputed.format(shown=facts.missing.shown, n=facts.missing.n_sets)
        if facts.missing.imputed and figure.population != "before" and figure.kind not in ("flow", "missing")
        else "",
        _abbreviated(figure, words, abbreviations),
    ]
    return Caption(
        title=title.format(**fields),
        text=words.joiner.join(sentence for sentence in told if sentence),
        alt=alt.format(**fields),
    )


def _curve_sentences(facts: StudyFacts, figure: Figure, words: CaptionWords) -> list[str]:
    if figure.kind not in ("survival", "incidence"):
        return []
    told = [words.at_risk if figure.counts else words.no_counts]
    if facts.design.effective is not None and figure.population == "after" and figure.counts:
        told.append(words.effective)
    return told


def _numbers(facts: StudyFacts, figure: Figure, words: CaptionWords) -> str:
    if figure.kind in ("flow", "missing"):
        return ""
    before = _of(facts, words, _size(facts, figure, "before"))
    after = _of(facts, words, _size(facts, figure, "after"))
    if figure.population == "compare":
        return words.both.format(before=before, after=after) if before and after else ""
    told = before if figure.population == "before" else after
    return f"{told[:1].upper()}{told[1:]}{_END[words.joiner]}" if told else ""


_END = {" ": ".", "": "。"}


def _size(facts: StudyFacts, figure: Figure, when: str) -> TwoArms:
    for endpoint in facts.survival:
        view = endpoint.before if when == "before" else endpoint.after
        if figure.kind == "survival" and endpoint.name == figure.endpoint and view is not None:
            return TwoArms(treated=view.treated.n, control=view.control.n)
    return facts.cohort.analysed if when == "before" else facts.design.compared


def _of(facts: StudyFacts, words: CaptionWords, size: TwoArms) -> str:
    if size.treated is None or size.control is None:
        return ""
    return words.numbers.format(
        treated=facts.cohort.treated,
        control=facts.cohort.control,
        n_treated=format_count(size.treated),
        n_control=format_count(size.control),
    )


def _abbreviated(figure: Figure, words: CaptionWords, abbreviations: Mapping[str, str]) -> str:
    used = ABBREVIATED[figure.kind]
    if not used:
        return ""
    pairs = [words.pair.format(short=short, meaning=abbreviations[short]) for short in used]
    return words.abbreviated.format(list=words.between.join(pairs))
