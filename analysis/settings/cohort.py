"""The cohort's file, and how it is read."""

from typing import Annotated, Literal

from pydantic import Field

from analysis.settings.part import SettingsPart
from analysis.settings.values import Count, Label, TimeUnit


class CohortSettings(SettingsPart):
    """Where the patients are: the file (relative to the study file), how it is read, and the unit of every time.

    ``file`` may be a folder of Parquet files, or a database, of which ``table`` names the table of patients.
    ``sheet``, ``header_row`` (counted from 1), ``encoding`` and ``date_order`` are found from the file where absent.
    """

    file: str | None = None
    table: Label | None = None
    id: Label | None = None
    time_unit: TimeUnit = "months"
    sheet: str | None = None
    header_row: Annotated[Count, Field(ge=1, le=1000)] | None = None
    encoding: str | None = None
    date_order: Literal["day_first", "month_first"] | None = None
