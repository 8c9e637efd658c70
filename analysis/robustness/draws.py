"""What a bootstrap draws, and the effect in whatever was drawn."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design, design_patients, follows_from_score, weights_by_score
from analysis.design.propensity import ScoreColumns, drawn_logit, fit_propensity, score_columns
from analysis.errors import SettingsError
from analysis.phrases import phrase
from analysis.robustness.effect import AskedEffect, EffectData, drawn_effect
from analysis.robustness.part import drawn_patients
from analysis.robustness.specifications import study_among
from analysis.settings import StudySettings


class Draws(Protocol):
    """Independent units, of which any may be taken any number of times."""

    @property
    def n_units(self) -> int:
        """How many there are."""

    def effect_in(self, units: NDArray[np.int64]) -> float:
        """The effect in these units."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatientDraws:
    """Patients, scored and matched or weighted anew whenever they are drawn.

    Attributes
    ----------
    patients : StudyCohort
        What a design looks at.
    settings : StudySettings
    asked : AskedEffect
    data : EffectData
        Of the same patients.
    columns : ScoreColumns or None
        What a draw is scored from; None where the score or the design needs more than them.
    """

    patients: StudyCohort
    settings: StudySettings
    asked: AskedEffect
    data: EffectData
    columns: ScoreColumns | None

    @property
    def n_units(self) -> int:
        """Patients of both arms."""
        return self.patients.treated.size

    def effect_in(self, units: NDArray[np.int64]) -> float:
        """The effect in a study of these patients.

        Raises
        ------
        EstimationError
            They have no score, no design or no effect.
        """
        rows = np.sort(units)
        treated = self.patients.treated[rows]
        logit = None if self.columns is None else drawn_logit(self.columns, rows, treated)
        if logit is None:
            weights = self._weights_of_cohort(rows)
        else:
            strata = None if self.patients.strata is None else self.patients.strata[rows]
            weights = weights_by_score(logit, treated, strata, self.settings)
        return drawn_effect(self.asked, self.data.of(rows), weights)

    def _weights_of_cohort(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        drawn = drawn_patients(self.patients, rows)
        settings = study_among(self.settings, tuple(str(name) for name in drawn.covariates.columns))
        score = fit_propensity(drawn.covariates, drawn.treated, settings.propensity, drawn.score)
        return design_patients(drawn, score, settings).weights


def patient_draws(patients: StudyCohort, settings: StudySettings, asked: AskedEffect, data: EffectData) -> PatientDraws:
    """The patients of a study, ready to be drawn."""
    by_score = follows_from_score(settings)
    return PatientDraws(
        patients=patients,
        settings=settings,
        asked=asked,
        data=data,
        columns=score_columns(patients.covariates, settings.propensity) if by_score else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetDraws:
    """Matched sets, kept whole and with their weights.

    Attributes
    ----------
    member : ndarray of int64, shape (m,)
        Rows of the patients in sets, ordered by set.
    unit : ndarray of int64, shape (m,)
        The set of each, from 0 and without gaps.
    weights : ndarray of float64, shape (n,)
    asked : AskedEffect
    data : EffectData
        Of all n patients.
    """

    member: NDArray[np.int64]
    unit: NDArray[np.int64]
    weights: NDArray[np.float64]
    asked: AskedEffect
    data: EffectData

    @property
    def n_units(self) -> int:
        """Sets."""
        return int(self.unit[-1]) + 1

    def effect_in(self, units: NDArray[np.int64]) -> float:
        """The effect in these sets.

        Raises
        ------
        EstimationError
            They cannot support it.
        """
        times = np.bincount(units, minlength=self.n_units)
        rows = np.repeat(self.member, times[self.unit])
        return drawn_effect(self.asked, self.data.of(rows), self.weights[rows])


def has_own_sets(design: Design) -> bool:
    """True where sets share nobody and were made one by one, so that they can be drawn as they are."""
    return design.disjoint_sets and bool(np.array_equal(design.cluster, design.subclass))


def set_draws(design: Design, asked: AskedEffect, data: EffectData) -> SetDraws:
    """The sets of a design, ready to be drawn.

    Raises
    ------
    SettingsError
        The design has no sets, patients stand in several of them, or they are classes that were there before anyone
        was matched.
    """
    if not has_own_sets(design):
        raise SettingsError(
            phrase(
                "A bootstrap of sets needs matched sets that share nobody; this design has none. Set "
                "robustness.bootstrap.draws: patients."
            )
        )
    member = np.flatnonzero(design.subclass >= 0)
    member = member[np.argsort(design.subclass[member], kind="stable")]
    unit = np.unique(design.subclass[member], return_inverse=True)[1].astype(np.int64)
    return SetDraws(member=member, unit=unit, weights=design.weights, asked=asked, data=data)
