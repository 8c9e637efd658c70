"""The specification curve and the bootstrap on the Robustness page: choices, run, progress, stale and continued."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analysis.robustness.result import SpecificationCurve
from analysis.settings import RobustnessSettings
from tests.analysis.robustness.cases import ONE_OF_EACH
from tests.pages.conftest import assert_sound, words
from ui.robustness import bootstrap, specifications
from ui.robustness.sections import CHOSEN


def said(page: AppTest) -> str:
    return words(page).replace("\\", "")


def open_section(app: AppTest, name: str, **bootstrap_settings: Any) -> AppTest:
    """Go to a section with few specifications, the ghost of a curve."""
    desk = app.session_state["workspace"]
    robustness = {"specifications": ONE_OF_EACH, "bootstrap": {"replicates": 200, **bootstrap_settings}}
    desk.change(replace(desk.form, robustness=RobustnessSettings.model_validate(robustness)))
    app.session_state[CHOSEN] = name
    page = app.switch_page("pages/robustness.py").run()
    assert_sound(page)
    return page


def kept(page: AppTest, name: str) -> Any:
    return page.session_state[f"kept:{name}"]


def finish(page: AppTest, name: str) -> AppTest:
    """Wait for the run under way and draw the page again."""
    if kept(page, name).run is not None:
        kept(page, name).run.wait()
    page.run()
    assert_sound(page)
    return page


def test_a_curve_is_carried_out_on_click_and_stale_after_a_change(app: AppTest) -> None:
    page = open_section(app, "Specification curve")
    start = page.button(key="start curve")
    assert start.label == "Carry out 5 specifications"
    assert kept(page, specifications.KEPT).found is None, "nothing runs by itself"
    page = finish(start.click().run(), specifications.KEPT)
    assert "5 specifications were carried out." in said(page)
    curve: SpecificationCurve = kept(page, specifications.KEPT).found
    assert curve.complete
    assert page.get("plotly_chart")
    assert "Stale" not in said(page)

    page.session_state["workspace"].change_matching(caliper=0.3)
    page.run()
    assert "Stale: this curve is of an earlier study" in said(page)
    page.session_state["workspace"].undo()
    page.run()
    assert "Stale" not in said(page)


def test_a_partial_curve_can_be_continued(app: AppTest) -> None:
    page = finish(open_section(app, "Specification curve").button(key="start curve").click().run(), specifications.KEPT)
    found = kept(page, specifications.KEPT)
    whole = found.found
    found.found = replace(whole, results=whole.results[:2])
    page.run()
    assert "Partial: 2 of 5 specifications" in said(page)
    button = page.button(key="continue curve")
    assert button.label == "Continue with the other 3"
    page = finish(button.click().run(), specifications.KEPT)
    again = kept(page, specifications.KEPT).found
    assert [item.estimate for item in again.results] == [item.estimate for item in whole.results]


def test_a_run_of_other_settings_is_stopped(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: Any) -> Any:
        def work(progress: Any, cancelled: Any) -> None:
            while not cancelled():
                progress(1, 5)

        return work

    monkeypatch.setattr(specifications, "curve_work", endless)
    page = open_section(app, "Specification curve").button(key="start curve").click().run()
    run = kept(page, specifications.KEPT).run
    assert page.button(key="cancel specification curve")
    page.session_state["workspace"].change_matching(caliper=0.3)
    page.run()
    run.wait()
    assert run.stage == "over"
    assert "the run under way was stopped" in said(page)
    assert page.button(key="start curve")


def test_what_varies_is_a_change_of_the_study(app: AppTest) -> None:
    page = open_section(app, "Specification curve")
    page.number_input(key="curve random_orders").set_value(7).run()
    pills: Any = next(item for item in page.get("button_group") if item.key == "curve ratios")
    pills.set_value([1, 3]).run()
    asked = page.session_state["workspace"].form.robustness.specifications
    assert (asked.random_orders, asked.ratios) == (7, (1, 3))
    assert page.button(key="start curve").label == "Carry out 10 specifications"
    page.session_state["workspace"].undo()
    page.run()
    assert page.session_state["workspace"].form.robustness.specifications.ratios == (1,)


def test_the_effect_brings_its_endpoints(app: AppTest) -> None:
    page = open_section(app, "Specification curve")
    effect: Any = next(item for item in page.get("button_group") if item.key == "curve effect")
    effect.set_value("rate_difference").run()
    assert_sound(page)
    asked = page.session_state["workspace"].form.robustness.specifications
    assert asked.effect == "rate_difference"
    assert page.selectbox(key="curve endpoint").value == asked.endpoint == "mRECIST"


def test_a_bootstrap_gives_both_intervals_and_goes_on_to_more_replicates(app: AppTest) -> None:
    page = open_section(app, "Bootstrap")
    page = finish(page.button(key="start bootstrap").click().run(), bootstrap.KEPT)
    assert "95% CI by percentiles" in said(page)
    assert "95% CI by BCa" in said(page)
    first = kept(page, bootstrap.KEPT).found
    page.number_input(key="bootstrap replicates").set_value(250).run()
    assert "Stale: this bootstrap" in said(page)
    page = finish(page.button(key="continue bootstrap").click().run(), bootstrap.KEPT)
    more = kept(page, bootstrap.KEPT).found
    assert more.number.size == 250
    assert (more.value[:200] == first.value).all()
    assert not [button for button in page.button if button.key == "continue bootstrap"]


def test_a_bootstrap_of_sets_is_not_offered_where_there_are_none(app: AppTest) -> None:
    page = open_section(app, "Bootstrap")
    page.session_state["workspace"].choose_design(weighted=True)
    page = page.run()
    assert [box.value for box in page.info] == [bootstrap.WITHOUT_SETS]
    assert "start bootstrap" not in [button.key for button in page.button]
    drawn = next(group for group in page.get("button_group") if group.proto.id.endswith("-bootstrap draws"))
    page = drawn.set_value("patients").run()
    assert not page.info
    assert page.button(key="start bootstrap")
