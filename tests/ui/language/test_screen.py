"""Streamlit as the pages use it says phrases in the session's language and leaves everything else as it is."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def _page() -> None:
    import pandas as pd

    from analysis.phrases import phrase
    from ui import screen as st
    from ui.language import draw_language, in_words
    from ui.language.choice import as_html

    draw_language()
    st.caption(phrase("All patients"))
    st.caption("All patients")
    st.selectbox(phrase("Arm"), [phrase("Balance"), "Caliper"], key="choice", help=phrase("Go to Data"))
    st.segmented_control(phrase("Section"), ["a", "b"], format_func={"a": phrase("Pairs"), "b": "Pairs"}.__getitem__)
    st.dataframe(pd.DataFrame({phrase("Check"): [phrase("Balance"), "Balance"], "Check ": ["x", "y"]}))
    st.html(f"<p>{as_html(phrase('{n:,} patients', n=1))} {as_html('<b>')}</p>")
    from analysis.phrases import as_said

    with in_words():
        st.text(as_said(phrase("before matching")))


@pytest.fixture(params=["English", "한국어", "日本語"])
def page(request: pytest.FixtureRequest) -> tuple[str, AppTest]:
    app = AppTest.from_function(_page, default_timeout=60).run()
    return request.param, app.selectbox(key="language").set_value(request.param).run()


SAID = {
    "English": ("All patients", "Arm", "Balance", "Pairs", "Check", "1 patients", "before matching"),
    "한국어": ("전체 환자", "군", "균형", "쌍", "점검", "1명", "매칭 전"),
    "日本語": ("全患者", "群", "バランス", "ペア", "点検", "1例", "マッチング前"),
}


def test_phrases_are_said_and_other_texts_are_not(page: tuple[str, AppTest]) -> None:
    language, app = page
    everyone, arm, balance, pairs, check, patients, before = SAID[language]
    assert [item.value for item in app.caption] == [everyone, "All patients"]
    box = app.selectbox(key="choice")
    assert (box.label, box.options) == (arm, [balance, "Caliper"])
    assert [option.content for option in app.get("button_group")[0].proto.options] == [pairs, "Pairs"]
    assert app.get("html")[0].proto.body == f"<p>{patients} &lt;b&gt;</p>"
    assert app.text[0].value == before
    table = app.dataframe[0]
    assert list(table.value.columns) == ["Check", "Check "]
    assert list(table.value["Check"]) == [balance, "Balance"]
    headings = json.loads(table.proto.columns or "{}")
    assert headings.get("Check", {}).get("label", "Check") == check


def test_an_option_stays_what_the_study_knows_it_by(page: tuple[str, AppTest]) -> None:
    _, app = page
    assert app.session_state["choice"] == "Balance"


def test_the_browsers_language_is_the_first_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.runtime.context import ContextProxy

    monkeypatch.setattr(ContextProxy, "locale", property(lambda self: "ja-JP"))
    app = AppTest.from_function(_page, default_timeout=60).run()
    assert app.caption[0].value == "全患者"
    assert app.selectbox(key="language").value == "日本語"


def test_another_language_leaves_every_choice_as_it_was() -> None:
    app = AppTest.from_function(_page, default_timeout=60).run()
    app = app.selectbox(key="choice").set_value("Caliper").run()
    for name in ("한국어", "日本語", "English"):
        app = app.selectbox(key="language").set_value(name).run()
        assert app.session_state["choice"] == "Caliper"
        app = app.run()
        assert app.session_state["choice"] == "Caliper"
    app = app.selectbox(key="choice").set_value("Balance").run()
    app = app.selectbox(key="language").set_value("한국어").run()
    assert (app.session_state["choice"], app.selectbox(key="choice").options[0]) == ("Balance", "균형")
