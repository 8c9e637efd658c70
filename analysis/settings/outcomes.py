"""What is compared between the arms."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from analysis.settings.part import SettingsPart
from analysis.settings.values import Count, Label, Number, Positive, TimeUnit, column_alone


class SurvivalEndpoint(SettingsPart):
    """A time to an event: two columns, or the dates of the study.

    ``observed`` says which labels of the event column mean that it was observed, ``blank`` what its blank cells mean: not
    known, or no event (``censored``). ``unit`` is what the time column is
    written in, the cohort's time unit where absent. ``from_dates`` builds overall survival, progression-free survival
    or time to progression from the study's ``dates`` instead. ``competing`` names the labels of the event column for
    what can come first and keep the event from being seen, such as death before progression; for time to progression
    from dates it is ``death``. Such patients are censored for the hazard and counted on their own for the incidence.
    """

    name: Label
    time: Label | None = None
    event: Label | None = None
    observed: tuple[Label, ...] | None = Field(default=None, min_length=1)
    blank: Literal["unknown", "censored"] = "unknown"
    unit: TimeUnit | None = None
    from_dates: Literal["os", "pfs", "ttp"] | None = None
    competing: tuple[Label, ...] | None = Field(default=None, min_length=1)


class ResponseEndpoint(SettingsPart):
    """A best response: a column of CR, PR, SD, PD, NE, a 0/1 column of responders, or the study's scans by a criterion.

    ``change`` names the column of the best change of the lesions' sum in percent of baseline, negative for shrinkage;
    scans tell it themselves.
    """

    name: Label
    column: Label | None = None
    responder: Label | None = None
    scans: Literal["recist", "mrecist"] | None = None
    change: Label | None = None


class SubgroupSettings(SettingsPart):
    """A column whose levels are compared one by one; numbers are cut at ``cutpoints``, at the median where absent."""

    column: Label
    cutpoints: tuple[Number, ...] | None = Field(default=None, min_length=1)


class LandmarkSettings(SettingsPart):
    """Patients alive and followed at ``time`` are split by whether ``response`` had been seen by then.

    ``at`` is the column of the time of the first response, in the cohort's time unit; absent where the scans tell it.
    """

    time: Positive
    response: Label
    at: Label | None = None


class AdverseEventSettings(SettingsPart):
    """A column with the worst grade of one adverse event, 0 or blank for none."""

    column: Label
    name: Label | None = None


class OutcomeSettings(SettingsPart):
    """What is compared between the arms, at which times, and up to which horizon the mean survival time is taken.

    ``negative_control`` names an endpoint that treatment cannot change: arms that differ in it differ in something else.
    """

    survival: tuple[SurvivalEndpoint, ...] = ()
    response: tuple[ResponseEndpoint, ...] = ()
    times: tuple[Positive, ...] = ()
    rmst_horizon: Positive | None = None
    subgroups: tuple[
        Annotated[SubgroupSettings, BeforeValidator(column_alone, json_schema_input_type=str | SubgroupSettings)], ...
    ] = ()
    landmark: LandmarkSettings | None = None
    negative_control: Label | None = None
    adverse_events: tuple[
        Annotated[
            AdverseEventSettings, BeforeValidator(column_alone, json_schema_input_type=str | AdverseEventSettings)
        ],
        ...,
    ] = ()
    multiplicity: Literal["none", "holm", "hochberg", "benjamini-hochberg"] = "holm"
    resamples: Annotated[Count, Field(ge=200, le=100_000)] = 2000
    seed: Annotated[Count, Field(ge=0, le=2**32 - 1)] = 0
    zero_times: Literal["refuse", "keep"] = "refuse"
