"""The page of robustness, section by section, in every population."""

import html
import json

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import assert_sound, choose, words
from ui.session import POPULATIONS

SECTION = "section of robustness"
SECTIONS = ("Unmeasured confounding", "Power")


def open_section(app: AppTest, name: str) -> AppTest:
    app.session_state[SECTION] = name
    page = app.switch_page("pages/robustness.py").run()
    assert_sound(page)
    return page


def said(page: AppTest) -> str:
    return words(page).replace("\\", "").replace("\u00a0", " ")


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("population", POPULATIONS)
def test_every_section_draws_every_population(app: AppTest, section: str, population: str) -> None:
    choose(app, population)
    page = open_section(app, section)
    text = said(page)
    assert f"## {section}" in text
    design = "weighting" if population == "Weighted" else "matching"
    assert (f"Before {design}: " in text) == (population in ("Before", "Compare"))
    assert (f"After {design}: " in text) == (population != "Before")
    shown = page.dataframe[0].value
    assert len(shown) == (8 if population == "Compare" else 4)


def test_confounding_is_told_in_words_with_the_strongest_covariate(app: AppTest) -> None:
    page = open_section(app, "Unmeasured confounding")
    text = said(page)
    # HR 0.54 is a risk ratio of 0.65 where most have the event, 1/0.65 + √(1/0.65 · (1/0.65 − 1)) = 2.44.
    assert (
        "After matching: An unmeasured confounder would need to be associated with both treatment and PFS by a risk ratio "
        "of at least 2.44 each, beyond the measured covariates, to explain the hazard ratio of 0.54 (95% CI 0.29–0.99) away; "
        "1.08 each would be enough for its interval to reach 1." in text
    )
    assert (
        "The strongest measured covariate, etiology, is associated by a ratio of 3.99 with treatment and of 2.07 with PFS"
        in text
    )
    assert (
        "22 of 25 sets tell the arms apart). This exact test looks only within sets: its p is another than that" in text
    )
    assert "beyond the measured covariates" not in said(choose(page, "Before"))


def test_the_prevalence_among_controls_moves_the_tipping_point(app: AppTest) -> None:
    page = open_section(app, "Unmeasured confounding")
    page = page.slider(key="prevalence among controls").set_value(20).run()
    assert_sound(page)
    notes = json.loads(page.get("plotly_chart")[0].proto.spec)["layout"]["annotations"]
    lettered = html.unescape(" ".join(note["text"] for note in notes)).replace("\u00a0", " ")
    # 0.54 · (1 + 0.2 · (γ − 1)) = 1 at γ = 5.30, and with the upper limit of 0.99 at 1.04.
    assert "In 20% of controls and no treated patient, a confounder of hazard ratio 5.30" in lettered


def test_a_negative_control_is_one_change_that_can_be_undone(app: AppTest) -> None:
    page = open_section(app, "Unmeasured confounding")
    page = page.selectbox(key="negative control").set_value("OS").run()
    assert_sound(page)
    assert app.session_state["workspace"].form.negative_control == "OS"
    text = said(page)
    assert (
        "Negative control OS, which treatment cannot change: hazard ratio 0.63 (95% CI 0.30–1.34), p = 0.231." in text
    )
    assert page.dataframe[0].value["Endpoint"].tolist() == [
        "PFS",
        "PFS",
        "mRECIST",
        "mRECIST",
        "RECIST 1.1",
        "RECIST 1.1",
    ]
    page = next(button for button in page.button if button.label == "Undo").click().run()
    assert "Negative control OS" not in said(page)


def test_power_says_what_is_not_excluded(app: AppTest) -> None:
    text = said(open_section(app, "Power"))
    assert (
        "After matching: OS: these patients could have shown a hazard ratio of 0.34 or less, or of 2.91 or more with 80% "
        "power. The result, 0.63 (95% CI 0.30–1.34), is not significant, which is no proof of no effect: it cannot exclude a "
        "hazard up to 70.0% lower or 33.7% higher." in text
    )


def test_a_design_that_matches_nobody_leaves_the_population_before(app: AppTest) -> None:
    app.multiselect(key="exact").set_value(["site", "tumor_max_mm"]).run()
    for section in SECTIONS:
        text = said(open_section(app, section))
        assert "Before matching: " in text
        assert "After matching: " not in text


def test_the_report_says_what_would_undo_the_finding(app: AppTest) -> None:
    text = said(app.switch_page("pages/report.py").run())
    assert (
        "to explain the hazard ratio of 0.54 (95% CI 0.29–0.99) away; 1.08 each would be enough for its interval to reach 1."
        in text
    )
    assert "it cannot exclude a hazard up to 70.0% lower or 33.7% higher." in text
