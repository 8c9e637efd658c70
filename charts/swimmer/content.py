"""What a swimmer plot shows, before anything is drawn: a lane for each patient, the treated arm above."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.phrases import join_phrases, phrase
from analysis.study.responses_over_time import PatientCourses, ResponsesOverTime
from charts.legend import LegendEntry
from charts.lettering import clean_label
from charts.style import ARM_COLOUR, Arm, format_count, unit_name

MOST_LANES = 160
GAP_BETWEEN_ARMS = 2.0
GAP_BETWEEN_SETS = 0.6
MARK_WORDS = {
    "response": phrase("Response first seen"),
    "progression": phrase("Progression on a scan"),
    "death": phrase("Death"),
    "followed": phrase("Last known alive"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One patient: the lane's place from the top, its end, the stretch in response and the marks on it."""

    place: float
    arm: Arm
    end: float
    in_response: tuple[float, float] | None
    marks: tuple[tuple[str, float], ...]
    category: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SwimmerContent:
    """Lanes from top to bottom, what each arm is called, the place of its title, and the end of the axis.

    ``places`` holds the place above each arm's first lane; none where matched patients lie beside each other, and
    colours alone tell the arms apart.
    """

    lanes: tuple[Lane, ...]
    titles: tuple[tuple[Arm, str], ...]
    places: tuple[float, ...]
    depth: float
    end: float
    time_unit: str

    def marks(self, kind: str) -> tuple[tuple[float, float], ...]:
        """Time and place of every mark of a kind."""
        return tuple((time, lane.place) for lane in self.lanes for name, time in lane.marks if name == kind)


def swimmer_content(
    found: ResponsesOverTime, *, treated_label: str, control_label: str, pairs: bool = False
) -> SwimmerContent:
    """Order the lanes within each arm by how long the patient is known, the longest above, or set by set."""
    courses = found.courses
    labels: dict[Arm, str] = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    orders = _sets(courses) if pairs else _arms(courses)
    lanes: list[Lane] = []
    places = []
    place = 0.0
    for order in orders:
        place += 1.0
        if not pairs:
            places.append(place)
            place += 1.4
        for row in order:
            lanes.append(_lane(found, int(row), "treated" if courses.treated[row] else "control", place))
            place += 1.0
        place += GAP_BETWEEN_SETS - 1.0 if pairs else GAP_BETWEEN_ARMS - 1.0
    return SwimmerContent(
        lanes=tuple(lanes),
        titles=tuple((arm, _title(labels[arm], arm, courses, lanes, pairs)) for arm in labels),
        places=tuple(places),
        depth=max((lane.place for lane in lanes), default=0.0) + 1.0,
        end=1.03 * float(np.max(courses.followed, initial=1.0)),
        time_unit=unit_name(found.time_unit),
    )


def _arms(courses: PatientCourses) -> list[NDArray[np.int64]]:
    """The patients of each arm, the longest known first; evenly through that order where they are too many."""
    orders = []
    for rows in (courses.treated, ~courses.treated):
        chosen = np.flatnonzero(rows)
        order = chosen[np.lexsort((chosen, -courses.followed[chosen]))]
        most = max(1, round(MOST_LANES * order.size / max(1, courses.row.size)))
        orders.append(order if order.size <= most else order[np.linspace(0, order.size - 1, most).astype(np.int64)])
    return orders


def _sets(courses: PatientCourses) -> list[NDArray[np.int64]]:
    """The members of each matched set, treated first; the set whose first member is known longest first."""
    inside = np.flatnonzero(courses.subclass >= 0)
    order = inside[np.lexsort((inside, -courses.followed[inside], ~courses.treated[inside], courses.subclass[inside]))]
    sets = np.split(order, np.flatnonzero(np.diff(courses.subclass[order])) + 1) if order.size else []
    sets.sort(key=lambda members: -float(courses.followed[members[0]]))
    most = max(1, round(MOST_LANES * len(sets) / max(1, order.size)))
    return sets if len(sets) <= most else [sets[place] for place in np.linspace(0, len(sets) - 1, most).astype(int)]


def _title(label: str, arm: Arm, courses: PatientCourses, lanes: list[Lane], pairs: bool) -> str:
    rows = courses.treated == (arm == "treated")
    n = int((rows & (courses.subclass >= 0)).sum()) if pairs else int(rows.sum())
    drawn = sum(lane.arm == arm for lane in lanes)
    if drawn == n:
        return phrase("{arm} (n = {n})", arm=label, n=format_count(n))
    return phrase("{arm} (n = {n}, {drawn} of them drawn)", arm=label, n=format_count(n), drawn=format_count(drawn))


def _lane(found: ResponsesOverTime, row: int, arm: Arm, place: float) -> Lane:
    courses = found.courses
    end, response = float(courses.followed[row]), float(courses.response[row])
    given = (("response", response), ("progression", float(courses.progression[row])))
    marks = [(name, time) for name, time in given if not np.isnan(time)]
    marks.append(("death" if courses.died[row] else "followed", end))
    return Lane(
        place=place,
        arm=arm,
        end=end,
        in_response=None if np.isnan(response) else (response, float(courses.response_end[row])),
        marks=tuple(marks),
        category=courses.category[row],
    )


def arm_entries(content: SwimmerContent) -> list[LegendEntry]:
    """What tells the arms apart where their lanes have no titles."""
    if content.places:
        return []
    return [LegendEntry(words=title, colour=ARM_COLOUR[arm], kind="box", arm=arm) for arm, title in content.titles]


def swimmer_table(found: ResponsesOverTime, *, treated_label: str, control_label: str) -> pd.DataFrame:
    """The figure's numbers: one row a patient, without ids."""
    courses = found.courses
    return pd.DataFrame(
        {
            "arm": np.where(courses.treated, clean_label(treated_label), clean_label(control_label)),
            "best_response": courses.category,
            "response": courses.response,
            "response_end": courses.response_end,
            "progression": courses.progression,
            "followed": courses.followed,
            "died": courses.died,
            "set": pd.array([number if number >= 0 else None for number in courses.subclass.tolist()], dtype="Int64"),
        }
    )


def describe_swimmer(found: ResponsesOverTime, *, treated_label: str, control_label: str, pairs: bool = False) -> str:
    """The figure in words, for readers who do not see it."""
    content = swimmer_content(found, treated_label=treated_label, control_label=control_label, pairs=pairs)
    counts = [
        phrase(
            "{arm}: {n:,} with a response",
            arm=title,
            n=sum(lane.arm == arm and lane.in_response is not None for lane in content.lanes),
        )
        for arm, title in content.titles
    ]
    what = phrase(
        "Swimmer plot by {criterion}: a lane a patient{beside}, over {unit}, with stretches in response, progression and "
        "death.",
        criterion=found.criterion,
        beside=phrase(", matched patients beside each other") if pairs else "",
        unit=unit_name(found.time_unit),
    )
    return join_phrases((what, phrase("{sentence}.", sentence=join_phrases(counts, "; "))))
