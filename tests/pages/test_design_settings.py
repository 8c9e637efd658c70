"""The settings of the design in the sidebar: what a click does to the study, and what is said of it."""

import pytest
from streamlit.testing.v1 import AppTest

from analysis.settings import Coarsening, CovariateCaliper, WeightingSettings
from analysis.study_file import load_study, study_yaml
from tests.pages.conftest import assert_sound, choose, status, words
from ui.form import StudyForm, form_from_settings, settings_from_form
from ui.workspace import Workspace

IN_SIGHT = 8
KINDS = ("selectbox", "multiselect", "slider", "button_group", "button", "toggle", "number_input", "text_input")


def desk_of(page: AppTest) -> Workspace:
    return page.session_state["workspace"]


def form_of(page: AppTest) -> StudyForm:
    return desk_of(page).form


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def shown(page: AppTest) -> str:
    return page.session_state["population"]


def read(page: AppTest) -> str:
    return words(page).replace("\\", "")


def test_the_switch_chooses_the_design_in_one_change_that_can_be_undone(app: AppTest) -> None:
    choose(app, "Weighted")
    assert form_of(app).is_weighted
    assert "effective patients" in status(app)
    press(app, "Undo")
    assert (form_of(app).is_weighted, shown(app)) == (False, "Compare")
    assert "pairs matched" in status(app)
    press(app, "Redo")
    assert (form_of(app).is_weighted, shown(app)) == (True, "Weighted")


def test_looking_at_another_population_changes_nothing_of_the_study(app: AppTest) -> None:
    choose(app, "Weighted")
    before = form_of(app)
    for population in ("Before", "Compare"):
        choose(app, population)
        assert form_of(app) is before
    assert "Compare: before and weighted." in read(app)
    choose(app, "Matched")
    choose(app, "Compare")
    assert "Compare: before and matched." in read(app)


def test_both_designs_keep_their_settings(app: AppTest) -> None:
    app.selectbox(key="method").set_value("optimal").run()
    choose(app, "Weighted")
    app.selectbox(key="weighting method").set_value("iptw").run()
    choose(app, "Matched")
    assert app.selectbox(key="method").value == "optimal"
    choose(app, "Weighted")
    assert app.selectbox(key="weighting method").value == "iptw"


def test_a_weighted_study_file_moves_the_switch(app: AppTest) -> None:
    choose(app, "Matched")
    desk = desk_of(app)
    settings, _ = settings_from_form(desk.form)
    assert settings is not None
    weighted = settings.model_copy(update={"weighting": WeightingSettings(method="iptw")})
    loaded = load_study(study_yaml(weighted))
    desk.change(form_from_settings([str(name) for name in desk.cohort.table.columns], loaded))
    app.run()
    assert_sound(app)
    assert shown(app) == "Weighted"
    assert app.selectbox(key="weighting method").value == "iptw"


@pytest.mark.parametrize("method", ["nearest", "optimal", "full", "strata"])
def test_every_method_of_matching_runs_from_a_click_and_back(app: AppTest, method: str) -> None:
    start = form_of(app)
    app.selectbox(key="method").set_value(method).run()
    assert_sound(app)
    assert "left out" in status(app)
    app.selectbox(key="method").set_value("nearest").run()
    assert form_of(app) == start


@pytest.mark.parametrize("population", ["Matched", "Weighted"])
@pytest.mark.parametrize("method", ["nearest", "strata", "iptw", "overlap"])
def test_at_most_eight_settings_are_in_sight(app: AppTest, population: str, method: str) -> None:
    desk = desk_of(app)
    desk.choose_design(weighted=population == "Weighted")
    if method in ("iptw", "overlap"):
        desk.change_settings("weighting", method=method)
    else:
        desk.change_matching(method=method, exact=("sex",))
    app.run()
    hidden = [item for box in app.sidebar.expander for kind in KINDS for item in box.get(kind)]
    every = [item for kind in KINDS for item in app.sidebar.get(kind)]
    assert len(every) - len(hidden) <= IN_SIGHT


