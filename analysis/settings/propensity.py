"""The model of the score."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from analysis.settings.part import SettingsPart
from analysis.settings.values import Count, Label, Positive, column_alone


class SplineSettings(SettingsPart):
    """A numeric covariate that enters the score as a restricted cubic spline with so many knots."""

    column: Label
    knots: Annotated[Count, Field(ge=3, le=7)] = 4


class PropensitySettings(SettingsPart):
    """The model of the treatment given the covariates.

    ``logistic`` is maximum likelihood, ``firth`` penalises it so that arms that separate still give scores, ``ridge``
    shrinks coefficients by ``penalty`` (found by cross-validation where absent), ``boosting`` and ``forest`` are trees
    whose scores come from ``folds`` the patient had no part in, and ``column`` takes the score from the file.
    ``interactions`` and ``splines`` belong to the three regressions.
    """

    model: Literal["logistic", "firth", "ridge", "boosting", "forest", "column"] = "logistic"
    interactions: tuple[tuple[Label, Label], ...] = ()
    splines: tuple[
        Annotated[SplineSettings, BeforeValidator(column_alone, json_schema_input_type=str | SplineSettings)], ...
    ] = ()
    penalty: Positive | None = None
    folds: Annotated[Count, Field(ge=2, le=20)] = 5
    seed: Annotated[Count, Field(ge=0, le=2**32 - 1)] = 0
    column: Label | None = None
