"""What a butterfly plot of adverse events shows, before anything is drawn: a row a term, a wing an arm."""

from dataclasses import dataclass

from analysis.outcomes.safety import EventComparison, SafetyComparison
from analysis.phrases import join_phrases, phrase
from charts.lettering import clean_label
from charts.style import Arm, format_count, format_interval, format_p, format_percent, format_points

SEVERE_WORDS = phrase("Grade 3 or worse")
ANY_WORDS = phrase("Any grade")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wing:
    """One arm's share of patients with the event, of any grade and of grade 3 or worse, in percent."""

    arm: Arm
    any_grade: float
    severe: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One term: both wings, and how the arms differ in any grade."""

    term: str
    treated: Wing
    control: Wing
    difference: str
    overall: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventsContent:
    """Rows from top to bottom, names of the arms with their sizes, and where each wing's axis ends in percent."""

    rows: tuple[EventRow, ...]
    titles: dict[Arm, str]
    end: float
    method: str


def events_content(found: SafetyComparison, *, treated_label: str, control_label: str) -> EventsContent:
    """Gather the rows in the order of the comparison, any event first."""
    titles: dict[Arm, str] = {
        "treated": f"{clean_label(treated_label)} (n = {format_count(found.n_treated)})",
        "control": f"{clean_label(control_label)} (n = {format_count(found.n_control)})",
    }
    rows = tuple(
        _row(one, severe, overall=place == 0)
        for place, (one, severe) in enumerate(zip(found.any_grade, found.severe, strict=True))
    )
    highest = max((max(row.treated.any_grade, row.control.any_grade) for row in rows), default=100.0)
    return EventsContent(
        rows=rows,
        titles=titles,
        end=next((end for end in (20.0, 40.0, 60.0, 80.0) if highest <= end), 100.0),
        method=found.method,
    )


def _row(one: EventComparison, severe: EventComparison, *, overall: bool) -> EventRow:
    difference = one.risk_difference
    limits = format_interval(difference.ci_lower, difference.ci_upper, format_points)
    difference_words = phrase(
        "{difference} ({limits}), p {p}",
        difference=format_points(difference.estimate),
        limits=limits,
        p=format_p(one.p_value),
    )
    if one.adjusted_p_value is not None:
        difference_words += phrase(", adjusted {p}", p=format_p(one.adjusted_p_value))
    return EventRow(
        term=clean_label(one.term),
        treated=_wing("treated", one, severe),
        control=_wing("control", one, severe),
        difference=difference_words,
        overall=overall,
    )


def _wing(arm: Arm, one: EventComparison, severe: EventComparison) -> Wing:
    rate, worse = getattr(one, arm).rate, getattr(severe, arm).rate
    return Wing(
        arm=arm,
        any_grade=100 * rate.rate,
        severe=100 * worse.rate,
        words=phrase(
            "any grade {n} ({share}), grade ≥ 3 {n_severe} ({share_severe})",
            n=format_count(rate.count),
            share=format_percent(rate.rate),
            n_severe=format_count(worse.count),
            share_severe=format_percent(worse.rate),
        ),
    )


def describe_adverse_events(found: SafetyComparison, *, treated_label: str, control_label: str) -> str:
    """The figure in words, for readers who do not see it."""
    content = events_content(found, treated_label=treated_label, control_label=control_label)
    rows = join_phrases(
        [
            phrase(
                "{term}: {treated} {treated_words}, {control} {control_words}",
                term=row.term,
                treated=content.titles["treated"],
                treated_words=row.treated.words,
                control=content.titles["control"],
                control_words=row.control.words,
            )
            for row in content.rows
        ],
        "; ",
    )
    return phrase("Butterfly plot of adverse events by term. {rows}.", rows=rows)
