"""What the source gives a person to read is a phrase: nothing is written past the catalogues."""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from ui.language.source import ROOT, source_files

NO_SCREEN = {
    "analysis/__main__.py": "the command line",
    "analysis/command_line": "the command line",
    "analysis/manuscript/capsule/read_me.py": "a file of the capsule",
    "analysis/manuscript/capsule/rebuild": "a file of the capsule",
    "analysis/manuscript/capsule/rebuilding.py": "a file of the capsule",
    "analysis/manuscript/capsule/scripts.py": "a file of the capsule",
    "analysis/reporting/confirmation.py": "the command line: how a cohort was understood",
    "analysis/reporting/role_sentences.py": "the command line: how a cohort was understood",
    "analysis/reporting/summary.py": "the command line: what a run found",
    "ui/access/__main__.py": "the terminal that starts the app",
    "ui/audit": "the log of events and the metrics of whoever runs the server",
}
"""Files and folders, each with the only place where its texts are read; printed figures are English too."""

NOT_SAID = {
    "Matched Cohort Explorer": "the name of the product",
    "OS, PFS, ORR …": "names of endpoints, as they are typed",
    "Known answers by {} and publications.": "a line of the terminal",
    "Stopping: what is done is kept. Once more to give it up.": "a line of the terminal",
    "This note names a count below {} and is not given.": "stands in results.json and nowhere else",
    "Sign in first.": "the answer to a program that sends a file past the page",
    "The statistics are compiled for this processor already.": "a line of the terminal",
    "Compiled in {} s.": "a line of the terminal",
    "No lasting folder can be written to, so they are kept in {}": "a line of the terminal",
}
"""Beginnings of texts in English that are right where they are, each with its reason."""

ERRORS = {"AnalysisError", "CohortInputError", "SettingsError", "EstimationError"}
TOLD = {Path("analysis/settings"): ERRORS | {"ValueError"}}
"""Where other errors are told too: what pydantic asks of a study file."""
KEYS = {
    "code", "column_order", "default", "disabled", "file_name", "format", "icon", "key", "mime", "name", "on_change", "on_click",
}  # fmt: skip
"""Arguments of a call that draws which nobody reads."""
KEY_PLACES = {"draw_endpoint": range(2, 3), "_draw_terms": range(2, 3), "action": range(2, 9)}
"""Those of them that have a place and no name."""

SAID_BY_NAME = {"action", "as_html", "as_said", "key_figure", "plain", "said"}
PHRASES = {"capitalised", "join_phrases", "phrase", "uncapitalised", "without_stop"}
"""Calls that give a phrase."""
KEEPING = {"format", "join", *PHRASES}
"""Calls that give back the text they are given."""

WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}|^\s*[A-Z][a-z]{2,}")
"""Two words in a row, or one that begins as labels and sentences do."""
MARKUP = re.compile(r"<style>.*?</style>|<[^>]*>?|:material/\w+:", re.S)
SENTENCE = re.compile(r"[.?!…]\s*$")

FILES = [
    file
    for file in source_files()
    if not any(file.is_relative_to(Path(place)) for place in NO_SCREEN) and file.name != "publication.py"
]


def written(text: ast.expr) -> str:
    """A literal, with braces where an f-string has a value; nothing where it is no text."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


def is_english(text: ast.AST) -> bool:
    if isinstance(text, ast.Constant):
        return isinstance(text.value, str) and WORDS.search(MARKUP.sub(" ", text.value)) is not None
    return isinstance(text, ast.JoinedStr) and WORDS.search(MARKUP.sub(" ", written(text))) is not None


def name_of(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""


def texts(node: ast.AST, *, everywhere: bool = False) -> Iterator[ast.expr]:
    """The English literals of an expression that no phrase was made of; everywhere, also what it calls and compares."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Constant | ast.JoinedStr) and is_english(node):
        yield node
    for child in ast.iter_child_nodes(node):
        if _counts(node, child) and (everywhere or _becomes_text(node, child)):
            yield from texts(child, everywhere=everywhere)


