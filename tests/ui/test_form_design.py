"""Changes to the design: whatever is chosen, the study never contradicts itself, and says what it lacks."""

from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from analysis.settings import (
    Coarsening,
    CovariateCaliper,
    SplineSettings,
    StudySettings,
)
from analysis.study_file import load_study, study_yaml
from ui.form import StudyForm, consistent, form_from_settings, settings_from_form, with_covariates, with_settings
from ui.form.design import FIRST_BINS, centre_use, with_centre_use, with_method
from ui.form.gaps import missing_parts

COVARIATES = ("age", "sex", "afp", "site")
COLUMNS = ["id", "arm", *COVARIATES, "ps", "os", "dead"]


def form_of(**design: Any) -> StudyForm:
    values: dict[str, Any] = {
        "treatment": {"column": "arm", "treated": "B", "control": "A"},
        "covariates": ["age", "sex"],
        "outcomes": {"survival": [{"name": "OS", "time": "os", "event": "dead"}]},
    }
    return form_from_settings(COLUMNS, StudySettings.model_validate(values | design))


@pytest.fixture
def form() -> StudyForm:
    return form_of()


def test_a_method_that_cannot_answer_for_all_patients_answers_for_the_treated(form: StudyForm) -> None:
    everyone = with_settings(form, "matching", method="full", estimand="ATE")
    assert everyone.matching.estimand == "ATE"
    assert with_settings(everyone, "matching", method="nearest").matching.estimand == "ATT"


def test_what_belongs_to_pairs_leaves_with_them(form: StudyForm) -> None:
    within = (CovariateCaliper(column="age", width=5),)
    pairs = with_settings(form, "matching", ratio=3, min_ratio=2, replacement=True, calipers=within)
    assert with_settings(pairs, "matching", ratio=1).matching.min_ratio == 1
    optimal = with_settings(pairs, "matching", method="optimal").matching
    assert (optimal.replacement, optimal.ratio, optimal.min_ratio, optimal.calipers) == (False, 3, 2, within)
    full = with_settings(pairs, "matching", method="full").matching
    assert (full.ratio, full.min_ratio, full.calipers) == (1, 1, within)
    assert with_settings(pairs, "matching", method="strata").matching.calipers == ()


def test_classes_begin_with_the_first_covariate_which_leaves_with_them(form: StudyForm) -> None:
    numbers = with_method(form, "strata", ("age",))
    assert numbers.matching.coarsen == (Coarsening(column="age", bins=FIRST_BINS),)
    assert with_method(numbers, "nearest", ("age",)) == form
    assert with_method(form, "strata", ()).matching.exact == ("age",)


def test_classes_that_somebody_chose_stay(form: StudyForm) -> None:
    chosen = with_method(with_settings(form, "matching", exact=("site",)), "strata", ("age",))
    assert (chosen.matching.exact, chosen.matching.coarsen) == (("site",), ())
    assert with_method(chosen, "full", ("age",)).matching.exact == ("site",)


def test_classes_without_columns_say_what_to_choose(form: StudyForm) -> None:
    found, problems = settings_from_form(with_settings(form, "matching", method="strata"))
    assert found is None
    assert problems == (
        "Matching in classes needs a column that makes the classes; none is chosen. Choose one under Match exactly on "
        "or under Columns in classes.",
    )
    weighted = replace(with_settings(form, "matching", method="strata"), is_weighted=True)
    assert settings_from_form(weighted)[1] == ()


def test_a_score_from_the_file_says_that_it_needs_its_column(form: StudyForm) -> None:
    found, problems = settings_from_form(with_settings(form, "propensity", model="column"))
    assert found is None
    assert problems == (
        "A score from the file needs its column; none is chosen. Choose it under Propensity score, or choose a model.",
    )
    brought = with_settings(form, "propensity", model="column", column="ps")
    assert settings_from_form(brought)[1] == ()
    assert with_settings(brought, "propensity", model="firth").propensity.column is None


def test_terms_of_the_score_leave_with_their_covariate_or_their_model(form: StudyForm) -> None:
    terms = {"splines": (SplineSettings(column="age"),), "interactions": (("age", "sex"),)}
    curved = with_settings(form, "propensity", **terms)
    kept = consistent(with_covariates(curved, ["age", "afp"])).propensity
    assert (kept.splines, kept.interactions) == ((SplineSettings(column="age"),), ())
    assert with_settings(curved, "propensity", model="forest").propensity.splines == ()
    ridge = with_settings(curved, "propensity", model="ridge", penalty=2.0)
    assert with_settings(ridge, "propensity", model="logistic").propensity.penalty is None


def test_what_belongs_to_one_weighting_leaves_with_it(form: StudyForm) -> None:
    iptw = with_settings(form, "weighting", method="iptw", stabilised=True, truncate=99.0)
    assert iptw.weighting.stabilised
    assert not with_settings(iptw, "weighting", estimand="ATT").weighting.stabilised
    treated = with_settings(iptw, "weighting", estimand="ATT")
    assert with_settings(treated, "weighting", method="overlap").weighting.estimand is None
    entropy = with_settings(treated, "weighting", method="entropy").weighting
    assert (entropy.estimand, entropy.truncate) == ("ATT", None)