def test_what_does_not_apply_is_not_shown(app: AppTest) -> None:
    pairs, matching = {"replacement", "order", "min_ratio"}, {"method", "caliper", "distance"}
    app.session_state["workspace"].change_matching(ratio=2)
    assert pairs | matching <= drawn(app.run())
    assert not pairs & drawn(app.selectbox(key="method").set_value("full").run())
    assert not matching & drawn(choose(app, "Weighted"))


def drawn(page: AppTest) -> set[str]:
    """Keys of the sidebar's widgets."""
    return {item.key for kind in KINDS for item in page.sidebar.get(kind) if getattr(item, "key", None)}


def test_a_column_gets_a_caliper_in_its_own_unit(app: AppTest) -> None:
    app.multiselect(key="calipers columns").set_value(["age"]).run()
    (caliper,) = form_of(app).matching.calipers
    assert caliper.column == "age"
    app.number_input(key="width age").set_value(4.0).run()
    assert form_of(app).matching.calipers == (CovariateCaliper(column="age", width=4.0),)
    press(app, "Undo")
    assert form_of(app).matching.calipers == (caliper,)


def test_what_is_known_only_later_is_not_offered(app: AppTest) -> None:
    for key in ("exact", "calipers columns", "coarsen columns", "balance also"):
        assert not {"best_change_recist_pct", "pfs_months"} & set(app.multiselect(key=key).options)
    assert "age" in app.multiselect(key="calipers columns").options
    assert "sex" not in app.multiselect(key="calipers columns").options


def test_a_column_is_cut_where_somebody_says_or_into_equal_widths(app: AppTest) -> None:
    app.multiselect(key="coarsen columns").set_value(["age"]).run()
    app.text_input(key="cutpoints age").set_value("65, 50").run()
    assert form_of(app).matching.coarsen == (Coarsening(column="age", cutpoints=(50.0, 65.0)),)
    app.text_input(key="cutpoints age").set_value("fifty").run()
    assert "Cut points must be numbers, separated by commas." in read(app)
    assert form_of(app).matching.coarsen == (Coarsening(column="age", cutpoints=(50.0, 65.0)),)
    app.text_input(key="cutpoints age").set_value("").run()
    app.number_input(key="bins age").set_value(5).run()
    assert form_of(app).matching.coarsen == (Coarsening(column="age", bins=5),)


def test_classes_without_a_column_say_what_is_missing(app: AppTest) -> None:
    app.selectbox(key="method").set_value("strata").run()
    app.multiselect(key="coarsen columns").set_value([]).run()
    assert_sound(app)
    assert "Matching in classes needs a column that makes the classes" in read(app)


def test_a_smallest_set_follows_the_ratio(app: AppTest) -> None:
    ratio = next(group for group in app.get("button_group") if group.proto.id.endswith("-ratio"))
    ratio.set_value(3).run()
    app.selectbox(key="min_ratio").set_value(3).run()
    ratio = next(group for group in app.get("button_group") if group.proto.id.endswith("-ratio"))
    ratio.set_value(2).run()
    assert (form_of(app).matching.ratio, form_of(app).matching.min_ratio) == (2, 2)


def test_weights_say_what_they_cost(app: AppTest) -> None:
    choose(app, "Weighted")
    app.selectbox(key="weighting method").set_value("iptw").run()
    app.selectbox(key="weighting estimand").set_value("ATT").run()
    assert form_of(app).weighting.estimand == "ATT"
    weighted = desk_of(app).state().design.weighted
    text = read(app)
    assert f"{weighted.effective_sample_size_control:,.1f} of 67 SOR patients" in text
    assert "The largest weight is" in text
    app.selectbox(key="weighting truncate").set_value(95.0).run()
    assert f"Truncation moved {desk_of(app).state().design.weighted.n_truncated:,} weights." in read(app)
    app.selectbox(key="weighting truncate").set_value(0.0).run()
    assert form_of(app).weighting.truncate is None


