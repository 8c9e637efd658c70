"""What a swimmer plot shows, before anything is drawn: a lane for each patient, the treated arm above."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.study.responses_over_time import ResponsesOverTime
from charts.lettering import clean_label
from charts.style import Arm, format_count

MOST_LANES = 160
GAP_BETWEEN_ARMS = 2.0
MARK_WORDS = {
    "response": "Response first seen",
    "progression": "Progression on a scan",
    "death": "Death",
    "followed": "Last known alive",
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
    """Lanes from top to bottom, a title for each arm with the place of its first lane, and the end of the axis."""

    lanes: tuple[Lane, ...]
    titles: tuple[tuple[Arm, str, float], ...]
    depth: float
    end: float
    time_unit: str

    def marks(self, kind: str) -> tuple[tuple[float, float], ...]:
        """Time and place of every mark of a kind."""
        return tuple((time, lane.place) for lane in self.lanes for name, time in lane.marks if name == kind)


def swimmer_content(found: ResponsesOverTime, *, treated_label: str, control_label: str) -> SwimmerContent:
    """Order the lanes within each arm by how long the patient is known, the longest above."""
    courses = found.courses
    labels: dict[Arm, str] = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    lanes: list[Lane] = []
    titles = []
    place = 1.0
    arms: tuple[tuple[Arm, NDArray[np.bool_]], ...] = (("treated", courses.treated), ("control", ~courses.treated))
    for arm, rows in arms:
        chosen = np.flatnonzero(rows)
        order = chosen[np.lexsort((chosen, -courses.followed[chosen]))]
        n = order.size
        most = max(1, round(MOST_LANES * n / max(1, courses.row.size)))
        if n > most:  # evenly through the order of follow-up
            order = order[np.linspace(0, n - 1, most).astype(np.int64)]
        drawn = "" if order.size == n else f", {format_count(order.size)} of them drawn"
        titles.append((arm, f"{labels[arm]} (n = {format_count(n)}{drawn})", place))
        place += 1.4
        for row in order:
            lanes.append(_lane(found, int(row), arm, place))
            place += 1.0
        place += GAP_BETWEEN_ARMS
    return SwimmerContent(
        lanes=tuple(lanes),
        titles=tuple(titles),
        depth=place - GAP_BETWEEN_ARMS,
        end=1.03 * float(np.max(courses.followed, initial=1.0)),
        time_unit=found.time_unit,
    )


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
        }
    )


def describe_swimmer(found: ResponsesOverTime, *, treated_label: str, control_label: str) -> str:
    """The figure in words, for readers who do not see it."""
    content = swimmer_content(found, treated_label=treated_label, control_label=control_label)
    counts = [
        f"{title}: {sum(lane.arm == arm and lane.in_response is not None for lane in content.lanes):,} with a response"
        for arm, title, _ in content.titles
    ]
    return (
        f"Swimmer plot by {found.criterion}: a lane a patient, over {found.time_unit}, with stretches in response, "
        f"progression and death. {'; '.join(counts)}."
    )
