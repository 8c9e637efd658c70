"""The other analyses beside the study's own, and the bootstrap."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from analysis.settings.matching import MAXIMUM_RATIO
from analysis.settings.part import SettingsPart
from analysis.settings.values import Count, Label, Positive


class SpecificationSettings(SettingsPart):
    """The other analyses of the same question that a specification curve carries out beside the study's own.

    ``effect`` of ``endpoint``, the first of its kind where absent. Every combination of the lists is made that does not
    contradict itself. ``calipers`` are in the study's ``caliper_scale``, ``null`` for none; absent: half the study's own,
    its own, twice it and none. ``random_orders`` are seeded from ``seed`` upwards and vary nothing else, unless
    ``random_everywhere`` combines them with all that does. ``leave_out: each`` leaves each covariate out of the score in
    turn; ``covariates`` lists further choices of them.
    """

    effect: Literal["hazard_ratio", "rmst_difference", "rate_difference"] | None = None
    endpoint: Label | None = None
    methods: tuple[Literal["nearest", "optimal", "full"], ...] = ("nearest",)
    calipers: tuple[Positive | None, ...] | None = None
    ratios: tuple[Annotated[Count, Field(ge=1, le=MAXIMUM_RATIO)], ...] = (1, 2)
    orders: tuple[Literal["closest", "largest", "smallest", "data"], ...] = ("closest", "largest", "smallest", "data")
    random_orders: Annotated[Count, Field(ge=0, le=10_000)] = 200
    random_everywhere: StrictBool = False
    replacement: tuple[StrictBool, ...] = (False, True)
    distances: tuple[Literal["logit", "probability", "mahalanobis"], ...] = ("logit", "mahalanobis")
    leave_out: Literal["none", "each"] = "each"
    covariates: tuple[Annotated[tuple[Label, ...], Field(min_length=1)], ...] = ()
    weighting: tuple[Literal["iptw", "overlap", "matching", "entropy"], ...] = (
        "iptw",
        "overlap",
        "matching",
        "entropy",
    )
    seed: Annotated[Count, Field(ge=0, le=2**62)] = 0


class BootstrapSettings(SettingsPart):
    """Draws of the bootstrap: of ``patients``, whose score is refitted, or of the matched ``sets`` as they are."""

    draws: Literal["patients", "sets"] = "sets"
    replicates: Annotated[Count, Field(ge=200, le=100_000)] = 2000
    seed: Annotated[Count, Field(ge=0, le=2**32 - 1)] = 0


class RobustnessSettings(SettingsPart):
    """How far the finding hangs on choices and on chance: a specification curve, and the bootstrap."""

    specifications: SpecificationSettings = SpecificationSettings()
    bootstrap: BootstrapSettings = BootstrapSettings()
