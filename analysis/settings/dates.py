"""The columns of dates from which endpoints are built."""

from pydantic import Field

from analysis.settings.part import SettingsPart
from analysis.settings.values import Day, Label


class DatesSettings(SettingsPart):
    """The columns of dates from which endpoints are built, and the data cut-off.

    ``index`` is time zero. A patient with a date of ``death`` died on it; where deaths are a column of labels instead,
    ``died`` names it, ``died_observed`` says which labels mean death, and the last contact is the date of death. With
    both, the last contact dates the deaths by label that have no date of their own.
    ``last_assessment`` is when tumours were last looked at; progression is censored then, or at the last contact
    where it is absent. What lies after ``cutoff`` has not been observed.
    """

    index: Label
    treatment_start: Label | None = None
    progression: Label | None = None
    death: Label | None = None
    died: Label | None = None
    died_observed: tuple[Label, ...] | None = Field(default=None, min_length=1)
    last_contact: Label | None = None
    last_assessment: Label | None = None
    response: Label | None = None
    cutoff: Day | None = None
