"""A finished table of results is no cohort."""

import pytest

from analysis.errors import CohortInputError
from tests.analysis.cohort.files import read_text

TABLE = """Characteristic,Lenvatinib (n=56),Sorafenib (n=67),p
"Age, median (range)",66 (41-84),63 (35-82),.21
Male,45 (80%),55 (82%),.81
ECOG 0,30,31,.4
AFP ≥400,20,30,.3
"OS, median",13.2,11.5,.65
"""


def test_a_paper_s_first_table_is_refused_in_a_sentence() -> None:
    with pytest.raises(CohortInputError) as raised:
        read_text(TABLE)
    assert raised.value.problems == (
        "A cohort needs one row per patient, and this is a finished table of results: its 5 rows name variables, and "
        "2 columns hold cells such as 12 (34%) or 61 (40-80). Choose the file of patients from which the table was made.",
    )


def test_cells_alone_tell_where_the_arms_have_no_size() -> None:
    rows = "variable,treated,control\nage,61 (12),60.5 ± 11\nmale,12 (34%),15 (40.1 %)\nCirrhosis,9 [18],11 [20]\nTACE,1,2\n"
    with pytest.raises(CohortInputError, match="one row per patient"):
        read_text(rows)


def test_patients_with_such_cells_are_a_cohort() -> None:
    rows = [f"P{row:03d},{'AB'[row % 2]},3.{row % 9} (2.{row % 7}),12.1 (10-{20 + row})" for row in range(30)]
    assert len(read_text("\n".join(["id,arm,size,stiffness", *rows])).table) == 30
    names = [f"{name},A,{row + 40},3 (2)" for row, name in enumerate(["Ann", "Bea", "Cho", "Dan"])]
    assert len(read_text("\n".join(["name,arm,age,lesions", *names])).table) == 4
