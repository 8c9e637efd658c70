"""What each stage of a study depends on, so that a change computes nothing anew that it does not touch."""

from collections.abc import Hashable

from analysis.cohort.design_columns import uses_of_design
from analysis.settings import OutcomeSettings, StudySettings


def without_outcomes(settings: StudySettings) -> StudySettings:
    """The settings without outcomes, as they are while outcomes are covered."""
    return settings.model_copy(update={"outcomes": OutcomeSettings()})


def takes_long(settings: StudySettings) -> bool:
    """Whether the design's work grows faster with the patients than sorting them does."""
    by_trees = settings.propensity.model in ("boosting", "forest")
    matching = settings.matching
    at_once = matching.method in ("optimal", "full") or matching.distance == "mahalanobis"
    return by_trees or (settings.weighting is None and at_once)


def who(settings: StudySettings) -> tuple[Hashable, ...]:
    """What decides who is analysed, with which covariates and endpoints."""
    outcomes = settings.outcomes
    return (
        settings.cohort,
        settings.treatment,
        settings.eligibility,
        settings.dates,
        settings.covariates,
        settings.missing,
        tuple(uses_of_design(settings)),
        settings.balance.also,
        settings.centre,
        outcomes.survival,
        outcomes.response,
        outcomes.zero_times,
        outcomes.landmark is not None and (outcomes.landmark.at or True),
        outcomes.adverse_events,
        settings.scans,
    )


def without_subgroups(settings: StudySettings) -> StudySettings:
    """The settings without subgroups, of which no stage of the design knows."""
    return settings.model_copy(update={"outcomes": settings.outcomes.model_copy(update={"subgroups": ()})})


def how(settings: StudySettings) -> tuple[Hashable, ...]:
    """What decides how the arms are made comparable."""
    return (settings.propensity, settings.support, settings.weighting or settings.matching)


def imputation_key(settings: StudySettings) -> tuple[Hashable, ...]:
    """What decides what imputed sets find."""
    return ("imputation", *who(settings), *how(settings), settings.balance, settings.outcomes, settings.confidence)
