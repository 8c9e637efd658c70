"""The synthetic sample study as its files hold it."""

from dataclasses import replace
from pathlib import Path

from analysis.cohort.reading import Cohort, read_cohort
from analysis.settings import StudySettings
from analysis.study_file import load_study

SAMPLE_FOLDER = Path(__file__).resolve().parent.parent / "sample_data"


def read_sample() -> tuple[Cohort, StudySettings]:
    """Read the sample's cohort, its scans and its study."""
    settings = load_study((SAMPLE_FOLDER / "study.yaml").read_text(encoding="utf-8"))
    cohort = read_cohort((SAMPLE_FOLDER / "cohort.csv").read_bytes(), "cohort.csv")
    lesions = (SAMPLE_FOLDER / "lesions.csv").read_bytes()
    return replace(cohort, scans=read_cohort(lesions, "lesions.csv")), settings