def test_bounds_of_the_support_leave_with_their_rule_or_where_they_cross(form: StudyForm) -> None:
    ranged = with_settings(form, "support", method="score", lower=0.2, upper=0.7)
    assert with_settings(ranged, "support", method="common_range").support.lower is None
    crossed = with_settings(ranged, "support", lower=0.7).support
    assert (crossed.lower, crossed.upper) == (None, None)


def test_centres_are_left_out_a_stratum_a_covariate_or_both() -> None:
    form = form_of(centre="site")
    for use, exact, covariates in (
        ("stratum", ("site",), ["age", "sex"]),
        ("covariate", (), ["age", "sex", "site"]),
        ("both", ("site",), ["age", "sex", "site"]),
        ("left out", (), ["age", "sex"]),
    ):
        form = with_centre_use(form, use)
        found, _ = settings_from_form(form)
        assert found is not None
        assert centre_use(form) == use
        assert found.matching.exact == exact
        assert [item.column for item in found.covariates] == covariates
    assert with_centre_use(form_of(), "stratum") == form_of()


def test_both_designs_are_kept_and_the_chosen_one_is_written(form: StudyForm) -> None:
    both = with_settings(with_settings(form, "matching", ratio=2), "weighting", method="iptw", truncate=99.0)
    matched, _ = settings_from_form(both)
    weighted, _ = settings_from_form(replace(both, is_weighted=True))
    assert matched is not None
    assert weighted is not None
    assert matched.weighting is None
    assert matched.matching.ratio == 2
    assert weighted.weighting == both.weighting
    assert "matching:" not in study_yaml(weighted)
    loaded = form_from_settings(COLUMNS, load_study(study_yaml(weighted)))
    assert loaded.is_weighted
    assert loaded.weighting == both.weighting


columns = st.sampled_from((*COVARIATES, "ps"))


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=2, unique_by=lambda item: getattr(item, "column", item)).map(tuple)


def bins_of(column: str) -> Coarsening:
    return Coarsening(column=column, bins=3)


PARTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "matching": {
        "method": st.sampled_from(("nearest", "optimal", "full", "strata")),
        "estimand": st.sampled_from(("ATT", "ATC", "ATE")),
        "distance": st.sampled_from(("logit", "probability", "mahalanobis")),
        "caliper": some(st.sampled_from((0.05, 0.2))),
        "ratio": st.integers(1, 5),
        "min_ratio": st.integers(1, 5),
        "replacement": st.booleans(),
        "exact": several(columns),
        "coarsen": several(st.builds(bins_of, columns)),
        "calipers": several(st.builds(lambda column: CovariateCaliper(column=column, width=1.0), columns)),
    },
    "weighting": {
        "method": st.sampled_from(("iptw", "overlap", "matching", "entropy")),
        "estimand": some(st.sampled_from(("ATE", "ATT", "ATC"))),
        "stabilised": st.booleans(),
        "truncate": some(st.sampled_from((95.0, 99.0))),
    },
    "propensity": {
        "model": st.sampled_from(("logistic", "firth", "ridge", "boosting", "forest", "column")),
        "column": some(st.just("ps")),
        "penalty": some(st.just(1.0)),
        "splines": several(st.builds(lambda column: SplineSettings(column=column), st.sampled_from(COVARIATES))),
        "interactions": several(st.sampled_from((("age", "sex"), ("sex", "afp"), ("age", "site")))),
    },
    "support": {
        "method": st.sampled_from(("none", "common_range", "score", "preference")),
        "lower": some(st.sampled_from((0.1, 0.4))),
        "upper": some(st.sampled_from((0.3, 0.9))),
    },
    "balance": {"denominator": st.sampled_from(("pooled", "treated")), "also": several(st.just("afp"))},
}
settings_changes = st.sampled_from(tuple(PARTS)).flatmap(
    lambda part: st.tuples(st.just(part), st.fixed_dictionaries({}, optional=PARTS[part]))
)
other_changes = (
    st.tuples(st.just("covariates"), st.lists(st.sampled_from(COVARIATES), min_size=1, unique=True))
    | st.tuples(st.just("weighted"), st.booleans())
    | st.tuples(st.just("centre"), some(st.just("site")))
    | st.tuples(st.just("centre use"), st.sampled_from(("left out", "stratum", "covariate", "both")))
)


def changed(form: StudyForm, what: str, value: Any) -> StudyForm:
    match what:
        case "covariates":
            return with_covariates(form, value)
        case "weighted":
            return replace(form, is_weighted=value)
        case "centre":
            return replace(form, centre=value)
        case "centre use":
            return with_centre_use(form, value)
        case _:
            return with_settings(form, what, **value)


@settings(max_examples=50, deadline=None)
@given(changes=st.lists(settings_changes | other_changes, max_size=8))
def test_no_row_of_clicks_reaches_a_study_that_contradicts_itself(changes: list[tuple[str, Any]]) -> None:
    form = form_of()
    for what, value in changes:
        form = consistent(changed(form, what, value))
        assert consistent(form) == form
        found, problems = settings_from_form(form)
        assert problems == tuple(missing_parts(form))
        if found is None:
            continue
        again, _ = settings_from_form(form_from_settings(COLUMNS, load_study(study_yaml(found))))
        assert again == found
