"""How patients are matched."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from analysis.settings.part import SettingsPart
from analysis.settings.values import Count, Label, Number, Positive

MAXIMUM_RATIO = 5
"""More controls per treated patient hardly gain precision and cost closeness (Austin 2010, doi:10.1093/aje/kwq224)."""


class CovariateCaliper(SettingsPart):
    """How far apart a pair may be in one numeric column, in its own unit."""

    column: Label
    width: Positive


class Coarsening(SettingsPart):
    """A numeric column cut into classes at ``cutpoints``, or into so many ``bins`` of equal width."""

    column: Label
    cutpoints: tuple[Number, ...] | None = Field(default=None, min_length=1)
    bins: Annotated[Count, Field(ge=2, le=20)] | None = None


class MatchingSettings(SettingsPart):
    """How controls are found for treated patients; the default caliper is Austin's (2011, doi:10.1002/pst.433).

    ``nearest`` pairs one after the other, ``optimal`` all at once at the least total distance, ``full`` puts everyone
    within reach into sets of one treated patient with controls or one control with treated patients, ``strata`` keeps
    everyone whose classes of the ``exact`` and ``coarsen`` columns hold both arms. ``distance: mahalanobis`` measures
    pairs by all covariates, inside the caliper on the logit. A set needs ``min_ratio`` patients beside the one it is
    built around. ``estimand`` says whom the effect refers to: patients like the treated, like the controls, or all.
    """

    method: Literal["nearest", "optimal", "full", "strata"] = "nearest"
    estimand: Literal["ATT", "ATC", "ATE"] = "ATT"
    distance: Literal["logit", "probability", "mahalanobis"] = "logit"
    caliper: Positive | None = 0.2
    caliper_scale: Literal["sd", "pooled_sd", "raw"] = "sd"
    calipers: tuple[CovariateCaliper, ...] = ()
    ratio: Annotated[Count, Field(ge=1, le=MAXIMUM_RATIO)] = 1
    min_ratio: Annotated[Count, Field(ge=1, le=MAXIMUM_RATIO)] = 1
    replacement: StrictBool = False
    order: Literal["closest", "largest", "smallest", "data", "random"] = "closest"
    exact: tuple[Label, ...] = ()
    coarsen: tuple[Coarsening, ...] = ()
    seed: Annotated[Count, Field(ge=0, le=2**63 - 1)] = 0
