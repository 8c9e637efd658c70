"""Labels found in all their spellings."""

import pandas as pd

from analysis.cohort.findings import Findings
from analysis.cohort.spellings import find_spellings

LABELS = pd.Series(["Dead", "DEAD ", "alive", None, "ＤＥＡＤ", "dead\u00a0"], name="status", dtype=object)


def test_every_spelling_is_found_and_told_once() -> None:
    findings = Findings()
    assert find_spellings(LABELS, ("dead",), findings) == {"Dead", "DEAD ", "ＤＥＡＤ", "dead\u00a0"}
    assert [note.text for note in findings.notes] == [
        "status: 4 cells are spelt otherwise than “dead” in case, width or blanks and count as the same."
    ]


def test_spellings_that_the_study_names_are_not_told() -> None:
    findings = Findings()
    assert find_spellings(LABELS.iloc[:3], ("Dead", "DEAD "), findings) == {"Dead", "DEAD "}
    assert findings.notes == []


def test_labels_that_the_study_tells_apart_stay_apart() -> None:
    assert find_spellings(pd.Series(["a", "A", "a "]), ("a",), Findings(), apart=("A",)) == {"a"}
    assert find_spellings(LABELS, ("other",), Findings()) == set()
