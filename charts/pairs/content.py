"""What the figure of matched sets shows, before anything is drawn: members on the score's axis, and lines between them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.matched_sets import MatchedSets
from analysis.phrases import join_phrases, phrase
from charts.lettering import clean_label
from charts.overlap.content import Scale
from charts.style import Arm, format_count, format_number

MOST_SETS = 400
MOST_MARKED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSet:
    """One set: its members' rows in the design, the links between them, and the distance of the least alike.

    ``links`` holds places in ``treated`` and ``control``; it is empty where members share a stratum without links.
    """

    number: int
    treated: tuple[int, ...]
    control: tuple[int, ...]
    links: tuple[tuple[int, int], ...]
    distance: float

    @property
    def members(self) -> tuple[tuple[Arm, tuple[int, ...]], tuple[Arm, tuple[int, ...]]]:
        """The rows of each arm."""
        return ("treated", self.treated), ("control", self.control)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairsContent:
    """The sets drawn, the least alike first, and what is said of them.

    Attributes
    ----------
    sets : tuple of DrawnSet
        At most 400.
    n_marked : int
        How many of the first are marked.
    score : (n,) float64
        Of all patients.
    range : tuple of float
        Where the axis of scores starts and ends: the same whichever sets are drawn.
    labels : dict
        Of the arms.
    word : {"pair", "set"}
        What is formed.
    n_sets : int
        Sets, drawn or not.
    """

    sets: tuple[DrawnSet, ...]
    n_marked: int
    score: NDArray[np.float64]
    range: tuple[float, float]
    labels: dict[Arm, str]
    word: str
    n_sets: int

    @property
    def sentence(self) -> str:
        """How many sets are drawn, and how far apart the least alike are."""
        pairs = self.word == "pair"
        if not self.sets:
            return phrase("No pair was formed.") if pairs else phrase("No set was formed.")
        n, distance = format_count(self.n_sets), format_number(self.sets[0].distance, ".3g")
        within = (
            phrase("largest distance within a pair {distance}", distance=distance)
            if pairs
            else phrase("largest distance within a set {distance}", distance=distance)
        )
        if len(self.sets) < self.n_sets:
            m = format_count(len(self.sets))
            drawn = (
                phrase("The {m} least alike of {n} pairs", m=m, n=n)
                if pairs
                else phrase("The {m} least alike of {n} sets", m=m, n=n)
            )
        elif self.n_sets == 1:
            drawn = phrase("{n} pair", n=n) if pairs else phrase("{n} set", n=n)
        else:
            drawn = phrase("{n} pairs", n=n) if pairs else phrase("{n} sets", n=n)
        return phrase("{drawn}; {within}.", drawn=drawn, within=within)

    @property
    def marked_entry(self) -> str:
        """What the strong lines are."""
        return phrase("The {n} least alike", n=self.n_marked) if self.n_marked > 1 else phrase("The least alike")


def pairs_content(
    sets: MatchedSets, score: ArrayLike, *, treated: ArrayLike, treated_label: str, control_label: str
) -> PairsContent:
    """Gather the sets by their distance, the least alike first."""
    scores = np.asarray(score, dtype=np.float64)
    found = (
        _linked_sets(sets) if sets.set_number.size else _shared_sets(sets, np.asarray(treated, dtype=np.bool_), scores)
    )
    ranked = sorted(found, key=lambda one: (-one.distance, one.number))
    low, high = (float(scores.min()), float(scores.max())) if scores.size else (0.0, 1.0)
    air = 0.02 * (high - low) or 0.5
    drawn = tuple(ranked[:MOST_SETS])
    pairs = all(len(one.treated) == len(one.control) == 1 for one in found)
    # Of sets that are all equally alike none stands out.
    apart = sum(one.distance > 0 for one in drawn)
    return PairsContent(
        sets=drawn,
        n_marked=min(MOST_MARKED, len(drawn) // 2, apart),
        score=scores,
        range=(low - air, high + air),
        labels={"treated": clean_label(treated_label), "control": clean_label(control_label)},
        word="pair" if pairs and found else "set",
        n_sets=sets.n_sets,
    )


def _linked_sets(sets: MatchedSets) -> list[DrawnSet]:
    """The sets as they were linked; a patient who serves in several sets stands in each."""
    order = np.argsort(sets.set_number, kind="stable")
    starts = np.flatnonzero(np.diff(sets.set_number[order], prepend=-1))
    found = []
    for links in np.split(order, starts[1:]):
        pairs = [(int(sets.treated_row[link]), int(sets.control_row[link])) for link in links]
        treated = tuple(dict.fromkeys(row for row, _ in pairs))
        control = tuple(dict.fromkeys(row for _, row in pairs))
        found.append(
            DrawnSet(
                number=int(sets.set_number[links[0]]),
                treated=treated,
                control=control,
                links=tuple((treated.index(one), control.index(other)) for one, other in pairs),
                distance=float(sets.link_distance[links].max()),
            )
        )
    return found


def _shared_sets(sets: MatchedSets, treated: NDArray[np.bool_], scores: NDArray[np.float64]) -> list[DrawnSet]:
    """Sets without links, such as strata; their distance is the range of their members' scores."""
    order = np.argsort(sets.subclass, kind="stable")
    order = order[sets.subclass[order] >= 0]
    if not order.size:
        return []
    starts = np.flatnonzero(np.diff(sets.subclass[order], prepend=-1))
    return [
        DrawnSet(
            number=int(sets.subclass[members[0]]),
            treated=tuple(int(row) for row in members[treated[members]]),
            control=tuple(int(row) for row in members[~treated[members]]),
            links=(),
            distance=float(np.ptp(scores[members])),
        )
        for members in np.split(order, starts[1:])
    ]


