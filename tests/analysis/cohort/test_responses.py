"""Best responses: categories, responders, and who counts."""

from typing import Any

import numpy as np
import pytest

from analysis.cohort.findings import Findings
from analysis.cohort.responses import ResponseData, read_response
from analysis.settings import ResponseEndpoint
from tests.analysis.cohort.files import cohort_of


def read(values: list[Any], *, responder: bool = False) -> tuple[ResponseData | None, list[str]]:
    table = cohort_of(bor=values).table
    findings = Findings()
    endpoint = ResponseEndpoint(name="RECIST", **{"responder" if responder else "column": "bor"})
    data = read_response(table, np.ones(len(table), dtype=bool), endpoint, findings)
    return data, [problem.text for problem in findings.errors]


def test_categories_by_code_and_name() -> None:
    data, problems = read(["CR", "Partial response", "sd", "PD", "not evaluable", None])
    assert problems == []
    assert data is not None
    assert data.category is not None
    assert data.category.tolist() == ["CR", "PR", "SD", "PD", "NE", "NE"]
    assert data.objective_response.tolist() == [True, True, False, False, False, False]
    assert data.disease_control is not None
    assert data.disease_control.tolist() == [True, True, True, False, False, False]
    assert data.known.all()


@pytest.mark.parametrize(
    "values", [[1, 0, 1, np.nan], ["yes", "no", "Yes", None], ["Responder", "non-responder", "responder", None]]
)
def test_responders(values: list[Any]) -> None:
    data, problems = read(values, responder=True)
    assert problems == []
    assert data is not None
    assert data.category is None
    assert data.disease_control is None
    assert data.objective_response.tolist() == [True, False, True, False]
    assert data.known.all()


@pytest.mark.parametrize(
    ("values", "responder", "sentence"),
    [
        (
            ["CR", "PR", "better", "worse"],
            False,
            "bor: every best response must be CR, PR, SD, PD or NE, or its name; 2 of 4 cells hold something else. "
            "Recode them, or choose another column.",
        ),
        ([None, None], False, "bor: RECIST needs responses, and all 2 cells are missing. Choose another column."),
        (
            ["PR"] * 3 + ["SD"] * 3,
            True,
            "bor: a responder column must hold 1 and 0, or yes and no; it holds “PR” and “SD”. Recode it, or name it "
            "as column if it holds CR, PR, SD, PD and NE.",
        ),
    ],
)
def test_each_fault_has_its_own_sentence(values: list[Any], responder: bool, sentence: str) -> None:
    data, problems = read(values, responder=responder)
    assert data is None
    assert problems == [sentence]
