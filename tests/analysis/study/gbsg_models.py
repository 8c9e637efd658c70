"""The study of gbsg with subgroups, run once, and R's figures for its models."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from analysis.cohort.reading import read_cohort
from analysis.settings import StudySettings
from analysis.study import StudyResult, run

REFERENCE = Path(__file__).parents[2] / "reference"
SUBGROUPS = [{"column": "age", "cutpoints": [45, 60]}, "grade", "meno", "nodes"]


@cache
def study_of_gbsg() -> StudyResult:
    values = json.loads((REFERENCE / "gbsg.study.json").read_text())
    values["outcomes"]["subgroups"] = SUBGROUPS
    content = (REFERENCE / "gbsg.csv").read_bytes()
    return run(read_cohort(content, "gbsg.csv"), StudySettings.model_validate(values))


@cache
def figures_of_r() -> dict[str, Any]:
    return json.loads((REFERENCE / "outcomes" / "models.json").read_text())
