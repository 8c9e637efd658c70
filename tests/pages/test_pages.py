from collections.abc import Callable
from dataclasses import replace

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from analysis.cohort.reading import read_cohort
from analysis.reporting.sentences import survival_sentence
from analysis.settings import Coarsening
from analysis.study import run
from analysis.study_file import load_study
from tests.pages.conftest import REFERENCE, assert_sound, choose, status, words
from ui.form import EVENT, TIME, ColumnRole
from ui.session import POPULATIONS

Show = Callable[[str], AppTest]
PAGES = ("overview", "matching", "survival", "response", "robustness", "report", "data")


def test_the_first_visit_shows_the_sample_study_with_its_published_figures(app: AppTest) -> None:
    assert_sound(app)
    text = words(app)
    assert "synthetic, calibrated to published aggregates; not patient data" in text.replace("\\", "")
    assert "<b>25</b><span>pairs matched</span>" in status(app)
    assert "<b>31 + 42</b><span>left out (LEN + SOR)</span>" in status(app)
    assert "After matching: Median PFS was 4.8 months with LEN and 3.3 months with SOR" in text
    assert "Before matching: Median OS was 13.2 months with LEN and 11.5 months with SOR" in text


def test_the_report_tells_subgroups_agreement_and_adjusted_p_values_in_words(show: Show, app: AppTest) -> None:
    """On the overview they wait behind a fold, so that a moved caliper is not kept waiting."""
    assert "Subgroups of PFS" not in words(app)
    text = words(show("report"))
    assert (
        "After matching: Subgroups of PFS: p = 0.096 for interaction with mvi, the smallest of 5 tests"
        in text.replace("\u00a0", " ")
    )
    assert "After matching: mRECIST and RECIST 1.1 agree in 42 of 50 patients; κ 0.74" in text
    assert "After matching: p adjusted for 4 endpoints (Holm): PFS " in text


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("population", POPULATIONS)
def test_every_page_draws_every_population(show: Show, app: AppTest, name: str, population: str) -> None:
    choose(app, population)
    assert show(name).title[0].value.lower() == name


def test_a_moved_caliper_changes_the_pairs_and_can_be_undone(app: AppTest) -> None:
    app.slider(key="caliper").set_value(0.05).run()
    assert "<b>25</b>" not in status(app)
    undo = next(button for button in app.button if button.label == "Undo")
    undo.click().run()
    assert "<b>25</b><span>pairs matched</span>" in status(app)
    assert app.slider(key="caliper").value == 0.2
    redo = next(button for button in app.button if button.label == "Redo")
    redo.click().run()
    assert app.slider(key="caliper").value == 0.05


def test_settings_stay_when_the_page_is_left(show: Show, app: AppTest) -> None:
    app.slider(key="caliper").set_value(0.5).run()
    show("data")
    assert show("survival").slider(key="caliper").value == 0.5


def test_a_caliper_that_matches_nobody_says_so_and_shows_what_is_known_before(app: AppTest) -> None:
    app.multiselect(key="exact").set_value(["site", "tumor_max_mm"]).run()
    assert_sound(app)
    text = words(app).replace("\\", "")
    assert "Match exactly on fewer columns" in text or "Widen the caliper" in text
    assert "What is shown below is the cohort as it is" in text
    assert "Median PFS was 4.9 months with LEN" in text


def test_removing_every_covariate_says_what_is_missing(app: AppTest) -> None:
    app.multiselect(key="covariates").set_value([]).run()
    assert_sound(app)
    assert "At least one column must be a covariate, by which the arms are made comparable" in words(app).replace(
        "\\", ""
    )


def upload(page: AppTest, name: str, content: bytes) -> AppTest:
    page.file_uploader[0].upload(name, content).run()
    assert_sound(page)
    return page


def test_an_uploaded_cohort_is_guessed_confirmed_and_matched(show: Show) -> None:
    page = upload(show("data"), "gbsg.csv", (REFERENCE / "gbsg.csv").read_bytes())
    text = words(page).replace("\\", "")
    assert "686 rows, 11 columns" in text
    assert "tamoxifen (246) compared with no (440, the reference), from column arm" in text
    page = show("overview")
    assert "pairs matched" in status(page)


def test_a_saved_study_file_puts_its_settings_on_the_screen(show: Show) -> None:
    page = upload(show("data"), "gbsg.csv", (REFERENCE / "gbsg.csv").read_bytes())
    page = upload(page, "gbsg.study.json", (REFERENCE / "gbsg.study.json").read_bytes())
    assert "Study file gbsg.study.json is applied to the cohort" in words(page).replace("\\", "")
    assert "<b>240</b><span>pairs matched</span>" in status(show("matching"))


