"""The effect of treatment in each level of a subgroup, and whether it differs between them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import chdtrc

from analysis.notes import Note
from analysis.outcomes.rate_effects import Estimate

# A variance below this share of its largest neighbour is rounding of sums that cancel.
ROUNDING = 1e-14


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubgroupLevel:
    """One level: its patients, its events, its effect.

    Attributes
    ----------
    label : str
    n_treated, n_control, events_treated, events_control : int
        Never weighted.
    effect : Estimate
        Hazard ratio or rate difference, treated versus control; None throughout where there is none.
    why_undefined : str or None
    small : bool
        An arm has fewer patients, or the level fewer events, than asked for.
    """

    label: str
    n_treated: int
    n_control: int
    events_treated: int
    events_control: int
    effect: Estimate
    why_undefined: str | None
    small: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interaction:
    """A test of whether the effect is the same in all levels.

    Attributes
    ----------
    chi_square : float
    degrees_of_freedom : int
        Levels compared less one.
    p_value : float
    method : str
    contrast, covariance : (k,) and (k, k) arrays or None
        What the test is of: how the effects of levels differ from that of the first, on the scale of the model.
    """

    chi_square: float
    degrees_of_freedom: int
    p_value: float
    method: str
    contrast: NDArray[np.float64] | None = None
    covariance: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubgroupEffects:
    """The effect in every level of one subgroup.

    Attributes
    ----------
    levels : tuple of SubgroupLevel
        Levels without any patient are left out.
    interaction : Interaction or None
        None where fewer than two levels can be compared.
    measure : {"hazard ratio", "rate difference"}
    n, n_missing : int
        Patients of a known level, and those of none, who take no part.
    confidence_level : float
    method : str
    notes : tuple of Note
    """

    levels: tuple[SubgroupLevel, ...]
    interaction: Interaction | None
    measure: Literal["hazard ratio", "rate difference"]
    n: int
    n_missing: int
    confidence_level: float
    method: str
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row for each level."""
        return pd.DataFrame(
            [
                {
                    "level": level.label,
                    "n_treated": level.n_treated,
                    "events_treated": level.events_treated,
                    "n_control": level.n_control,
                    "events_control": level.events_control,
                    "estimate": level.effect.estimate,
                    "ci_lower": level.effect.ci_lower,
                    "ci_upper": level.effect.ci_upper,
                    "small": level.small,
                }
                for level in self.levels
            ]
        )


def wald_interaction(contrast: NDArray[np.float64], covariance: NDArray[np.float64], method: str) -> Interaction | None:
    """Wald's test that every contrast between levels is 0.

    Parameters
    ----------
    contrast : (k,) float64
        Effects of all levels but the first, less that of the first.
    covariance : (k, k) float64
        Of the contrasts; scaled to correlations first, so that units do not matter.
    method : str
        The test in words.

    Returns
    -------
    Interaction or None
        None where the covariance is singular or has no variance in some direction.
    """
    scale = np.sqrt(np.diag(covariance))
    if not (np.isfinite(scale) & (scale > 0)).all():
        return None
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.eigvalsh(correlation).min() < ROUNDING * len(scale):
        return None
    try:
        chi_square = float(contrast / scale @ cho_solve(cho_factor(correlation), contrast / scale))
    except LinAlgError:
        return None
    return Interaction(
        chi_square=chi_square,
        degrees_of_freedom=contrast.size,
        p_value=float(chdtrc(contrast.size, chi_square)),
        method=method,
        contrast=contrast,
        covariance=covariance,
    )
