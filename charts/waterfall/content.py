"""What a waterfall plot shows, before anything is drawn: a bar for each patient, alone or beside the partner."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.phrases import join_phrases, phrase
from analysis.study.depth import PROGRESSION_FROM, RESPONSE_FROM, DepthOfResponse
from charts.lettering import breaking, clean_label, unbroken
from charts.number_style import MINUS, styled
from charts.style import Arm, format_count, format_percent

THRESHOLDS = (RESPONSE_FROM, PROGRESSION_FROM)
_HIGHEST = 100.0
_GAP_BETWEEN_SETS = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBar:
    """One patient's bar: its middle, how wide and long it is, and of which arm; ``cut`` where growth leaves the axis.

    ``width`` is 1 where patients weigh alike, else the patient's weight over the mean of the arm.
    """

    place: float
    width: float
    change: float
    arm: Arm
    category: str | None
    cut: bool

    @property
    def drawn(self) -> float:
        """The bar as long as the axis takes it; a patient without any change keeps a hairline."""
        return min(self.change, _HIGHEST) or 0.4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaterfallContent:
    """Bars from left to right, the sentences above them, and the ends of the axis in percent."""

    bars: tuple[ChangeBar, ...]
    sentences: tuple[str, ...]
    labels: dict[Arm, str]
    range: tuple[float, float]
    end: float
    paired: bool
    weighted: bool


def waterfall_content(
    found: DepthOfResponse, *, treated_label: str, control_label: str, pairs: bool = False
) -> WaterfallContent:
    """Order the bars: from growth to shrinkage, or set by set in the order of their treated patients."""
    labels: dict[Arm, str] = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    order, gaps = _paired(found) if pairs else (np.arange(found.row.size), np.zeros(found.row.size))
    widths = _widths(found)
    places = np.cumsum(widths[order] + gaps) - widths[order] / 2 - 0.5
    bars = tuple(
        ChangeBar(
            place=float(place),
            width=float(widths[row]),
            change=float(found.change[row]),
            arm="treated" if found.treated[row] else "control",
            category=found.category[row],
            cut=bool(found.change[row] > _HIGHEST),
        )
        for row, place in zip(order, places, strict=True)
    )
    highest = max([25.0, *(bar.drawn for bar in bars)])
    lowest = min([-35.0, *(bar.drawn for bar in bars)])
    return WaterfallContent(
        bars=bars,
        sentences=_sentences(found, labels),
        labels=labels,
        range=(max(-104.0, lowest - 6.0), highest + 8.0),
        end=bars[-1].place + bars[-1].width / 2 if bars else 0.5,
        paired=pairs,
        weighted=found.weighted,
    )


def _paired(found: DepthOfResponse) -> tuple[np.ndarray, np.ndarray]:
    """Members of a set side by side, treated first, with the gap before each; sets by the change of their first member."""
    inside = np.flatnonzero(found.subclass >= 0)
    first: dict[int, int] = {}
    for row in sorted(inside, key=lambda row: (not found.treated[row], row)):
        first.setdefault(int(found.subclass[row]), int(row))
    rank = {number: place for place, number in enumerate(sorted(first, key=lambda number: first[number]))}
    order = np.array(
        sorted(inside, key=lambda row: (rank[int(found.subclass[row])], not found.treated[row], row)), dtype=np.int64
    )
    sets = found.subclass[order]
    return order, np.where(np.diff(sets, prepend=sets[:1]) != 0, _GAP_BETWEEN_SETS, 0.0)


def _widths(found: DepthOfResponse) -> np.ndarray:
    """Weights over the mean of the arm, so that each arm takes as much room as it has patients."""
    widths = np.ones(found.row.size)
    if found.weighted:
        for arm in (found.treated, ~found.treated):
            if arm.any():
                widths[arm] = found.weights[arm] / found.weights[arm].mean()
    return widths


def _sentences(found: DepthOfResponse, labels: dict[Arm, str]) -> tuple[str, ...]:
    arms: tuple[tuple[Arm, np.ndarray, float | None, float | None, int], ...] = (
        ("treated", found.treated, found.share_treated, found.median_treated, found.n_unknown_treated),
        ("control", ~found.treated, found.share_control, found.median_control, found.n_unknown_control),
    )
    sentences = []
    for arm, rows, share, median, unknown in arms:
        n, shrank = int(rows.sum()), int((found.change[rows] <= RESPONSE_FROM).sum())
        who = unbroken(phrase("{n_shrank} of {n}", n_shrank=format_count(shrank), n=format_count(n)))
        if found.weighted and share is not None:
            weighted = unbroken(phrase("(weighted {share})", share=format_percent(share)))
            who = join_phrases((who, weighted))
        words = phrase("{arm}: {who} shrank by 30% or more", arm=labels[arm], who=who)
        if median is not None and found.weighted:
            words += phrase(", weighted median {change}", change=percent(median))
        elif median is not None:
            words += phrase(", median {change}", change=percent(median))
        sentences.append(words + (phrase("; no change known in {n}", n=format_count(unknown)) if unknown else ""))
    return tuple(sentences)


def percent(change: float) -> str:
    """A change in percent, its sign always shown.

    Examples
    --------
    >>> percent(-22.64), percent(8.0), percent(0.0)
    ('−22.6%', '+8.0%', '0.0%')
    """
    printed = f"{change:+.1f}"
    return styled((printed.lstrip("+-") if float(printed) == 0 else printed.replace("-", MINUS)) + "%")


def waterfall_table(found: DepthOfResponse, *, treated_label: str, control_label: str) -> pd.DataFrame:
    """The figure's numbers: one row a patient, the largest growth first, without ids."""
    return pd.DataFrame(
        {
            "arm": np.where(found.treated, clean_label(treated_label), clean_label(control_label)),
            "best_change_percent": found.change,
            "best_response": found.category,
            "set": pd.array([number if number >= 0 else None for number in found.subclass.tolist()], dtype="Int64"),
            "weight": found.weights,
        }
    )


def describe_waterfall(found: DepthOfResponse, *, treated_label: str, control_label: str, pairs: bool = False) -> str:
    """The figure in words, for readers who do not see it."""
    content = waterfall_content(found, treated_label=treated_label, control_label=control_label, pairs=pairs)
    what = phrase(
        "Waterfall plot of the best change of {endpoint}, one bar a patient{wide}, {order}.",
        endpoint=clean_label(found.endpoint),
        wide=phrase(", as wide as the patient's weight") if content.weighted else "",
        order=phrase("matched patients beside each other")
        if pairs
        else phrase("from the largest growth to the largest shrinkage"),
    )
    return breaking(join_phrases([what, *(phrase("{sentence}.", sentence=one) for one in content.sentences)]))
