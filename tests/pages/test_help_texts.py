"""Every control on every page is explained: by its help, by its heading, or by a sentence beside it."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import assert_sound
from ui.data.steps import STEPS
from ui.guide.meanings import MEANINGS
from ui.language.source import ROOT, source_files
from ui.matching.sections import SECTIONS as MATCHING
from ui.response.sections import SECTIONS as RESPONSE
from ui.robustness.sections import SECTIONS as ROBUSTNESS
from ui.screen import _CONTROLS as SCREEN_CONTROLS
from ui.survival.sections import SECTIONS as SURVIVAL

Show = Callable[[str], AppTest]

CONTROLS = (
    "checkbox", "date_input", "multiselect", "number_input", "radio", "selectbox", "slider", "text_area", "text_input",
    "toggle", "file_uploader", "button_group",
)  # fmt: skip

SAY_IT_THEMSELVES = ("button", "download_button", "popover", "page_link")
"""Their words are what they do, or the file that they give; where that has consequences they have help as well."""

EXPLAINED_BESIDE = {
    "OS from dates": "the card above it says what it is built from",
    "PFS from dates": "the card above it says what it is built from",
    "TTP from dates": "the card above it says what it is built from",
}
"""Labels without help of their own, and what explains each."""

COLLAPSED = 2
"""A label that is not drawn: the heading, the card or the row that the control stands in says what it is."""

SECTIONS = {
    "data": ("data step", list(STEPS)),
    "overview": ("", [""]),
    "matching": ("section of matching", [str(name) for name in MATCHING]),
    "survival": ("section of survival", [str(name) for name in SURVIVAL]),
    "response": ("section of response", [str(name) for name in RESPONSE]),
    "subgroups": ("section of models", ["Endpoints", "Cox table", "Subgroups", "Centres"]),
    "robustness": ("section of robustness", [str(name) for name in ROBUSTNESS]),
    "report": ("", [""]),
    "validation": ("", [""]),
}


def unexplained(page: AppTest) -> Iterator[str]:
    """The labels of controls that are drawn with a label, and without help."""
    for kind in CONTROLS:
        for item in page.get(kind):
            proto: Any = item.proto
            hidden = proto.label_visibility.value == COLLAPSED
            if proto.label and not hidden and not proto.help and proto.label not in EXPLAINED_BESIDE:
                yield f"{kind}: {proto.label}"


@pytest.mark.parametrize("name", SECTIONS)
def test_every_control_is_explained(show: Show, name: str) -> None:
    key, sections = SECTIONS[name]
    found: set[str] = set()
    for section in sections:
        page = show(name)
        if section:
            page.session_state[key] = section
            page = page.run()
            assert_sound(page)
        found |= set(unexplained(page))
    assert found == set()


@pytest.mark.parametrize("weighted", [False, True])
def test_the_sidebar_is_explained_whatever_is_chosen_in_it(app: AppTest, weighted: bool) -> None:
    desk = app.session_state["workspace"]
    desk.choose_design(weighted=weighted)
    found: set[str] = set()
    for model in ("ridge", "forest", "column"):
        desk.change_settings("propensity", model=model)
        for changes in ({"method": "nearest", "order": "random", "ratio": 3}, {"method": "strata", "exact": ("sex",)}):
            desk.change_matching(**changes)
            found |= set(unexplained(app.run()))
    for support in ("score", "preference"):
        desk.change_settings("propensity", model="logistic")
        desk.change_settings("support", method=support)
        found |= set(unexplained(app.run()))
    assert found == set()


def calls() -> Iterator[ast.Call]:
    """Every call in the source whose texts are said on screen."""
    for file in source_files():
        if file.name != "meanings.py":
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def template(node: ast.expr) -> str | None:
    """The text of a phrase; None for anything else."""
    is_phrase = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "phrase"
    return str(node.args[0].value) if is_phrase and isinstance(node.args[0], ast.Constant) else None


def test_every_control_of_the_source_is_explained_where_no_page_of_the_sample_draws_it() -> None:
    lacking = set()
    for call in calls():
        named = {item.arg for item in call.keywords}
        label = template(call.args[0]) if call.args and isinstance(call.func, ast.Attribute) else None
        is_bare = not named & {"help", "label_visibility"} and label not in MEANINGS
        if label is not None and is_bare and call.func.attr in SCREEN_CONTROLS:
            lacking.add(label)
    assert lacking == set()


def test_every_meaning_is_that_of_a_label() -> None:
    """A label that was changed or taken out leaves no meaning behind, and loses none."""
    written = {found for call in calls() if (found := template(call)) is not None}
    assert set(MEANINGS) - written == set()
