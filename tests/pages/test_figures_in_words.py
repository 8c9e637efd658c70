"""Every figure of every page is told in words with its own numbers, and its numbers can be read as a table on the page."""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import assert_sound
from ui.language import choice
from ui.numbers_table import MOST_ROWS, numbers_markup
from ui.numbers_words import HEADINGS

Show = Callable[[str], AppTest]

PLACES = {
    "data": [None],
    "overview": [None],
    "matching": ["Balance", "Caliper", "Left out", "Pairs", "Centres", "Score"],
    "survival": ["Curves", "Differences", "Tests and models", "Competing risks", "Landmark"],
    "response": ["Rates", "Criteria side by side", "Depth", "Over time"],
    "subgroups": ["Endpoints", "Cox table", "Subgroups", "Centres"],
    "robustness": ["Unmeasured confounding", "Power", "Specification curve", "Bootstrap"],
    "report": [None],
    "validation": [None],
}
CHOSEN = {"subgroups": "section of models"}
AT_LEAST = {"overview": 2, "matching": 8, "survival": 2, "response": 4, "subgroups": 3, "robustness": 1}
"""Figures that each page draws of the sample study, in all its sections."""

CATEGORIES = ("CR", "PR", "SD", "PD", "NE", "id")
"""Headings that are called the same in every language."""

TABLE_ELSEWHERE = {"scrubber": "caliper path"}
"""Figures without a table of their own, and the one beside them that has their numbers."""


@pytest.mark.parametrize("page", PLACES)
def test_every_figure_has_its_numbers_in_words_and_as_a_table(app: AppTest, page: str) -> None:
    seen: set[str] = set()
    desk = app.run().session_state["workspace"]
    named = {*HEADINGS, *desk.cohort.table.columns, *CATEGORIES, "RECIST 1.1", "mRECIST"}
    for section in PLACES[page]:
        if section is not None:
            app.session_state[CHOSEN.get(page, f"section of {page}")] = section
        shown = app.switch_page(f"pages/{page}.py").run()
        assert_sound(shown)
        figures = {name_of(chart): chart.proto for chart in shown.get("plotly_chart")}
        for name, figure in figures.items():
            told = numbers_in(figure.alt)
            assert told, f"{name}: {figure.alt!r} has no number"
            assert told & numbers_of(json.loads(figure.spec)), f"{name}: no number of the figure is in its words"
        own = [name for name in figures if name not in TABLE_ELSEWHERE]
        assert {TABLE_ELSEWHERE[name] for name in figures if name in TABLE_ELSEWHERE} <= set(own)
        tables = open_tables(shown, own)
        assert len(tables) == len(own), (section, own)
        for table in tables:
            assert re.search(r"<caption>[^<]+</caption>", table)
            assert re.search(r'<th scope="col">[^<]+</th>', table)
            assert re.search(r"<t[dh][^>]*>−?\d", table), table[:300]
            assert set(re.findall(r'<th scope="col">([^<]+)</th>', table)) <= named
        seen |= {f"{section} {name}" for name in figures}
    assert len(seen) >= AT_LEAST.get(page, 0), seen


def name_of(chart: Any) -> str:
    return str(chart.proto.id).partition("-figure ")[2]


def open_tables(page: AppTest, names: list[str]) -> list[str]:
    """The tables of these figures, which are drawn when somebody opens them and not before."""
    assert not tables_of(page)
    for name in names:
        page.session_state[f"downloads {name}"] = True
        page.session_state[f"numbers {name}"] = True
    page = page.run()
    assert_sound(page)
    found = tables_of(page)
    for name in names:
        page.session_state[f"downloads {name}"] = False
    return found


def tables_of(page: AppTest) -> list[str]:
    return [item.proto.body for item in page.get("html") if 'class="mce-numbers"' in item.proto.body]


def numbers_in(text: str) -> set[str]:
    """Numbers as they are written, without what stands between thousands, sign and noughts at the end."""
    return {plain(found) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def plain(number: str) -> str:
    return f"{float(number.replace(',', '')):g}"


def numbers_of(node: Any) -> set[str]:
    """Every number that a figure draws or letters, also as rounded and as a share in per cent."""
    found: set[str] = set()
    for value in leaves(node):
        if isinstance(value, str):
            found |= numbers_in(value) if "rgb" not in value and "#" not in value else set()
        elif isinstance(value, int | float) and math.isfinite(value):
            found |= {f"{round(abs(value) * scale, digits):g}" for scale in (1, 100) for digits in (0, 1, 2, 3)}
    return found


def leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        node = {key: value for key, value in node.items() if key not in ("font", "margin", "width", "height", "size")}
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from leaves(value)
    else:
        yield node


def test_a_table_has_headings_for_its_columns_and_rows_and_a_dash_for_what_is_unknown() -> None:
    table = pd.DataFrame({"arm": ["<b>LEN", None], "n_at_risk": [12, 3], "survival": [0.123456789, float("nan")]})
    found = numbers_markup("Survival <of all>", table)
    assert found.startswith(
        '<div class="mce-numbers" role="region" tabindex="0" aria-label="The numbers of the figure: '
    )
    assert '<th scope="col">arm</th><th scope="col">n at risk</th><th scope="col">survival</th>' in found
    assert '<tr><th scope="row">&lt;b&gt;LEN</th><td>12</td><td>0.123457</td></tr>' in found
    assert '<tr><th scope="row">–</th><td>3</td><td>–</td></tr>' in found
    assert "Survival &lt;of all&gt;" in found


def test_the_products_columns_and_words_are_said_and_those_of_the_study_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choice, "language", lambda: "ko")
    table = pd.DataFrame({"matching": ["after"], "arm": ["after"], "n_at_risk": [3], "weight": [61.5], "died": [True]})
    found = numbers_markup("OS", table, columns={"weight"})
    headings = ("매칭", "군", "위험군 수", "weight", "사망")
    assert "".join(f'<th scope="col">{heading}</th>' for heading in headings) in found
    assert '<th scope="row">이후</th><td>after</td><td>3</td><td>61.5</td><td>예</td>' in found


def test_a_long_table_is_shown_to_its_limit() -> None:
    found = numbers_markup("Lanes", pd.DataFrame({"patient": range(MOST_ROWS + 5), "change": -1.5}))
    assert found.count("<tr>") == 1 + MOST_ROWS
    assert "<td>−1.5</td>" in found


def test_where_small_counts_are_hidden_a_table_is_not_offered(show: Show) -> None:
    show("report").number_input(key="hide below").set_value(10).run()
    page = show("response")
    page.session_state["downloads response"] = True
    page = page.run()
    assert_sound(page)
    assert [toggle for toggle in page.toggle if toggle.key == "printed response"] == []
    assert [toggle for toggle in page.toggle if toggle.key == "numbers response"] == []
