"""What holds of every guard: it never fails, never tells a patient's value, and leaves known cohorts alone."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from analysis.cohort.checks import GUARDS, check_cohort
from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.roles import guess_roles
from analysis.settings import StudySettings
from analysis.study_file import load_study
from tests.analysis.cohort.guards.cohorts import DATES, N, sound_cohort, sound_study

ROOT = Path(__file__).parents[4]
NAMES = [
    *("id", "arm", "age", "sex", "time", "event", "bor", "index_date", "start", "pd_date", "death", "contact"),
    *("albumin", "bilirubin_mgdl", "ecog", "pct", "birth_date", "x", "best_change", "1", "", "일"),
]
NUMBERS = st.one_of(
    st.none(), st.sampled_from([0.0, 1.0, -1.0, 99.0, 1e300, np.inf, -np.inf, 5e-324]), st.floats(allow_nan=True)
)
LABELS = st.one_of(
    st.none(), st.sampled_from(["A", "B", "1", "0", "dead", "alive", "PD", "CR", "M"]), st.text(max_size=3)
)
DAYS = st.one_of(st.none(), st.dates(datetime.date(1700, 1, 1), datetime.date(2200, 1, 1)))


@st.composite
def odd_tables(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(0, 40))
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=12))
    columns: dict[str, Any] = {}
    for name in names:
        kind = draw(st.sampled_from(["number", "label", "date"]))
        cells = {"number": NUMBERS, "label": LABELS, "date": DAYS}[kind]
        few = draw(st.lists(cells, min_size=1, max_size=6))
        picked = [few[position] for position in draw(st.lists(st.integers(0, len(few) - 1), min_size=n, max_size=n))]
        columns[name] = _as_read({"number": "f", "label": "O", "date": "M"}[kind], picked)
    return pd.DataFrame(columns, index=pd.RangeIndex(n))


def _as_read(kind: str, cells: list[Any]) -> pd.Series:
    series = pd.Series(cells, dtype=object)
    if kind == "f":
        return series.astype("float64")
    if kind == "M":
        return pd.to_datetime(series).astype("datetime64[s]").astype("datetime64[ns]")
    return series.where(series.notna(), None)


@st.composite
def odd_studies(draw: st.DrawFn) -> StudySettings | None:
    name = st.sampled_from(NAMES[:-2])
    values: dict[str, Any] = {
        "cohort": {"id": draw(st.none() | name), "time_unit": draw(st.sampled_from(["days", "months", "years"]))},
        "treatment": {"column": draw(name), "treated": "A", "control": "B"},
        "covariates": draw(st.lists(name, min_size=1, max_size=4)),
        "outcomes": {
            "survival": [
                {"name": kind, "time": draw(name), "event": draw(name)}
                for kind in draw(st.lists(st.sampled_from(["OS", "PFS", "TTP", "Z"]), max_size=3))
            ],
            "response": [{"name": "R", "column": draw(name)}] if draw(st.booleans()) else [],
            "zero_times": draw(st.sampled_from(["keep", "refuse"])),
        },
        "matching": {"exact": draw(st.lists(name, max_size=1))},
        "missing": {"method": draw(st.sampled_from(["complete_case", "indicator", "multiple_imputation"]))},
    }
    if draw(st.booleans()):
        uses = draw(st.dictionaries(st.sampled_from(list(DATES)), name, max_size=5))
        values["dates"] = uses | {"index": draw(name), "cutoff": draw(st.none() | st.dates())}
    try:
        return StudySettings.model_validate(values)
    except ValidationError:
        return None


@settings(max_examples=60, deadline=None)
@given(table=odd_tables(), study=odd_studies())
def test_no_table_is_too_odd(table: pd.DataFrame, study: StudySettings | None) -> None:
    cohort = Cohort(table=table, sha256="0" * 64, file_format="csv")
    found = check_cohort(cohort, study)
    severities = [item.severity for item in found]
    assert severities == sorted(severities)
    assert len({item.text for item in found}) == len(found)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), names=st.lists(st.sampled_from(list(sound_cohort().table.columns)), max_size=3, unique=True))
def test_a_sound_cohort_with_odd_columns_is_checked(data: st.DataObject, names: list[str]) -> None:
    """Most of these can be run, so that every guard has patients to look at."""
    table = sound_cohort(albumin=np.linspace(2, 5, N), bilirubin=np.geomspace(0.1, 50, N)).table
    for name in names:
        if name == "arm":
            continue
        cells = {"f": NUMBERS, "O": LABELS, "M": DAYS}[table[name].dtype.kind]
        few = data.draw(st.lists(cells, min_size=1, max_size=8))
        rows = data.draw(st.integers(1, N))
        odd = _as_read(table[name].dtype.kind, [few[row % len(few)] for row in range(rows)])
        table[name] = pd.concat([odd, table[name].iloc[rows:]])
    covariates = data.draw(
        st.lists(st.sampled_from(["age", "sex", "albumin", "bilirubin", "pfs_event"]), min_size=1, unique=True)
    )
    outcomes = {"survival": [{"name": "OS", "time": "os_months", "event": "os_event"}], "zero_times": "keep"}
    if "pfs_event" not in covariates:
        outcomes["survival"].append({"name": "PFS", "time": "pfs_months", "event": "pfs_event", "observed": ["1"]})
    study = sound_study(covariates=covariates, outcomes=outcomes, dates=data.draw(st.sampled_from([None, DATES])))
    cohort = Cohort(table=table, sha256="0" * 64, file_format="csv")
    severities = [item.severity for item in check_cohort(cohort, study)]
    assert severities == sorted(severities)


@pytest.mark.parametrize("column", list(sound_cohort().table.columns))
def test_no_sentence_tells_a_cell(column: str) -> None:
    """Values that are nowhere else, planted in one, two and all cells of a column, are in no sentence."""
    study = sound_study(covariates=["age", "sex", "ecog", "albumin"])
    spoilt = sound_cohort(ecog=np.arange(N) % 3, albumin=np.linspace(2, 5, N))
    values = spoilt.table[column].copy()
    for count in (1, 2, N):
        table = spoilt.table.assign(**{column: _planted(values, count)})
        cohort = Cohort(table=table, sha256="0" * 64, file_format="csv")
        for checked in (study, None):
            for item in check_cohort(cohort, checked, guess_roles(cohort)):
                for secret in ("73.5", "735", "Zebedee", "1931"):
                    assert secret not in item.text, item.text


def _planted(values: pd.Series, count: int) -> pd.Series:
    """So many cells, each with another value that no sentence would hold by itself."""
    planted = values.copy()
    if values.dtype.kind == "M":
        planted.iloc[:count] = pd.Timestamp("1931-01-01") + pd.to_timedelta(np.arange(count), unit="D")
    elif values.dtype.kind == "f":
        planted.iloc[:count] = 73.5 + np.arange(count) / 1e4
    elif values.name != "arm":
        planted.iloc[:count] = [f"Zebedee {number}" for number in range(count)]
    return planted


MANY_TERMS = "many_terms"


@pytest.mark.parametrize(
    ("folder", "study", "codes"),
    [
        ("sample_data", "study.yaml", [MANY_TERMS]),
        ("tests/reference", "veteran.study.json", [MANY_TERMS]),
        ("tests/reference", "gbsg.study.json", []),
        ("tests/reference", "rotterdam_hormon.study.json", []),
    ],
)
@pytest.mark.parametrize("guessed", [False, True])
def test_known_cohorts_raise_no_false_alarm(folder: str, study: str, codes: list[str], guessed: bool) -> None:
    """16 terms for 56 patients and 7 for 68 are too many by the rule, and true to say."""
    settings_ = load_study((ROOT / folder / study).read_text(encoding="utf-8"))
    assert settings_.cohort.file is not None
    cohort = read_cohort((ROOT / folder / settings_.cohort.file).read_bytes(), settings_.cohort.file)
    found = check_cohort(cohort, settings_, guess_roles(cohort) if guessed else None)
    assert [item.code for item in found] == codes


def test_the_conflict_of_dates_in_the_file_as_received_is_found() -> None:
    content = (ROOT / "sample_data" / "cohort_as_received.csv").read_bytes()
    cohort = read_cohort(content, "cohort_as_received.csv")
    guess = guess_roles(cohort)
    found = {item.code: item.text for item in check_cohort(cohort, guess.to_settings(), guess)}
    assert found["follow_up_before_index"].startswith(
        "last_contact_date must not lie before index_date, and it does in 1 of "
    )


def test_the_gravest_come_first() -> None:
    cohort = sound_cohort(
        last_contact_date=sound_cohort().table["index_date"] - pd.Timedelta(days=400), age=[150.0] * N
    )
    codes = [item.code for item in check_cohort(cohort, sound_study(covariates=["sex"]))]
    assert codes.index("follow_up_before_index") < codes.index("impossible_values")
    assert len(GUARDS) == len(set(GUARDS))