def test_the_score_takes_curves_interactions_and_a_range(app: AppTest) -> None:
    app.multiselect(key="spline columns").set_value(["age"]).run()
    app.number_input(key="knots age").set_value(5).run()
    app.multiselect(key="propensity interactions").set_value([("sex", "ecog")]).run()
    propensity = form_of(app).propensity
    assert [(item.column, item.knots) for item in propensity.splines] == [("age", 5)]
    assert propensity.interactions == (("sex", "ecog"),)
    app.selectbox(key="support method").set_value("preference").run()
    app.slider(key="support range").set_value((0.2, 0.8)).run()
    support = form_of(app).support
    assert (support.lower, support.upper) == (0.2, 0.8)
    app.slider(key="support range").set_value((0.3, 0.7)).run()
    assert form_of(app).support.lower is None
    assert "are left out" in read(app)
    choose(app, "Weighted")
    assert "left out by score" in status(app)


def test_separation_offers_firth_with_one_click(app: AppTest) -> None:
    desk = desk_of(app)
    desk.cohort.table["decides"] = (desk.cohort.table["arm"] == "LEN").astype(float)
    try:
        desk.change(
            form_from_settings([str(name) for name in desk.cohort.table.columns], _with_covariate(desk, "decides"))
        )
        app.run()
        assert_sound(app)
        assert "no propensity model exists" in read(app)
        press(app, "Use Firth's penalised regression")
        assert_sound(app)
        assert form_of(app).propensity.model == "firth"
        assert "no propensity model exists" not in read(app)
        press(app, "Undo")
        assert form_of(app).propensity.model == "logistic"
    finally:
        del desk.cohort.table["decides"]  # the sample is shared by every session


def test_a_convention_is_named_after_software_and_kept_in_the_study(app: AppTest) -> None:
    app.selectbox(key="convention").set_value("R MatchIt, summary for the ATC").run()
    assert form_of(app).balance.denominator == "control"
    app.selectbox(key="balance denominator").set_value("treated").run()
    assert app.selectbox(key="convention").value == 'R cobalt, bal.tab for the ATT with binary = "std"'
    app.multiselect(key="balance also").set_value(["weight_kg"]).run()
    assert form_of(app).balance.also == ("weight_kg",)
    assert_sound(app)


def test_centres_are_used_as_said_and_forgotten_with_their_column(app: AppTest) -> None:
    app.selectbox(key="centre").set_value("site").run()
    assert app.selectbox(key="centre use").value == "left out"
    app.selectbox(key="centre use").set_value("stratum").run()
    assert form_of(app).matching.exact == ("site",)
    app.selectbox(key="centre").set_value("country").run()
    assert (form_of(app).centre, form_of(app).matching.exact) == ("country", ())
    choose(app, "Weighted")
    assert app.selectbox(key="centre use").options == ["Shown only", "A covariate of the score"]


def test_every_setting_is_one_step_back(app: AppTest) -> None:
    start = form_of(app)
    steps = 0
    for kind, key, value in (
        ("selectbox", "method", "optimal"),
        ("selectbox", "estimand", "ATC"),
        ("selectbox", "distance", "mahalanobis"),
        ("selectbox", "propensity model", "ridge"),
        ("selectbox", "support method", "common_range"),
        ("selectbox", "balance after", "recomputed"),
        ("multiselect", "exact", ["sex"]),
    ):
        getattr(app, kind)(key=key).set_value(value).run()
        assert_sound(app)
        steps += 1
    for _ in range(steps):
        assert form_of(app) != start
        press(app, "Undo")
    assert form_of(app) == start


def _with_covariate(desk: Workspace, column: str) -> object:
    settings, _ = settings_from_form(desk.form)
    assert settings is not None
    values = settings.model_dump(exclude={"weighting"})
    return type(settings).model_validate(values | {"covariates": [*values["covariates"], {"column": column}]})
