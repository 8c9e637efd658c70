"""Changes to how a form makes the arms comparable, and what keeps such a form free of contradictions."""

from dataclasses import replace
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from analysis.design_contradictions import (
    MATCHED_ESTIMANDS,
    MATCHED_SETTINGS,
    REGRESSIONS,
    WEIGHTED_ESTIMANDS,
    WEIGHTED_SETTINGS,
    can_stabilise,
    lacks_classes,
)
from analysis.settings import Coarsening, MatchingSettings, PropensitySettings, SupportSettings, WeightingSettings
from ui.form.changes import with_covariates
from ui.form.columns import COVARIATE
from ui.form.study import StudyForm, covariates_in_order, endpoint_names, response_names

Part = Literal["matching", "weighting", "propensity", "support", "balance"]
"""The parts of a form that say how arms are made comparable and how that is judged."""

CentreUse = Literal["left out", "stratum", "covariate", "both"]
"""How a design uses the column of centres: not at all, pairs within centres, as a covariate, or both of these."""

FIRST_BINS = 3
"""Classes into which a column is cut until somebody says otherwise."""

Settings = TypeVar("Settings", bound=BaseModel)


def with_settings(form: StudyForm, part: Part, **values: Any) -> StudyForm:
    """The form with new values for some settings of one part; what would then contradict them gives way.

    Parameters
    ----------
    form : StudyForm
        The study being edited.
    part : {"matching", "weighting", "propensity", "support", "balance"}
        Which settings.
    **values
        By name, valid each for itself.
    """
    changed: dict[str, Any] = {part: getattr(form, part).model_copy(update=values)}
    return consistent(replace(form, **changed))


def with_method(form: StudyForm, method: str, numeric: tuple[str, ...]) -> StudyForm:
    """The form in which patients are matched by this method.

    Classes need a column: where none makes classes yet, the first covariate does, as a beginning that leaves with the
    method unless somebody has changed it.

    Parameters
    ----------
    form : StudyForm
        The study being edited.
    method : str
        As in the study file.
    numeric : tuple of str
        The columns of numbers, which are cut into classes; others are taken level by level.
    """
    classes = {"exact": form.matching.exact, "coarsen": form.matching.coarsen}
    beginning = _first_classes(form, numeric)
    if lacks_classes(form.matching.model_copy(update={"method": method})):
        return with_settings(form, "matching", method=method, **beginning)
    if not MATCHED_SETTINGS[form.matching.method] and MATCHED_SETTINGS[method] and classes == beginning:
        return with_settings(form, "matching", method=method, exact=(), coarsen=())
    return with_settings(form, "matching", method=method)


def _first_classes(form: StudyForm, numeric: tuple[str, ...]) -> dict[str, Any]:
    first = next((item.column for item in covariates_in_order(form)), None)
    if first is None:
        return {"exact": (), "coarsen": ()}
    if first in numeric:
        return {"exact": (), "coarsen": (Coarsening(column=first, bins=FIRST_BINS),)}
    return {"exact": (first,), "coarsen": ()}


def centre_use(form: StudyForm) -> CentreUse:
    """How the chosen design uses the column of centres."""
    within = form.centre in form.matching.exact and not form.is_weighted
    adjusted = form.centre in form.columns(COVARIATE)
    if within and adjusted:
        return "both"
    return "stratum" if within else "covariate" if adjusted else "left out"


def with_centre_use(form: StudyForm, use: CentreUse) -> StudyForm:
    """The form whose design uses the column of centres in this way; without such a column the form as it is."""
    if form.centre is None:
        return form
    exact = tuple(name for name in form.matching.exact if name != form.centre)
    covariates = tuple(item.column for item in covariates_in_order(form) if item.column != form.centre)
    if use in ("stratum", "both"):
        exact = (*exact, form.centre)
    if use in ("covariate", "both"):
        covariates = (*covariates, form.centre)
    return with_settings(with_covariates(form, covariates), "matching", exact=exact)


def consistent(form: StudyForm) -> StudyForm:
    """The form without values that contradict each other, each taken back to the usual one.

    A method that cannot answer for an estimand answers for its usual one; terms of the score leave with their
    covariate, a negative control with its endpoint; what belongs to another method or model leaves with it. A form
    without contradictions stays as it is.
    What is still missing is not invented.

    Parameters
    ----------
    form : StudyForm
        A study being edited.
    """
    covariates = set(form.columns(COVARIATE))
    return replace(
        form,
        matching=_consistent_matching(form.matching),
        weighting=_consistent_weighting(form.weighting),
        propensity=_consistent_score(form.propensity, covariates),
        support=_consistent_support(form.support),
        negative_control=_consistent_control(form),
    )


def _consistent_control(form: StudyForm) -> str | None:
    """The negative control as long as it is one endpoint among others."""
    names = (*endpoint_names(form), *response_names(form))
    return form.negative_control if names.count(form.negative_control or "") == 1 < len(names) else None


def _consistent_matching(matching: MatchingSettings) -> MatchingSettings:
    taken = MATCHED_SETTINGS[matching.method]
    ratio = matching.ratio if "ratio" in taken else 1
    offered = MATCHED_ESTIMANDS[matching.method]
    return _with(
        matching,
        estimand=matching.estimand if matching.estimand in offered else offered[0],
        replacement=matching.replacement and "replacement" in taken,
        ratio=ratio,
        min_ratio=min(matching.min_ratio, ratio),
        calipers=matching.calipers if "calipers" in taken else (),
    )


def _consistent_weighting(weighting: WeightingSettings) -> WeightingSettings:
    offered = WEIGHTED_ESTIMANDS[weighting.method]
    answered = _with(weighting, estimand=weighting.estimand if weighting.estimand in offered else None)
    return _with(
        answered,
        stabilised=weighting.stabilised and can_stabilise(answered),
        truncate=weighting.truncate if "truncate" in WEIGHTED_SETTINGS[weighting.method] else None,
    )


def _consistent_score(propensity: PropensitySettings, covariates: set[str]) -> PropensitySettings:
    has_terms = propensity.model in REGRESSIONS
    return _with(
        propensity,
        column=propensity.column if propensity.model == "column" else None,
        penalty=propensity.penalty if propensity.model == "ridge" else None,
        splines=tuple(item for item in propensity.splines if has_terms and item.column in covariates),
        interactions=tuple(pair for pair in propensity.interactions if has_terms and set(pair) <= covariates),
    )


def _consistent_support(support: SupportSettings) -> SupportSettings:
    bounded = support.method in ("score", "preference")
    lower, upper = (support.lower, support.upper) if bounded else (None, None)
    crossed = lower is not None and upper is not None and lower >= upper
    return _with(support, lower=None if crossed else lower, upper=None if crossed else upper)


def _with(settings: Settings, **values: Any) -> Settings:
    changed = {name: value for name, value in values.items() if getattr(settings, name) != value}
    return settings.model_copy(update=changed) if changed else settings