def set_lines(content: PairsContent, one: DrawnSet) -> tuple[list[float | None], list[float | None]]:
    """The lines of a set, treated at 1 and controls at 0, with None between them.

    Members without links meet halfway, at the mean of their scores.
    """
    x: list[float | None] = []
    y: list[float | None] = []
    if one.links:
        for here, there in one.links:
            x += [float(content.score[one.treated[here]]), float(content.score[one.control[there]]), None]
            y += [1.0, 0.0, None]
        return x, y
    members = [(row, 1.0) for row in one.treated] + [(row, 0.0) for row in one.control]
    middle = float(np.mean([content.score[row] for row, _ in members]))
    for row, level in members:
        x += [float(content.score[row]), middle, None]
        y += [level, 0.5, None]
    return x, y


def score_name(scale: Scale) -> str:
    """The axis of scores."""
    return phrase("Propensity score") if scale == "probability" else phrase("Logit of the propensity score")


def pairs_table(
    sets: MatchedSets, score: ArrayLike, *, treated: ArrayLike, treated_label: str, control_label: str
) -> pd.DataFrame:
    """The figure's numbers: one row for each member of each set drawn, the least alike sets first."""
    content = pairs_content(sets, score, treated=treated, treated_label=treated_label, control_label=control_label)
    rows = [
        (one.number, content.labels[arm], row, float(content.score[row]), one.distance)
        for one in content.sets
        for arm, members in one.members
        for row in members
    ]
    return pd.DataFrame(rows, columns=["set", "arm", "row", "score", "largest_distance"])


def describe_pairs(
    sets: MatchedSets, score: ArrayLike, *, treated: ArrayLike, treated_label: str, control_label: str
) -> str:
    """The figure in a sentence, for readers who do not see it: how many sets, and how far apart the least alike are."""
    content = pairs_content(sets, score, treated=treated, treated_label=treated_label, control_label=control_label)
    arms = phrase(
        "{treated} above, {control} below", treated=content.labels["treated"], control=content.labels["control"]
    )
    what = (
        phrase("Matched pairs as lines between the scores of their members, {arms}.", arms=arms)
        if content.word == "pair"
        else phrase("Matched sets as lines between the scores of their members, {arms}.", arms=arms)
    )
    return join_phrases((what, content.sentence))