@pytest.mark.parametrize("study", sorted(path.name for path in REFERENCE.glob("*.study.json")))
def test_every_reference_study_is_on_the_screen_what_it_is_on_the_command_line(show: Show, study: str) -> None:
    content = (REFERENCE / study).read_text(encoding="utf-8")
    settings = load_study(content)
    cohort = settings.cohort.file
    assert cohort is not None
    page = upload(show("data"), cohort, (REFERENCE / cohort).read_bytes())
    page = upload(page, study, content.encode())
    found = page.session_state["workspace"].result()
    assert found is not None
    assert found.settings == settings
    direct = run(read_cohort((REFERENCE / cohort).read_bytes(), cohort), settings)
    assert found.design.weights.tolist() == direct.design.weights.tolist()
    for one, other in zip(found.after.survival, direct.after.survival, strict=True):
        assert one.comparison.cox.hazard_ratio == other.comparison.cox.hazard_ratio
    for one, other in zip(found.after.response, direct.after.response, strict=True):
        assert one.comparison.treated.objective_response.rate == other.comparison.treated.objective_response.rate


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "empty"),
        ("one.csv", b"age\n1\n2\n", "column"),
        ("none.csv", b"id,arm,age\n", "row"),
        ("study.yaml", b"treatment: [", "valid YAML"),
        ("study.yaml", b"\xff\xfe\x00", "text in UTF-8"),
        ("broken.xlsx", b"PK\x03\x04 not a workbook", "broken.xlsx"),
    ],
)
def test_a_bad_file_gets_a_sentence_and_the_desk_stays(show: Show, name: str, content: bytes, sentence: str) -> None:
    page = upload(show("data"), name, content)
    text = words(page).replace("\\", "")
    assert sentence in text
    assert "What was on the desk before is still there" in text
    assert "<b>25</b><span>pairs matched</span>" in status(show("overview"))


def test_the_earlier_cohort_can_be_had_back_and_everything_deleted(show: Show) -> None:
    page = upload(show("data"), "gbsg.csv", (REFERENCE / "gbsg.csv").read_bytes())
    back = next(button for button in page.button if button.label == "Back to the earlier cohort")
    page = back.click().run()
    assert "sample study" in words(page)
    delete = next(button for button in page.button if button.label == "Delete everything now")
    page = delete.click().run()
    assert_sound(page)
    assert not [button for button in page.button if button.label == "Back to the earlier cohort"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "changes",
    [
        {"ratio": 3},
        {"ratio": 2, "replacement": True},
        {"caliper": None},
        {"distance": "probability", "caliper_scale": "raw", "caliper": 0.05},
        {"order": "random", "exact": ("sex",)},
        {"method": "full", "estimand": "ATE"},
        {"method": "optimal", "distance": "mahalanobis", "estimand": "ATC"},
        {"method": "strata", "exact": ("sex",), "coarsen": (Coarsening(column="age", bins=3),)},
        {"caliper": 1e-9},
    ],
)
def test_every_page_draws_every_design(show: Show, app: AppTest, name: str, changes: dict[str, object]) -> None:
    app.session_state["workspace"].change_matching(**changes)
    assert show(name).title[0].value.lower() == name


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("weighting", "other"),
    [
        ({"method": "iptw", "stabilised": True, "truncate": 97.5}, {"support": {"method": "preference"}}),
        ({"method": "matching"}, {"propensity": {"model": "firth"}}),
        ({"method": "entropy"}, {}),
    ],
)
def test_every_page_draws_every_weighting(
    show: Show, app: AppTest, name: str, weighting: dict[str, object], other: dict[str, dict[str, object]]
) -> None:
    desk = app.session_state["workspace"]
    desk.choose_design(weighted=True)
    desk.change_settings("weighting", **weighting)
    for part, values in other.items():
        desk.change_settings(part, **values)
    assert show(name).title[0].value.lower() == name


def test_endpoints_beyond_the_first_two_are_named_on_the_overview(app: AppTest) -> None:
    desk = app.session_state["workspace"]
    third = [
        ColumnRole(column="ab_months", role=TIME, endpoints=("TTP",)),
        ColumnRole(column="prior_tace", role=EVENT, endpoints=("TTP",)),
    ]
    roles = {item.column: item for item in (*desk.form.roles, *third)}
    desk.change(replace(desk.form, roles=tuple(roles.values())))
    app.run()
    assert_sound(app)
    assert any("Also in this study: TTP" in link.proto.label.replace("\\", "") for link in app.get("page_link"))


def test_a_median_that_was_not_reached_is_said_in_words(app: AppTest) -> None:
    desk = app.session_state["workspace"]
    comparison = desk.state().before.survival[1].comparison
    arm = replace(comparison.treated, curve=replace(comparison.treated.curve, median=None))
    words = survival_sentence(
        "OS", replace(comparison, treated=arm), treated_label="LEN", control_label="SOR", time_unit="months"
    )
    assert words.startswith("Median OS was not reached with LEN and 11.5 months with SOR; hazard ratio 0.90")


def test_a_cohort_that_counts_as_large_is_computed_with_a_word_on_screen(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    spinner = streamlit.spinner
    monkeypatch.setattr("ui.workspace.LARGE_COHORT", 100)
    monkeypatch.setattr("streamlit.spinner", lambda text, **looks: shown.append(text) or spinner(text, **looks))
    app.slider(key="caliper").set_value(0.3).run()
    assert_sound(app)
    assert "Computing …" in shown
