"""Common support: patients whose score the other arm reaches, or whom doctors might have given either treatment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design.propensity import EQUIPOISE, PropensityModel
from analysis.errors import EstimationError, SettingsError
from analysis.phrases import phrase
from analysis.settings import SupportSettings

CRUMP = (0.1, 0.9)
"""Scores kept where no bounds are given (Crump et al. 2009, doi:10.1093/biomet/asn055)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Support:
    """Who stays by the score.

    Attributes
    ----------
    method : str
        "none", "common_range", "score" or "preference".
    lower, upper : float
        Smallest and largest score kept, inclusive: preference scores for "preference", propensity scores otherwise.
    kept : ndarray of bool, shape (n,)
        True for patients who stay.
    n_left_out_treated, n_left_out_control : int
        Patients of each arm who do not.
    """

    method: str
    lower: float
    upper: float
    kept: NDArray[np.bool_]
    n_left_out_treated: int
    n_left_out_control: int


def patients_in_support(propensity: PropensityModel, treated: ArrayLike, settings: SupportSettings) -> Support:
    """Keep patients whose score lies in a range; the score is not fitted again.

    - none: everyone.
    - common_range: from the larger of the arms' smallest scores to the smaller of their largest.
    - score: from ``lower`` to ``upper``, 0.1 and 0.9 where absent.
    - preference: preference scores in that range, 0.3 and 0.7 where absent.

    Bounds belong to the range.

    Parameters
    ----------
    propensity : PropensityModel
        The scores.
    treated : array_like of bool, shape (n,)
        True for the treated arm; both arms hold patients.
    settings : SupportSettings
        The rule and its bounds.

    Returns
    -------
    Support

    Raises
    ------
    SettingsError
        The lower bound does not lie below the upper one.
    EstimationError
        Nobody of an arm stays.

    Notes
    -----
    Crump et al. 2009, doi:10.1093/biomet/asn055 (score); Walker et al. 2013, doi:10.2147/CER.S40357 (preference).
    """
    arm = np.asarray(treated, dtype=np.bool_)
    score = propensity.preference_score if settings.method == "preference" else propensity.propensity_score
    lower, upper = _bounds(score, arm, settings)
    kept = (score >= lower) & (score <= upper)
    n_treated, n_control = int((kept & arm).sum()), int((kept & ~arm).sum())
    if n_treated == 0 or n_control == 0:
        _refuse_empty_arm(n_treated, n_control, arm, settings, (lower, upper))
    return Support(
        method=settings.method,
        lower=lower,
        upper=upper,
        kept=kept,
        n_left_out_treated=int(arm.sum()) - n_treated,
        n_left_out_control=int((~arm).sum()) - n_control,
    )


def _bounds(score: NDArray[np.float64], arm: NDArray[np.bool_], settings: SupportSettings) -> tuple[float, float]:
    if settings.method == "none":
        return 0.0, 1.0
    if settings.method == "common_range":
        of_treated, of_control = score[arm], score[~arm]
        return (
            float(max(of_treated.min(), of_control.min())),
            float(min(of_treated.max(), of_control.max())),
        )
    usual = CRUMP if settings.method == "score" else EQUIPOISE
    lower = usual[0] if settings.lower is None else settings.lower
    upper = usual[1] if settings.upper is None else settings.upper
    if lower >= upper:
        raise SettingsError(
            phrase(
                "The lower bound of the common support must lie below the upper one; found {lower:g} "
                "and {upper:g}. Change one of them.",
                lower=lower,
                upper=upper,
            )
        )
    return lower, upper


def _refuse_empty_arm(
    n_treated: int,
    n_control: int,
    arm: NDArray[np.bool_],
    settings: SupportSettings,
    bounds: tuple[float, float],
) -> None:
    found = phrase(
        "found {n_treated} of {all_treated} treated and {n_control} of {all_control} control",
        n_treated=n_treated,
        all_treated=int(arm.sum()),
        n_control=n_control,
        all_control=int((~arm).sum()),
    )
    if settings.method == "common_range":
        raise EstimationError(
            phrase(
                "The common range of the scores must hold patients of both arms; {found}: the arms "
                "hardly overlap. Choose another rule, or leave out a covariate that decides the "
                "treatment.",
                found=found,
            )
        )
    raise EstimationError(
        phrase(
            "Both arms need patients with {scores} from {lower:g} to {upper:g}; {found}. Widen the range, or choose "
            "another rule.",
            scores=phrase("preference scores") if settings.method == "preference" else phrase("propensity scores"),
            lower=bounds[0],
            upper=bounds[1],
            found=found,
        )
    )
