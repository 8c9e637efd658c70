"""Tables as CSV: opened right by every spreadsheet, and never run as formulas."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reporting.csv_files import FORMULA_STARTS, csv_bytes, csv_files
from analysis.study import StudyResult


def text(table: pd.DataFrame) -> str:
    return csv_bytes(table).decode("utf-8-sig")


def test_a_table_by_hand() -> None:
    table = pd.DataFrame(
        {"id": ["007", "a,b", 'say "so"', None], "age": [61.5, -3.0, np.nan, 1e-20], "n": pd.array([1, None, 3, 4])}
    )
    assert text(table) == 'id,age,n\n007,61.5,1\n"a,b",-3.0,\n"say ""so""",,3\n,1e-20,4\n'


def test_excel_is_told_that_it_is_utf_8() -> None:
    content = csv_bytes(pd.DataFrame({"항암제": ["レンバチニブ"]}))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == "항암제\nレンバチニブ\n"


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    table = pd.DataFrame({f"{start}heading": [f"{start}cmd|' /C calc'!A0", "safe"]})
    read = pd.read_csv(io.BytesIO(csv_bytes(table)))
    assert [str(column)[0] for column in read.columns] == ["'"]
    assert [str(cell)[0] for cell in read.iloc[:, 0]] == ["'", "s"]


def test_numbers_below_zero_stay_numbers() -> None:
    assert text(pd.DataFrame({"smd": [-0.25], "n": [-3]})) == "smd,n\n-0.25,-3\n"


def test_the_table_itself_is_not_changed() -> None:
    table = pd.DataFrame({"id": ["=1"]})
    csv_bytes(table)
    assert table["id"].tolist() == ["=1"]


CELLS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(CELLS, min_size=1, max_size=5), numbers=st.lists(st.floats(allow_nan=False), min_size=5, max_size=5)
)
def test_what_is_written_reads_back(cells: list[str], numbers: list[float]) -> None:
    table = pd.DataFrame({"cell": cells, "number": numbers[: len(cells)]})
    read = pd.read_csv(
        io.BytesIO(csv_bytes(table)), dtype={"cell": str}, keep_default_na=False, float_precision="round_trip"
    )
    expected = [f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in cells]
    assert read["cell"].tolist() == expected
    assert [float(number) for number in read["number"]] == numbers[: len(cells)]


def test_every_table_of_a_study(result: StudyResult) -> None:
    files = csv_files(result)
    assert list(files) == [
        "flow.csv",
        "propensity.csv",
        "patients.csv",
        "sets.csv",
        "balance.csv",
        "gate.csv",
        "ledger.csv",
        "survival.csv",
        "at_risk.csv",
        "curves.csv",
        "response.csv",
        "response_contrasts.csv",
        "response_evaluable.csv",
        "differences.csv",
        "cox.csv",
        "endpoints.csv",
        "sensitivity.csv",
    ]
    for name, content in files.items():
        lines = content.decode("utf-8-sig").splitlines()
        assert len(lines) > 1, name
        assert "nan" not in content.decode().lower(), name
    assert "'=X1" in files["patients.csv"].decode()
