"""The lines a finished run prints."""

from analysis.reporting.summary import summary_lines
from analysis.study import StudyResult


def test_a_run_in_a_few_lines(result: StudyResult) -> None:
    lines = summary_lines(result)
    assert lines[0].startswith("1:1 nearest-neighbour matching on the logit of the propensity score, caliper 0.2 SD")
    assert lines[1] == "Matched 54 of 68 patients in arm test with 54 of 69 in arm standard: 54 sets."
    assert lines[2].startswith("14 of 68 test patients had no counterpart: the effect now refers to")
    assert lines[3].startswith("Largest |SMD| 0.")
    assert sum(line.startswith("Before matching: ") for line in lines) == 3
    assert sum(line.startswith("After matching: ") for line in lines) == 3
    notes = [line for line in lines if line.startswith("Note")]
    assert notes == lines[len(lines) - len(notes) :]


def test_no_patient_is_named(result: StudyResult) -> None:
    text = "\n".join(summary_lines(result))
    assert not any(f" {name} " in text or f"'{name}'" in text for name in result.patients.identifier)
