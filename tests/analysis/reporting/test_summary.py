"""The lines a finished run prints."""

import numpy as np

from analysis.outcomes.safety import compare_adverse_events, worst_grades_of_columns
from analysis.reporting.outcome_sentences import adverse_events_sentence, smallest_interaction
from analysis.reporting.summary import summary_lines
from analysis.study import StudyResult
from analysis.study.landmark import compare_from_landmark
from tests.analysis.study.outcome_cases import outcome_result


def test_a_run_in_a_few_lines(result: StudyResult) -> None:
    lines = summary_lines(result)
    assert lines[0] == "Propensity score: logistic regression; C-statistic 0.65."
    assert lines[1].startswith("1:1 nearest-neighbour matching on the logit of the propensity score, caliper 0.2 SD")
    assert lines[2] == "Matched 54 of 68 patients in arm test with 54 of 69 in arm standard: 54 sets."
    assert lines[3].startswith("14 of 68 test patients had no counterpart: the effect now refers to")
    assert lines[4].startswith("Largest |SMD| 0.")
    assert sum(line.startswith("Before matching: ") for line in lines) == 3
    # An endpoint, and what would undo it or what it leaves open; the p-values adjusted together.
    assert sum(line.startswith("After matching: ") for line in lines) == 2 * 3 + 1
    assert sum("which is no proof of no effect" in line for line in lines) == 3
    assert any(line.startswith("After matching: p adjusted for 3 endpoints (Holm): OS ") for line in lines)
    notes = [line for line in lines if line.startswith("Note")]
    assert notes == lines[len(lines) - len(notes) :]


def test_further_results_have_a_line_where_the_study_asks_for_them() -> None:
    result = outcome_result()
    lines = summary_lines(result)
    landmark = compare_from_landmark(result.patients, result.design, result.settings, "OS")
    groups = (
        f"{landmark.kept.n_known} patients who had responded by RECIST v {landmark.kept.n - landmark.kept.n_known} "
    )
    assert any(
        line.startswith(f"After matching: OS from the landmark at 3 months on: {groups}who had not; hazard ratio ")
        for line in lines
    )
    rivalled = [line for line in lines if "TTP" in line and "other events competing" in line]
    assert [line.split(":")[0] for line in rivalled] == ["Before matching", "After matching"]
    assert not any("Median TTP" in line or "Subgroups" in line or "Adverse" in line for line in lines)


def test_the_smallest_interaction_agreement_and_adverse_events_in_sentences() -> None:
    assert smallest_interaction("OS", {}) == "Subgroups of OS: no test of interaction can be made."
    assert smallest_interaction("OS", {"age": 0.4}).endswith("p = 0.400 for interaction with age, the only test.")
    columns = np.array([[1, 0], [3, 0], [0, 2], [0, 0]])
    safety = compare_adverse_events(
        worst_grades_of_columns(columns, ["rash", "fatigue"]), np.array([True, True, False, False])
    )
    sentence = adverse_events_sentence(safety, treated_label="new", control_label="old")
    assert sentence.startswith(
        "Adverse events: any grade in 2 of 2 with new and 1 of 2 with old, difference +50.0 points"
    )
    assert "grade 3 or worse in 1 of 2 with new and 0 of 2 with old" in sentence


def test_a_weighted_run_says_so(overlap_result: StudyResult) -> None:
    lines = summary_lines(overlap_result)
    assert lines[1] == "Overlap weighting (ATO)."
    assert lines[2] == (
        "Compared 68 of 68 patients in arm test with 69 of 69 in arm standard: worth 63.7 and 64.6 patients of equal weight."
    )
    assert lines[4] == "Largest |SMD| 0.36 before weighting, 0.00 after."
    after = [line for line in lines if line.startswith("After weighting: ")]
    assert "; robust log-rank p = 0." in after[0]
    assert "23 of 68 (33.5% weighted) with test" in after[1]
    assert after[1].endswith("; Robust Wald p = 0.991.")
    assert not any("matching" in line or "matched" in line for line in lines)


def test_sets_whose_patients_weigh_differently_say_what_they_are_worth(strata_result: StudyResult) -> None:
    lines = summary_lines(strata_result)
    assert lines[2].endswith(": 2 sets, worth 68.0 and 68.8 patients of equal weight.")
    assert "; robust log-rank p = " in next(line for line in lines if line.startswith("After matching: Median"))


def test_no_patient_is_named(result: StudyResult) -> None:
    text = "\n".join(summary_lines(result))
    assert not any(f" {name} " in text or f"'{name}'" in text for name in result.patients.identifier)
