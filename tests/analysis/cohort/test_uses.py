"""Which columns of a cohort a study touches: all that it names, wherever, and none that it does not."""

from analysis.cohort.uses import columns_to_read, uses_of_study
from analysis.settings import StudySettings

STUDY = StudySettings.model_validate(
    {
        "cohort": {"id": "id"},
        "treatment": {"column": "arm", "treated": "B", "control": "A"},
        "eligibility": [{"column": "year", "at_least": 2012}],
        "covariates": ["age", {"column": "stage", "reference": "II"}],
        "matching": {"exact": ["site"], "calipers": [{"column": "weight", "width": 5}]},
        "balance": {"also": ["ecog"]},
        "outcomes": {
            "survival": [{"name": "OS", "time": "t", "event": "e"}],
            "subgroups": ["race"],
            "adverse_events": ["ae"],
        },
        "robustness": {"specifications": {"covariates": [["age", "albumin"]]}},
    }
)
NEEDED = ["id", "arm", "age", "stage", "site", "weight", "ecog", "year", "t", "e", "ae"]


def test_what_a_study_needs_has_a_use() -> None:
    assert list(uses_of_study(STUDY)) == NEEDED
    assert uses_of_study(STUDY)["site"] == "matching.exact"


def test_subgroups_and_further_specifications_are_read_too_and_nothing_else() -> None:
    names = ["lab_1", "albumin", "race", "height", *NEEDED]
    found = columns_to_read(STUDY, names)
    assert set(names) - set(found) == {"lab_1", "height"}
    assert found["race"] == "the study file"
    assert set(columns_to_read(STUDY, [])) == set(NEEDED)
