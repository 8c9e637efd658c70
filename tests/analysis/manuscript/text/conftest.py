"""Runs whose texts are examined."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.cohort.reading import read_cohort
from analysis.manuscript.publication import Publication
from analysis.settings import MatchingSettings, StudySettings
from analysis.study_file import load_study
from tests.analysis.manuscript.tables.conftest import (
    REFERENCE,
    SAMPLE,
    hiding,
    imputed,
    matched,
    publication_of,
    sample_table,
)

__all__ = ["imputed", "matched"]

REFERENCES = {"gbsg": "gbsg.csv", "gbsg_iptw": "gbsg.csv", "veteran": "veteran.csv"}


def reference_study(name: str) -> Publication:
    settings = load_study((REFERENCE / f"{name}.study.json").read_text(encoding="utf-8"))
    file = REFERENCES[name]
    return publication_of(read_cohort((REFERENCE / file).read_bytes(), file), settings)


def full_matching() -> Publication:
    """The sample in sets of any size, so that weights differ."""
    settings = load_study((SAMPLE / "study.yaml").read_text(encoding="utf-8"))
    settings = settings.model_copy(update={"matching": MatchingSettings.model_validate({"method": "full"})})
    cohort = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv")
    scans = read_cohort((SAMPLE / "lesions.csv").read_bytes(), "lesions.csv")
    return publication_of(replace(cohort, scans=scans), settings)


def competing_risks() -> Publication:
    """One endpoint that death can forestall, in several centres."""
    table = sample_table()
    known = np.where(np.random.default_rng(1).random(len(table)) < 0.25, "death", "pd")
    table["ttp_event"] = np.where(table["pfs_event"] == 1, known, "none")
    ttp = {"name": "TTP", "time": "pfs_months", "event": "ttp_event", "observed": ["pd"], "competing": ["death"]}
    settings = StudySettings.model_validate(
        {
            "cohort": {"id": "patient_id"},
            "treatment": {"column": "arm", "treated": "LEN", "control": "SOR"},
            "covariates": ["age", "sex", "ecog", "bclc"],
            "centre": "site",
            "outcomes": {
                "survival": [ttp],
                "response": [{"name": "mRECIST", "column": "bor_mrecist"}],
                "times": [6, 12],
            },
        }
    )
    return publication_of(read_cohort(table.to_csv(index=False).encode(), "cohort.csv"), settings)


@pytest.fixture(scope="session")
def studies(matched: Publication, imputed: Publication) -> dict[str, Publication]:
    """Runs of every kind, by a word for what is particular about them."""
    found = {name: reference_study(name) for name in REFERENCES}
    return found | {
        "sample": matched,
        "hidden": hiding(matched, 5),
        "imputed": imputed,
        "full": full_matching(),
        "competing": competing_risks(),
    }