def _counts(node: ast.AST, child: ast.AST) -> bool:
    """Not what a phrase is made of, what a text is searched for or looked up by, what a bug says, pieces of an f-string."""
    if isinstance(node, ast.Call):
        return not (name_of(node.func) in ("phrase", "endswith", "ValueError") and child in node.args)
    if isinstance(node, ast.Dict):
        return child in node.values
    return not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant))


def _becomes_text(node: ast.AST, child: ast.AST) -> bool:
    """Whether a part of an expression may become part of its text."""
    if isinstance(node, ast.Call):
        return name_of(node.func) in KEEPING
    return not isinstance(node, ast.Compare | ast.Lambda) and not (
        isinstance(node, ast.Subscript) and child is node.slice
    )


def shown(node: ast.AST, errors: Collection[str], *, draws: bool) -> Iterator[ast.expr]:
    """What a call gives a person to read."""
    if not isinstance(node, ast.Call):
        return
    name = name_of(node.func)
    of_streamlit = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) in ("st", "st.column_config")
    drawing = draws and (of_streamlit or name in SAID_BY_NAME or name.lstrip("_").startswith("draw"))
    if name == "phrase":
        yield from (word.value for word in node.keywords)
    elif drawing or name == "Note" or name in errors:
        yield from (part for place, part in enumerate(node.args) if place not in KEY_PLACES.get(name, ()))
        yield from (word.value for word in node.keywords if word.arg not in KEYS)


def forgotten(node: ast.AST) -> Iterator[ast.expr]:
    """Phrases that an f-string makes plain text of."""
    if isinstance(node, ast.FormattedValue):
        found = [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
        yield from (one for one in found if isinstance(one, ast.Call) and name_of(one.func) in PHRASES)


def left(source: str, errors: Collection[str] = ERRORS, *, draws: bool) -> list[str]:
    """The texts that are written past the catalogues, each with its line."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    found = [text for node in nodes for part in shown(node, errors, draws=draws) for text in texts(part)]
    found += [text for text in texts(tree, everywhere=True) if SENTENCE.search(written(text))]
    told = {(text.lineno, " ".join(written(text).split())) for text in found}
    told = {(line, text) for line, text in told if not text.startswith(tuple(NOT_SAID))}
    told |= {(one.lineno, ast.unparse(one)) for node in nodes for one in forgotten(node)}
    return [f"{line}: {text}" for line, text in sorted(told)]


@pytest.mark.parametrize("floor", ["analysis", "app.py", "charts", "pages", "ui"])
def test_what_a_person_reads_is_a_phrase(floor: str) -> None:
    draws = floor not in ("analysis", "charts")
    told = {
        str(file): left((ROOT / file).read_text(encoding="utf-8"), TOLD.get(file.parent, ERRORS), draws=draws)
        for file in FILES
        if file.is_relative_to(floor)
    }
    assert told
    assert not {file: lines for file, lines in told.items() if lines}


@pytest.mark.parametrize(
    "line",
    [
        'raise SettingsError("Name an arm")',
        'raise CohortInputError(*found, f"{n} patients have none")',
        'Note(code="few_events", text="few events" if few else phrase("many events"))',
        'st.button("Read it", key="read it")',
        'st.text_input(phrase("Name"), help=f"{n} names are taken")',
        'st.column_config.TextColumn("How sure", width=80)',
        'draw_headline("All patients")',
        'st.html(f"<p class=\\"small\\">{n} left out</p>")',
        'reason = "An arm has no patients."',
        'phrase("{what} are left.", what="no patients")',
        "st.caption(f\"{phrase('Pairs')}: {n}\")",
    ],
)
def test_a_text_past_the_catalogues_is_found(line: str) -> None:
    assert left(line, draws=True)


@pytest.mark.parametrize(
    "line",
    [
        'raise SettingsError(phrase("Name an arm."))',
        'st.button(phrase("Read it"), key="read it", on_click=lambda: show("rule labels"))',
        "st.html(f\"<p class='too small'>{as_html(words)}</p>\")",
        'table["Widest distance"] = found if word == "after lock" else WORDS["left out"]',
        '"""A docstring of a module."""',
    ],
)
def test_keys_and_phrases_are_no_such_texts(line: str) -> None:
    assert not left(line, draws=True)
