"""The known answers agree here, and stop agreeing as soon as something computes wrong."""

import doctest
import filecmp
import json
import math
import platform
import re
from pathlib import Path

import numpy as np
import pytest

from analysis.__main__ import main
from analysis.design import matching
from analysis.errors import EstimationError
from analysis.outcomes import cox, survival
from analysis.outcomes.competing import gray
from analysis.validation import (
    GROUPS,
    KnownAnswer,
    Tolerance,
    Validation,
    designs,
    known_answer,
    known_answers,
    report,
    validate,
    validation_document,
    validation_json,
    validation_lines,
    validation_table,
)
from analysis.validation.shelf import DATA, Shelf

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "tests" / "reference"

MACHINE = [rf"\b{re.escape(platform.node())}\b", re.escape(str(ROOT)), "/tmp", "/usr", "/home", "/root"]


@pytest.fixture(scope="module")
def validation() -> Validation:
    return validate()


def differing(validation: Validation) -> set[str]:
    return {check.name for check in validation.checks if not check.passes}


def test_every_known_answer_agrees(validation: Validation) -> None:
    assert differing(validation) == set()
    assert validation.passes
    assert {check.group for check in validation.checks} == set(GROUPS)
    names = [check.name for check in validation.checks]
    assert len(set(names)) == len(names) >= 60
    for check in validation.checks:
        assert check.source
        assert check.tolerance.reason
        values = [value.name for value in check.values]
        assert len(set(values)) == len(values) > 0


def test_progress_names_every_check_before_it_is_made() -> None:
    told: list[tuple[int, int, str]] = []
    found = validate(lambda done, n, name: told.append((done, n, name)))
    assert told == [(place, len(found.checks), check.name) for place, check in enumerate(found.checks)]


def test_a_ratio_that_is_wrong_in_the_fifth_digit_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = cox.maximise

    def wrong(*arguments):
        coefficient, *rest = right(*arguments)
        return coefficient * (1 + 1e-4), *rest

    monkeypatch.setattr(cox, "maximise", wrong)
    found = differing(validate())
    assert {"Cox regression before matching", "Cox regression within pairs", "Cause-specific hazard ratio"} <= found
    assert not {"Log-rank test", "Kaplan–Meier, GBSG", "Pairs, GBSG"} & found


def test_a_walk_that_takes_another_control_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = matching.match_nearest
    # The order in which the treated choose is turned round.
    monkeypatch.setattr(
        designs,
        "match_nearest",
        lambda *arguments, **options: right(
            *arguments, **options | {"order": {"largest": "smallest"}.get(options["order"], options["order"])}
        ),
    )
    assert differing(validate()) == {"Drawn distances, order largest"}


def test_a_kernel_that_fails_is_a_check_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_):
        raise ZeroDivisionError("what an error says is not told")

    monkeypatch.setattr(gray, "gray_sums", broken)
    found = validate()
    assert differing(found) == {"Gray's test"}
    check = next(check for check in found.checks if not check.passes)
    assert check.problem == "The computation failed (ZeroDivisionError)."
    assert all(value.found is None for value in check.values)
    assert "what an error says" not in "\n".join(validation_lines(found))


def test_a_broken_kernel_makes_the_command_fail(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(survival, "crossing_time", lambda *_: 1.0)
    assert main(["validate"]) == 1
    told = capsys.readouterr().out
    assert "differs: Kaplan–Meier, GBSG: " in told
    assert main(["validate", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["passes"] is False


def test_the_command_says_what_agrees_and_names_no_machine(capsys) -> None:
    assert main(["validate"]) == 0
    lines = capsys.readouterr().out
    assert "62 of 62 known answers agree" in lines
    assert "survival 3.5-3" in lines
    assert main(["validate", "--json"]) == 0
    text = capsys.readouterr().out
    document = json.loads(text)
    assert (document["passes"], document["agreeing"]) == (True, document["checks"])
    for pattern in MACHINE:
        assert not re.search(pattern, lines + text), pattern


def test_document_table_and_documentation_have_the_same_keys(validation: Validation) -> None:
    document = json.loads(validation_json(validation))
    assert document == json.loads(json.dumps(validation_document(validation)))
    table = validation_table(validation)
    assert len(table) == document["values"] == sum(len(result["values"]) for result in document["results"])
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    result = document["results"][0]
    for key in {**document, **result, **result["tolerance"], **result["values"][0]}:
        assert f"`{key}`" in page, key


def answer(expected, found, tolerance: Tolerance) -> KnownAnswer:
    return KnownAnswer(
        group="Balance",
        name="one",
        what="",
        source="",
        expected={"x": expected},
        tolerance=tolerance,
        compute=lambda: {"x": found},
    )


@pytest.mark.parametrize(
    ("expected", "found", "agrees"),
    [
        (100.0, 100.9, True),
        (100.0, 101.1, False),
        (0.0, 0.05, True),
        (0.0, 0.2, False),
        (100.0, None, False),
        (100.0, math.nan, False),
        (100.0, math.inf, False),
        (100.0, "100", False),
        (None, None, True),
        (None, 3.0, False),
        ("PR", "PR", True),
        ("PR", "SD", False),
        ("PR", None, False),
        (2, np.int64(2), True),
    ],
)
def test_what_agrees(expected, found, agrees: bool) -> None:
    checked = answer(expected, found, Tolerance(relative=0.01, absolute=0.1, reason="of this test")).check()
    assert checked.passes is agrees
    json.dumps(checked.values[0].found, allow_nan=False)


def test_a_value_that_is_not_given_differs_and_so_does_a_check_of_nothing() -> None:
    nothing = answer(1.0, 1.0, Tolerance(reason="none"))
    missing = KnownAnswer(**{key: getattr(nothing, key) for key in nothing.__slots__} | {"compute": dict})
    assert not missing.check().passes
    empty = KnownAnswer(**{key: getattr(nothing, key) for key in nothing.__slots__} | {"expected": {}})
    assert not empty.check().passes


def test_a_refusal_is_told_in_its_own_words() -> None:
    def refuse():
        raise EstimationError("Two arms are needed.")

    refused = answer(1.0, 1.0, Tolerance(reason="none"))
    refused = KnownAnswer(**{key: getattr(refused, key) for key in refused.__slots__} | {"compute": refuse})
    assert refused.check().problem == "Two arms are needed."


def test_the_cohorts_are_those_of_the_tests() -> None:
    """The same rows have the same known answers, so that neither copy may change alone."""
    names = ["gbsg.csv", "veteran.csv", "rotterdam_hormon.csv"]
    names += [path.name for path in DATA.glob("*.study.json")]
    same, *_ = filecmp.cmpfiles(DATA, REFERENCE, names, shallow=False)
    assert sorted(same) == sorted(names)
    assert filecmp.cmp(DATA / "pbc.csv", REFERENCE / "outcomes" / "pbc.csv", shallow=False)


def test_the_script_writes_every_figure_that_is_used() -> None:
    """Every case of R's figures is one that some check reads."""
    used = {check.name: check for check in known_answers(Shelf())}
    assert set(Shelf().figures) - {"software"} == {
        "gbsg", "veteran", "rotterdam_hormon", "gbsg_overlap", "gbsg_iptw", "gbsg_entropy", "pbc", "response",
        "agreement", "multiplicity", "pooling", "sensitivity",
    }  # fmt: skip
    assert used["Rubin's rules"].expected["estimate"] == pytest.approx(-0.32)


@pytest.mark.parametrize("module", [known_answer, report])
def test_the_examples_in_the_text_hold(module) -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
