"""Pages of the reference: which modules they show, in the order of the floors; Sphinx fills in what their docstrings say."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePage:
    """One page of the reference.

    Attributes
    ----------
    name, title, sentence : str
        Of its file; above it; below its title.
    modules : tuple of str
        A module, or a package that stands for all of its modules that have something public.
    """

    name: str
    title: str
    sentence: str
    modules: tuple[str, ...]


PAGES = (
    ReferencePage(
        name="study",
        title="A study from end to end",
        sentence="A cohort and a study file in, every number out. Screen and command line call `run`.",
        modules=(
            "analysis.study_file",
            "analysis.study.result",
            "analysis.study.patients",
            "analysis.study.populations",
            "analysis.study.imputed",
            "analysis.study.pooled",
            "analysis.errors",
            "analysis.notes",
        ),
    ),
    ReferencePage(
        name="cohort",
        title="Cohort: files, columns, patients",
        sentence="From a hospital's file to the patients of a study.",
        modules=(
            "analysis.cohort.reading",
            "analysis.cohort.reading_options",
            "analysis.cohort.roles",
            "analysis.cohort.checks",
            "analysis.cohort.selection",
            "analysis.cohort.eligibility",
            "analysis.cohort.dates",
            "analysis.cohort.missing",
            "analysis.cohort.imputation",
            "analysis.cohort.scans",
            "analysis.cohort.flow",
        ),
    ),
    ReferencePage(
        name="design",
        title="Design: scores, sets, weights, balance",
        sentence="How the arms are made comparable. Nothing here sees an outcome; every way ends in a `Design`.",
        modules=("analysis.design",),
    ),
    ReferencePage(
        name="outcomes",
        title="Outcomes: survival, response, safety",
        sentence="What happened to the patients: arrays, weights and clusters in, a frozen result out.",
        modules=("analysis.outcomes",),
    ),
    ReferencePage(
        name="sensitivity",
        title="Sensitivity and robustness",
        sentence="What would undo an effect, what could have been shown, and the effect under other reasonable choices.",
        modules=("analysis.sensitivity", "analysis.robustness"),
    ),
    ReferencePage(
        name="writing",
        title="Results, reports and figures",
        sentence="What is written from a run: the results file, the report, tables, text and the capsule.",
        modules=(
            "analysis.reporting.findings",
            "analysis.reporting.results",
            "analysis.reporting.csv_files",
            "analysis.reporting.figure_files",
            "analysis.reporting.folder",
            "analysis.manuscript.publication",
            "analysis.manuscript.documents.reports",
            "analysis.manuscript.text.writing",
            "analysis.manuscript.checklists.checklist",
            "analysis.manuscript.capsule.capsule",
            "analysis.validation.validation",
        ),
    ),
)


def reference_pages() -> dict[Path, str]:
    """Every page of the reference as Markdown, by its file."""
    pages = {FOLDER / f"{page.name}.md": _written(page) for page in PAGES}
    pages[FOLDER / "README.md"] = _index()
    return pages


def _index() -> str:
    rows = "".join(f"| [{page.title}]({page.name}.md) | {page.sentence} |\n" for page in PAGES)
    return (
        "# Reference\n\n"
        "The public functions of `analysis/` and what they give back, as their docstrings say it. "
        "Settings are the keys of [the study file](../study_file.md).\n\n"
        f"| page | what it holds |\n|---|---|\n{rows}"
    )


def _written(page: ReferencePage) -> str:
    parts = [f"# {page.title}\n\n{page.sentence}\n"]
    for module in [inner for name in page.modules for inner in _modules(name)]:
        parts.append(f"## {module.removeprefix('analysis.')}\n\n{_sentence(module)}\n")
    return "\n".join(parts)


def _modules(name: str) -> Iterator[str]:
    path = ROOT / Path(*name.split("."))
    if not path.is_dir():
        yield name
        return
    for file in sorted(path.rglob("*.py")):
        if file.name != "__init__.py" and not file.stem.endswith("kernel") and _is_public(file):
            yield ".".join(file.relative_to(ROOT).with_suffix("").parts)


def _is_public(file: Path) -> bool:
    defined = (ast.FunctionDef, ast.ClassDef)
    return any(isinstance(node, defined) and not node.name.startswith("_") for node in _tree(file).body)


def _sentence(module: str) -> str:
    words = ast.get_docstring(_tree(ROOT / Path(*module.split(".")).with_suffix(".py"))) or ""
    return " ".join(words.split("\n\n")[0].split())


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))
