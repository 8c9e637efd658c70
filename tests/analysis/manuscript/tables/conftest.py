"""Runs whose tables are examined: matched, weighted, imputed with labels full of markup, and with small counts hidden."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.missing import missing_by_arm
from analysis.cohort.reading import Cohort, read_cohort
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.contents import manuscript_tables
from analysis.manuscript.tables.table import ManuscriptTable
from analysis.reporting.findings import study_findings
from analysis.settings import ExportSettings, ManuscriptSettings, StudySettings
from analysis.study import run
from analysis.study.ledger import ledger_of_run
from analysis.study_file import load_study

ROOT = Path(__file__).parents[4]
SAMPLE = ROOT / "sample_data"
REFERENCE = ROOT / "tests" / "reference"
MARKUP = "SOR <b>&\\input{x}_%$#"
"""A label that HTML, XML and LaTeX would each take for something else."""


def publication_of(cohort: Cohort, settings: StudySettings) -> Publication:
    result = run(cohort, settings)
    return Publication(
        result=result,
        findings=study_findings(result),
        ledger=ledger_of_run(result),
        missing=missing_by_arm(cohort, settings),
        cohort_file="cohort.csv",
    )


def in_language(publication: Publication, language: str) -> Publication:
    """The same run, written in another language."""
    settings = publication.result.settings.model_copy(
        update={"manuscript": ManuscriptSettings.model_validate({"language": language})}
    )
    return replace(publication, result=replace(publication.result, settings=settings))


def hiding(publication: Publication, below: int) -> Publication:
    """The same run with small counts hidden."""
    settings = publication.result.settings.model_copy(update={"exports": ExportSettings(suppress_below=below)})
    result = replace(publication.result, settings=settings)
    return replace(publication, result=result, findings=study_findings(result))


def table_named(tables: tuple[ManuscriptTable, ...], name: str) -> ManuscriptTable:
    """The first table whose name ends so."""
    return next(table for table in tables if table.name.endswith(name))


def sample_table() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "cohort.csv")


@pytest.fixture(scope="session")
def matched() -> Publication:
    settings = load_study((SAMPLE / "study.yaml").read_text(encoding="utf-8"))
    cohort = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv")
    scans = read_cohort((SAMPLE / "lesions.csv").read_bytes(), "lesions.csv")
    return publication_of(replace(cohort, scans=scans), settings)


@pytest.fixture(scope="session")
def weighted() -> Publication:
    settings = load_study((REFERENCE / "gbsg_iptw.study.json").read_text(encoding="utf-8"))
    return publication_of(read_cohort((REFERENCE / "gbsg.csv").read_bytes(), "gbsg.csv"), settings)


@pytest.fixture(scope="session")
def imputed() -> Publication:
    """Missing covariates, a competing event, adverse events, columns outside the score, and labels full of markup."""
    table, rng = sample_table(), np.random.default_rng(1)
    table["arm"] = table["arm"].map({"LEN": "렌바티닙", "SOR": MARKUP})
    for column in ("albi_score", "etiology"):
        table.loc[rng.random(len(table)) < 0.1, column] = None
    table["=fatigue"] = rng.integers(0, 5, len(table))
    known = np.where(rng.random(len(table)) < 0.25, "death", "pd")
    table["ttp_event"] = np.where(table["pfs_event"] == 1, known, "none")
    settings = StudySettings.model_validate(
        {
            "cohort": {"id": "patient_id"},
            "treatment": {"column": "arm", "treated": "렌바티닙", "control": MARKUP},
            "covariates": ["age", "sex", "etiology", "ecog", "albi_score", "bclc", "tumor_max_mm"],
            "missing": {"method": "multiple_imputation", "imputations": 5},
            "balance": {"also": ["site", "weight_kg"]},
            "outcomes": {
                "survival": [
                    {"name": "OS", "time": "os_months", "event": "os_event"},
                    {
                        "name": "TTP",
                        "time": "pfs_months",
                        "event": "ttp_event",
                        "observed": ["pd"],
                        "competing": ["death"],
                    },
                ],
                "response": [{"name": "mRECIST", "column": "bor_mrecist"}],
                "times": [6],
                "rmst_horizon": 12,
                "subgroups": ["ecog"],
                "adverse_events": ["=fatigue"],
            },
        }
    )
    return publication_of(read_cohort(table.to_csv(index=False).encode(), "cohort.csv"), settings)


@pytest.fixture(scope="session")
def matched_tables(matched: Publication) -> tuple[ManuscriptTable, ...]:
    return manuscript_tables(matched)


@pytest.fixture(scope="session")
def imputed_tables(imputed: Publication) -> tuple[ManuscriptTable, ...]:
    return manuscript_tables(imputed)


@pytest.fixture(scope="session")
def weighted_tables(weighted: Publication) -> tuple[ManuscriptTable, ...]:
    return manuscript_tables(weighted)


@pytest.fixture(scope="session")
def hidden_tables(matched: Publication) -> tuple[ManuscriptTable, ...]:
    return manuscript_tables(hiding(matched, 5))
