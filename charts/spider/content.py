"""What a spider plot shows, before anything is drawn: a line for each patient, and where progression was seen."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.phrases import join_phrases, phrase
from analysis.study.depth import PROGRESSION_FROM, RESPONSE_FROM, LesionCourses
from charts.lettering import clean_label
from charts.style import Arm, format_count, unit_name

THRESHOLDS = (RESPONSE_FROM, PROGRESSION_FROM)
MOST_LINES = 300
_HIGHEST = 100.0
Line = list[float | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpiderPanel:
    """One arm: all its lines one after the other, with None between patients, and the scans that show progression."""

    arm: Arm
    label: str
    n: int
    n_drawn: int
    time: Line
    change: Line
    progressed_time: tuple[float, ...]
    progressed_change: tuple[float, ...]

    @property
    def title(self) -> str:
        """Who is drawn."""
        n = format_count(self.n)
        if self.n_drawn == self.n:
            return phrase("{arm} (n = {n})", arm=self.label, n=n)
        return phrase("{arm} (n = {n}, {drawn} of them drawn)", arm=self.label, n=n, drawn=format_count(self.n_drawn))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpiderContent:
    """The two panels and the axes they share."""

    panels: tuple[SpiderPanel, SpiderPanel]
    range: tuple[float, float]
    end: float
    time_unit: str
    criterion: str

    @property
    def vertical(self) -> str:
        """The axis of changes."""
        if self.criterion == "mRECIST":
            return phrase("Change from baseline, % (viable sum)")
        return phrase("Change from baseline, % (sum of diameters)")


def spider_content(found: LesionCourses, *, treated_label: str, control_label: str) -> SpiderContent:
    """Lay the lines out arm by arm; growth beyond twice the baseline is drawn at the edge."""
    drawn = np.minimum(found.change, _HIGHEST)
    panels = (
        _panel(found, drawn, "treated", clean_label(treated_label), found.n_treated),
        _panel(found, drawn, "control", clean_label(control_label), found.n_control),
    )
    highest = float(drawn.max(initial=25.0))
    lowest = float(drawn.min(initial=-35.0))
    return SpiderContent(
        panels=panels,
        range=(max(-104.0, lowest - 6.0), highest + 6.0),
        end=1.03 * float(found.time.max(initial=1.0)),
        time_unit=unit_name(found.time_unit),
        criterion=found.criterion,
    )


def _panel(found: LesionCourses, drawn: np.ndarray, arm: Arm, label: str, n: int) -> SpiderPanel:
    rows = np.flatnonzero(found.treated == (arm == "treated"))
    patients = np.unique(found.row[rows])
    if patients.size > MOST_LINES:  # evenly through the file, so that no order of it is favoured
        patients = patients[np.linspace(0, patients.size - 1, MOST_LINES).astype(np.int64)]
        rows = rows[np.isin(found.row[rows], patients)]
    time: Line = []
    change: Line = []
    starts = np.flatnonzero(np.diff(found.row[rows], prepend=-1))
    for scans in np.split(rows, starts[1:]) if rows.size else ():
        time += [*found.time[scans].tolist(), None]
        change += [*drawn[scans].tolist(), None]
    progressed = rows[found.progressed[rows]]
    return SpiderPanel(
        arm=arm,
        label=label,
        n=n,
        n_drawn=int(patients.size),
        time=time,
        change=change,
        progressed_time=tuple(found.time[progressed].tolist()),
        progressed_change=tuple(drawn[progressed].tolist()),
    )


def spider_table(found: LesionCourses, *, treated_label: str, control_label: str) -> pd.DataFrame:
    """The figure's numbers: one row a scan; patients are numbered, without ids."""
    return pd.DataFrame(
        {
            "patient": np.unique(found.row, return_inverse=True)[1] + 1,
            "arm": np.where(found.treated, clean_label(treated_label), clean_label(control_label)),
            "time": found.time,
            "change_percent": found.change,
            "progression": found.progressed,
        }
    )


def describe_spider(found: LesionCourses, *, treated_label: str, control_label: str) -> str:
    """The figure in words, for readers who do not see it."""
    content = spider_content(found, treated_label=treated_label, control_label=control_label)
    panels = [
        phrase("{arm}, {n} scans with progression", arm=panel.title, n=format_count(len(panel.progressed_time)))
        for panel in content.panels
    ]
    return phrase(
        "Spider plot by {criterion}: change of the lesions' sum over {unit}, a line a patient. {panels}.",
        criterion=found.criterion,
        unit=unit_name(found.time_unit),
        panels=join_phrases(panels, "; "),
    )
