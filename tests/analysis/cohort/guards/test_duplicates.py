"""The same patient on two rows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import Cohort
from tests.analysis.cohort.guards.cohorts import RNG, N, sound_cohort, stamps, told

BIRTH = np.datetime64("1950-03-01") + RNG.permutation(9000)[:N].astype("timedelta64[D]")


def repeated(rows: list[int], *, ids: bool = True, **changes: Any) -> Cohort:
    """Some rows once more, under new ids."""
    table = sound_cohort(**changes).table
    copies = table.iloc[rows].copy()
    if ids:
        copies["id"] = [f"Q{row}" for row in rows]
    return Cohort(table=pd.concat([table, copies], ignore_index=True), sha256="0" * 64, file_format="csv")


def test_rows_that_agree_but_for_the_id() -> None:
    assert told("identical_rows", repeated([3, 8])) == [
        (
            None,
            "Each patient must stand on one row; 2 of 62 rows repeat another in every column but the id, and whoever is "
            "counted twice makes the result look surer than it is. Remove the copies.",
        )
    ]
    assert told("identical_rows", sound_cohort()) == []


def test_one_different_cell_makes_a_different_row() -> None:
    cohort = repeated([3, 8])
    cohort.table.loc[[60, 61], "sex"] = "X"
    assert told("identical_rows", cohort) == []


def test_missing_cells_agree() -> None:
    age = np.full(N, np.nan)
    age[: N // 2] = np.arange(N // 2) + 40
    assert len(told("identical_rows", repeated([40], age=age))) == 1


def test_few_categories_agree_by_chance() -> None:
    table = pd.DataFrame({"id": np.arange(200.0), "arm": ["A", "B"] * 100, "age": np.arange(200) % 4 + 60.0})
    table["os_months"], table["os_event"] = np.arange(200) % 3 + 1.0, np.arange(200) % 2 * 1.0
    table["sex"], table["pfs_months"], table["pfs_event"] = "M", table["os_months"], table["os_event"]
    from analysis.cohort.checks import check_cohort

    codes = [item.code for item in check_cohort(Cohort(table=table, sha256="0" * 64, file_format="csv"), None)]
    assert "identical_rows" not in codes


@pytest.mark.parametrize("name", ["birth_date", "생년월일", "生年月日"])
def test_one_person_under_two_ids(name: str) -> None:
    cohort = repeated([3], **{name: stamps(BIRTH)})
    cohort.table.loc[60, "age"] += 1
    assert told("same_person", cohort) == [
        (
            name,
            f"Each patient must stand on one row; 1 of 61 rows has the same {name} and sex and index_date as another, and "
            "may be the same person under two ids. Compare these rows, and keep one of each person.",
        )
    ]
    assert told("same_person", sound_cohort(**{name: stamps(BIRTH)})) == []


def test_patients_on_several_rows_beside_a_number_for_each_row() -> None:
    visits = [f"V{row // 3}" for row in range(N)]
    assert told("several_rows", sound_cohort(patient_no=visits)) == [
        (
            "patient_no",
            f"patient_no: each patient must stand on one row, and by this column {N // 3} patients stand on {N} rows, each "
            "of which counts as a patient of its own. Keep one row for each patient.",
        )
    ]
    for name in ("site_id", "physician_id", "family"):
        assert told("several_rows", sound_cohort(**{name: visits})) == []


def test_one_person_under_two_ids_beside_rows_that_agree() -> None:
    cohort = repeated([3, 8], birth_date=stamps(BIRTH))
    cohort.table.loc[60, "age"] += 1
    assert len(told("identical_rows", cohort)) == 1
    assert len(told("same_person", cohort)) == 1
