"""The cohorts and the known numbers that come with the product, and the studies run on them while a validation lasts."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.reading import read_cohort
from analysis.outcomes.survival_comparison import SurvivalComparison
from analysis.phrases import phrase
from analysis.settings import WeightingSettings
from analysis.study import StudyResult, run
from analysis.study_file import load_study
from analysis.validation.known_answer import Values

DATA = Path(__file__).resolve().parent / "data"

MATCHED = {"gbsg": "GBSG", "veteran": "Veteran", "rotterdam_hormon": "Rotterdam"}
"""Cohorts that are matched, by their file, and what they are called."""

WEIGHTED = {"gbsg_overlap": phrase("overlap weights"), "gbsg_iptw": phrase("inverse probability weights")}
"""Studies of GBSG that are weighted, by their file, and how."""

DAYS_OF_YEAR = 365.25
CAUSES = {"alive": 0, "died": 1, "transplanted": 2}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """The PBC trial.

    Attributes
    ----------
    time : (n,) float64
        Years.
    cause : (n,) int
        What ended follow-up: 0 nothing, 1 death, 2 transplantation.
    treated : (n,) bool
        Who was given D-penicillamine.
    """

    time: NDArray[np.float64]
    cause: NDArray[np.int64]
    treated: NDArray[np.bool_]


class Shelf:
    """What checks are made of: files are read and studies are run once for each shelf, when they are first asked for.

    A validation takes a new shelf, so that everything on it is computed anew.
    """

    def __init__(self) -> None:
        self._results: dict[str, StudyResult] = {}

    @cached_property
    def figures(self) -> dict[str, Any]:
        """What R gave: by case and by check, numbers by name."""
        return _read("figures.json")

    @cached_property
    def pairs(self) -> dict[str, Any]:
        """The pairs of MatchIt by cohort: ids and distances."""
        return _read("pairs.json")

    @cached_property
    def matchings(self) -> dict[str, Any]:
        """Matchings of drawn distances by MatchIt."""
        return _read("matchings.json")

    def expected(self, *keys: str) -> Values:
        """What R gave for one check."""
        found: Any = self.figures
        for key in keys:
            found = found[key]
        return dict(found)

    def software(self, *names: str) -> str:
        """R and those of its packages that gave the figures, with their versions."""
        versions: list[str] = self.figures["software"]
        return ", ".join(version for version in versions if version.split()[0] in ("R", *names))

    def result(self, name: str) -> StudyResult:
        """A study from its file to its last figure, run when it is first asked for."""
        if name not in self._results:
            asked, entropy = ("gbsg_iptw", True) if name == "gbsg_entropy" else (name, False)
            settings = load_study((DATA / f"{asked}.study.json").read_text(encoding="utf-8"))
            if entropy:
                weighting = WeightingSettings(method="entropy", estimand="ATT")
                settings = settings.model_copy(update={"weighting": weighting})
            assert settings.cohort.file is not None
            cohort = read_cohort((DATA / settings.cohort.file).read_bytes(), settings.cohort.file)
            self._results[name] = run(cohort, settings)
        return self._results[name]

    def survival(self, name: str, *, after: bool) -> SurvivalComparison:
        """The first endpoint of a study, before or after its design."""
        result = self.result(name)
        found = (result.after if after else result.before).survival[0].comparison
        assert found is not None
        return found

    @cached_property
    def trial(self) -> Trial:
        """The patients of the PBC trial who were drawn into an arm."""
        table = pd.read_csv(DATA / "pbc.csv")
        return Trial(
            time=table["days"].to_numpy() / DAYS_OF_YEAR,
            cause=table["outcome"].map(CAUSES).to_numpy(dtype=np.int64),
            treated=(table["arm"] == "D-penicillamine").to_numpy(),
        )


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return content
