"""Nothing that a study calls a column, a label, an endpoint or a file is Markdown to any page: all of it is letters."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from analysis.cohort.reading import read_cohort
from analysis.settings import StudySettings
from analysis.study_file import load_study, study_values
from tests.pages.conftest import ROOT, assert_sound, choose, open_downloads
from tests.pages.test_figures_in_words import CHOSEN, PLACES
from ui.data.steps import STEPS
from ui.form import form_from_settings, settings_from_form
from ui.workspace import Workspace

MARK = "[x](http://evil.org) :material/skull: :smile: $\\alpha$ *b* <img src=x> -> y"
TREATED, CONTROL = ":material/skull: *b* LEN", "[x](http://evil.org) SOR"
LABELLED = ("sex", "etiology", "bclc", "site", "country")
RAW = re.compile(r"\[x\]|http:/|:material/skull|:smile|\$\\alpha|\*b|<img src|-> y")
"""What is left of a mark in a text, without what a backslash stands before, where the text is Markdown."""

ESCAPED = re.compile(r"\\[^\w\s]")
TWICE = "\\\\\\"
"""What escaping twice leaves, and nobody wants to read."""

LETTERS = {"Html", "PlotlyChart", "Text", "Code", "BidiComponent", "BidiComponentArgs"}
"""Elements whose texts are no Markdown."""
READ = {"body", "caption", "captions", "content", "delta", "help", "label", "text", "title"}
"""Fields that Streamlit reads as Markdown, the options of a radio besides."""


def hostile(text: str) -> str:
    return f"{text} {MARK}"


@pytest.fixture(scope="module")
def study() -> tuple[Any, Any]:
    """The sample study with a mark in every name and label, and the form that names them."""
    folder = ROOT / "sample_data"
    table = pd.read_csv(folder / "cohort.csv", dtype=str, keep_default_na=False)
    for column in LABELLED:
        table[column] = table[column].map(lambda label: hostile(label) if label else label)
    table["arm"] = table["arm"].map({"LEN": TREATED, "SOR": CONTROL})
    table["grade of rash"] = [str(number % 4) for number in range(len(table))]
    scans = pd.read_csv(folder / "lesions.csv", dtype=str, keep_default_na=False)
    values = study_values(load_study((folder / "study.yaml").read_text(encoding="utf-8")))
    known = {*table.columns, *scans.columns, "PFS", "OS", "mRECIST", "RECIST 1.1", "HBV", values["title"]}
    values = _renamed(values, known)
    values["treatment"] |= {"treated": TREATED, "control": CONTROL}
    cohort = _read(table.rename(columns=hostile), hostile("cohort") + ".csv")
    cohort = replace(cohort, scans=_read(scans.rename(columns=hostile), "lesions.csv"))
    settings = StudySettings.model_validate(values)
    return cohort, form_from_settings([str(column) for column in cohort.table.columns], settings)


def _read(table: pd.DataFrame, name: str) -> Any:
    buffer = io.StringIO()
    table.to_csv(buffer, index=False)
    return read_cohort(buffer.getvalue().encode(), name)


def _renamed(node: Any, known: set[str]) -> Any:
    if isinstance(node, dict):
        return {key: _renamed(value, known) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_renamed(value, known) for value in node]
    return hostile(node) if isinstance(node, str) and node in known else node


SECTIONS: dict[str, list[str | None]] = PLACES | {
    "data": list(STEPS),
    "matching": [*PLACES["matching"], "Gate"],
    "response": [*PLACES["response"], "Adverse events"],
}
KEYS = CHOSEN | {"data": "data step"}
OPEN = {
    "help": True,
    "overview words": True,
    "compare entries": True,
    "rule column": hostile("sex"),
    "known later": hostile("ab_months"),
}
"""What else opens: by key, for Streamlit draws the inside of these only then."""


def marked_texts(app: AppTest, desk: Workspace, page: str, sections: list[str | None]) -> int:
    """How many texts of a page have a mark in them; none may mean anything."""
    app.session_state["workspace"] = desk
    for key, value in OPEN.items():
        app.session_state[key] = value
    wrong: set[str] = set()
    n_marked = 0
    for section in sections:
        if section is not None:
            app.session_state[KEYS.get(page, f"section of {page}")] = section
        for shown in views(app.switch_page(f"pages/{page}.py").run()):
            assert_sound(shown)
            for where, text in markdown_of(shown):
                n_marked += "evil" in text
                if RAW.search(ESCAPED.sub("", text)) or TWICE in text:
                    wrong.add(f"{section} {where}: {text[:300]!r}")
    assert not wrong, "\n".join(sorted(wrong))
    return n_marked


@pytest.mark.parametrize("page", [page for page in PLACES if page != "validation"])
def test_every_name_of_the_study_is_letters_on_every_page(app: AppTest, study: tuple[Any, Any], page: str) -> None:
    cohort, form = study
    assert marked_texts(app, Workspace(cohort, hostile("cohort") + ".csv", form), page, SECTIONS[page])


def test_so_it_is_where_choices_ask_for_columns_one_by_one(app: AppTest, study: tuple[Any, Any]) -> None:
    cohort, form = study
    settings, _ = settings_from_form(form)
    assert settings is not None
    values = study_values(settings)
    values["matching"] = {
        "calipers": [{"column": hostile("age"), "width": 9.0}],
        "coarsen": [{"column": hostile("albi_score"), "bins": 4}],
        "exact": [hostile("sex")],
    }
    values["propensity"] = {"splines": [{"column": hostile("age"), "knots": 3}]}
    values["eligibility"] = [{"column": hostile("age"), "at_least": 30, "reason": hostile("adults")}]
    settings = StudySettings.model_validate(values)
    form = form_from_settings([str(column) for column in cohort.table.columns], settings)
    form = replace(form, dates=replace(form.dates, died=hostile("ecog")))
    for page in ("data", "matching"):
        assert marked_texts(app, Workspace(cohort, "cohort.csv", form), page, SECTIONS[page])


@pytest.mark.parametrize("column", ["pfs_months", "arm"])
def test_so_it_is_in_what_is_said_of_a_study_that_cannot_be_run(
    app: AppTest, study: tuple[Any, Any], column: str
) -> None:
    cohort, form = study
    broken = replace(cohort, table=cohort.table.drop(columns=hostile(column)))
    for page in ("data", "matching", "overview"):
        assert marked_texts(
            app, Workspace(broken, hostile("cohort"), form), page, SECTIONS[page] if page == "data" else [None]
        )


def views(page: AppTest) -> Iterator[AppTest]:
    """The page of each population, with all that opens on it open."""
    yield page
    switched = any(group.proto.id.endswith("-population") for group in page.get("button_group"))
    for population in ("Before", "Matched", "Compare") if switched else ():
        page = choose(page, population)
        yield page
        yield open_downloads(page)


def markdown_of(page: AppTest) -> Iterator[tuple[str, str]]:
    """Every text of a page that Streamlit reads as Markdown, and the markup that the product wrote itself."""
    nodes: list[Any] = [page._tree]
    while nodes:
        node = nodes.pop()
        nodes += getattr(node, "children", {}).values()
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message):
            yield from texts_of(proto)


def texts_of(message: Message) -> Iterator[tuple[str, str]]:
    kind = type(message).__name__
    for field, value in message.ListFields():
        values = [value] if isinstance(value, str | Message) else value if hasattr(value, "__iter__") else ()
        for item in () if isinstance(value, bytes) else values:
            if isinstance(item, Message):
                yield from texts_of(item)
            elif kind in LETTERS or not isinstance(item, str):
                continue
            elif field.name in READ or (kind, field.name) == ("Radio", "options"):
                yield f"{kind}.{field.name}", item
            elif (kind, field.name) == ("Arrow", "columns"):
                for looks in json.loads(item or "{}").values():
                    yield "column help", str((looks or {}).get("help") or "")
