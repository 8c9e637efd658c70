"""Texts of the study are letters: what Streamlit makes of them, before and after Markdown has been read, is nothing."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from ui.language.letters import letter_by_letter

MADE_AFTERWARDS = re.compile(
    r":material_\w+:|:streamlit:|:(?=[\w+-]*[a-z])[\w+-]+:|https?://|www\.|[\w+.-]@[\w-]+\.\w|(?<!\S)(<->|->|<-|--|>=|<=|~=)(?!\S)",
    re.IGNORECASE,
)
"""What Streamlit looks for in texts from which the backslashes are gone."""

HOSTILE = (
    ":material/delete: $\\alpha$ [x](http://evil.org)", ":material_delete:", ":streamlit:", "a:smile:b :+1:",
    "https://evil.org", "www.evil.org", "WWW.EVIL.ORG", "ann@evil.org", "mailto:ann@evil.org",
    "A -> B <- C <-> D -- E", "age >= 3", "age <= 3", "age ~= 3", ":red[x]",
    "![x](http://evil.org/x.png)", "<http://evil.org>", "x[^1]", "~~x~~", "`x` *x* __x__ # x", "&lt;b&gt; &#42;", "1. x", "=",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_made_of_a_label_and_its_letters_stay(text: str) -> None:
    shown = letter_by_letter(text)
    assert re.search(r"(?<!\\)[`*_{}\[\]<>()#+\-.!|$:~^]", re.sub(r"\\\\", "", shown)) is None
    assert re.search(r"(?<!\\)&#?\w+;", shown) is None
    read = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown)
    assert MADE_AFTERWARDS.search(read.replace(":material/", ":material_")) is None
    assert read.replace("\u2060", "") == text


@pytest.mark.parametrize("text", ["A :smile", "http", ":material/delete", ":streamlit"])
def test_nothing_is_made_of_a_label_and_the_colon_after_it(text: str) -> None:
    read = (letter_by_letter(text) + ": tests").replace("\\", "").replace(":material/", ":material_")
    assert MADE_AFTERWARDS.search(read) is None


@pytest.mark.parametrize(
    "text", ["Lenvatinib", "R&D, 12 mg", "12:30:45", "1:2", "a = b", "Größe", "가나다 (군)", "5-10", "a@ b", "-5"]
)
def test_what_an_ordinary_label_is_copied_as_is_itself(text: str) -> None:
    assert letter_by_letter(text).replace("\\", "") == text


@pytest.mark.parametrize("text", ["a\n\n# b", "a\n===", "    a", "\ta", "a\r\n\r\n- b", "a\n\n    b"])
def test_no_paragraph_list_or_code_begins_in_a_label(text: str) -> None:
    shown = letter_by_letter(text)
    assert "\n" not in shown
    assert shown == shown.strip()


def _options() -> None:
    from analysis.phrases import phrase
    from ui import screen as st

    label = ":red[x]"
    st.segmented_control("a", [phrase("**Balance**"), label])
    st.pills("b", [label])
    st.pills("c", [1], format_func={1: label}.__getitem__)
    st.radio("d", [label])
    st.selectbox("e", [label])


def test_an_option_that_is_a_label_is_letters_where_markdown_is_read() -> None:
    app = AppTest.from_function(_options, default_timeout=60).run()
    groups = [[option.content for option in group.proto.options] for group in app.get("button_group")]
    letters = "\\:red\\[x\\]"
    assert groups == [["**Balance**", letters], [letters], [letters]]
    assert app.radio[0].options == [letters]
    assert app.selectbox[0].options == [":red[x]"]
