import gc
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.privacy.personal import PersonalColumn, find_personal, protect_cohort
from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.words.personal_words import kind_of_name
from analysis.errors import CohortInputError, SettingsError

ROOT = Path(__file__).resolve().parents[4]
SALT = bytes(range(16))
ROWS = 40


def cohort_of(**columns: list[object]) -> Cohort:
    table = pd.DataFrame({name.replace("__", " "): pd.Series(values) for name, values in columns.items()})
    return Cohort(table=table, sha256="0" * 64, file_format="csv")


def found(**columns: list[object]) -> dict[str, PersonalColumn]:
    return {item.column: item for item in find_personal(cohort_of(**columns))}


def numbered(make: Callable[[int], object]) -> list[object]:
    return [make(number) for number in range(ROWS)]


def my_number(number: int) -> str:
    digits = [int(letter) for letter in f"{12345678900 + 987 * number:011}"]
    rest = sum(weight * digit for weight, digit in zip((6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), digits, strict=True)) % 11
    return "".join(map(str, digits)) + str(0 if rest <= 1 else 11 - rest)


SYLLABLES = "민수영희지훈서연도윤하은준호"
KANJI = "太郎花子一美健二直樹由"
MEN = ("Adam", "Bruno", "Carl", "Dieter", "Emil", "Franz", "Georg", "Hans", "Ivan", "Jonas")
FAMILIES = ("Okafor", "O'Hara", "Meyer", "Nowak")

CONTENTS = {
    "Korean names": ("name", numbered(lambda n: "김이박최"[n % 4] + SYLLABLES[n % 13] + SYLLABLES[n // 4])),
    "masked names": ("name", numbered(lambda n: "김이박최"[n % 4] + "*" + SYLLABLES[n % 13])),
    "Japanese names": (
        "name",
        numbered(lambda n: ("佐藤", "鈴木", "高橋")[n % 3] + " " + KANJI[n % 10] + KANJI[n // 4]),
    ),
    "kana names": (
        "name",
        numbered(
            lambda n: ("サトウ", "スズキ")[n % 2] + " " + "タロウ" + "アイウエオカキクケコ"[n % 10] + "ー" * (n // 10)
        ),
    ),
    "Western names": ("name", numbered(lambda n: f"{MEN[n % 10]} {FAMILIES[n // 10]}")),
    "surname first": ("name", numbered(lambda n: f"{FAMILIES[n // 10]}, {MEN[n % 10]}")),
    "mobile numbers": ("phone", numbered(lambda n: f"010-{2000 + n}-{7777 - n}")),
    "mobile numbers without their zero": ("phone", numbered(lambda n: 1020000000.0 + 7919 * n)),
    "Japanese numbers": ("phone", numbered(lambda n: f"090-{2000 + n}-{7777 - n}")),
    "American numbers": ("phone", numbered(lambda n: f"(212) 555-{1000 + n}")),
    "international numbers": ("phone", numbered(lambda n: f"+44 20 7946 {1000 + n}")),
    "e-mail": ("email", numbered(lambda n: f"someone.{n}@example.org")),
    "Korean addresses": ("address", numbered(lambda n: f"서울시 종로구 새문안로 {n}")),
    "Japanese addresses": ("address", numbered(lambda n: f"東京都港区芝公園{n}丁目")),
    "Western addresses": ("address", numbered(lambda n: f"{n} Baker Street, London")),
    "Japanese postcodes": ("address", numbered(lambda n: f"105-{1000 + n}")),
    "resident numbers": ("national_id", numbered(lambda n: f"61{1 + n % 12:02}{1 + n % 28:02}-1{234000 + n}")),
    "resident numbers without a hyphen": (
        "national_id",
        numbered(lambda n: float(f"61{1 + n % 12:02}{1 + n % 28:02}1{234000 + n}")),
    ),
    "masked resident numbers": ("national_id", numbered(lambda n: f"61{1 + n % 12:02}{1 + n % 28:02}-2******")),
    "social security numbers": ("national_id", numbered(lambda n: f"{123 + n}-45-{6000 + n}")),
    "My Number": ("national_id", numbered(my_number)),
    "hospital numbers": ("record_number", numbered(lambda n: 40000000.0 + 7919 * 131 * n)),
    "remarks": ("free_text", numbered(lambda n: f"Stopped after {n} weeks because of fatigue.")),
    "Korean remarks": ("free_text", numbered(lambda n: f"외래 방문 {n}회 이후 피로감으로 중단함")),
    "initials": ("initials", numbered(lambda n: "ABCDEFGHIJ"[n % 10] + "." + "KLMN"[n // 10] + ".")),
}


@pytest.mark.parametrize("case", CONTENTS)
def test_what_cells_look_like_is_found_under_any_name(case: str) -> None:
    kind, values = CONTENTS[case]
    columns = found(v7=values, age=numbered(lambda n: 40.0 + n))
    assert {name: item.kind for name, item in columns.items()} == {"v7": kind}
    assert columns["v7"].n_cells == ROWS
    assert columns["v7"].proposed == ("hash" if kind == "record_number" else "drop")


@pytest.mark.parametrize("case", CONTENTS)
def test_a_reason_counts_and_never_quotes(case: str) -> None:
    _, values = CONTENTS[case]
    reason = found(v7=[*values, None])["v7"].reason
    assert re.fullmatch(r"(All|\d+ of its) \d+ (of its )?cells [a-zA-Z’' -]+\.", reason)
    assert not any(str(value) in reason for value in values)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("성명", "name"), ("환자 성명(한글)", "name"), ("氏名", "name"), ("患者氏名", "name"),
        ("Patient Name", "name"), ("surname", "name"),
        ("firstName", "name"), ("MRN", "record_number"), ("Hospital No.", "record_number"), ("등록번호", "record_number"),
        ("カルテ番号", "record_number"), ("DOB", "birth_date"), ("date_of_birth", "birth_date"), ("생년월일", "birth_date"),
        ("生年月日", "birth_date"), ("Tel.", "phone"), ("휴대폰번호", "phone"), ("電話番号", "phone"), ("E-mail", "email"),
        ("이메일", "email"), ("メールアドレス", "email"), ("주소", "address"), ("住所", "address"), ("zip code", "address"),
        ("주민등록번호", "national_id"), ("외국인등록번호", "national_id"), ("マイナンバー", "national_id"),
        ("被保険者番号", "national_id"), ("SSN", "national_id"), ("insurance_no", "national_id"), ("initials", "initials"),
        ("이니셜", "initials"), ("비고", "free_text"), ("備考", "free_text"), ("Remarks", "free_text"),
    ],
)  # fmt: skip
def test_names_of_columns_in_three_languages(name: str, kind: str) -> None:
    assert kind_of_name(name) == kind


@pytest.mark.parametrize(
    "name",
    [
        *(
            "drug_name",
            "site name",
            "약제이름",
            "병원 이름",
            "薬剤名",
            "birth_weight",
            "year_of_birth",
            "initial_dose",
            "cell_type",
        ),
        *(
            "insurance_type",
            "hospital",
            "patient_id",
            "record",
            "last_contact_date",
            "phenotype",
            "mobility",
            "ip_address",
            "os",
        ),
    ],
)
def test_names_that_tell_of_nothing_personal(name: str) -> None:
    assert kind_of_name(name) is None


def test_contents_decide_where_a_name_misleads() -> None:
    assert found(name=["LEN", "SOR"] * 20) == {}
    assert found(chart_no=numbered(lambda n: 1.0 + n)) == {}
    assert found(birth=numbered(lambda n: 1940.0 + n)) == {}
    assert found(phone=["yes", "no"] * 20) == {}
    assert found(note=["CR", "PR"] * 20) == {}
    assert found(name=[None] * 20, age=numbered(lambda n: 1.0 * n)) == {}


@pytest.mark.parametrize(
    "values",
    [
        numbered(lambda n: f"S{n:03}"),
        numbered(lambda n: f"KR01-{n:04}"),
        numbered(lambda n: 1.0 + n),
        numbered(lambda n: 100201.0 + n),
    ],
)
def test_a_study_code_is_no_record_number(values: list[object]) -> None:
    assert found(patient_id=values, id=list(values)) == {}


@pytest.mark.parametrize(
    "values",
    [
        ["대조군", "치료군"] * 20,
        numbered(lambda n: ("정상", "이상", "불명")[n % 3]),
        numbered(lambda n: ("Hepatitis B", "Hepatitis C", "Alcohol Use")[n % 3]),
        numbered(lambda n: f"Grade {n % 4} adverse event of the skin or the mouth"),
        numbered(lambda n: 2.5e5 + 1013.5 * n),
        numbered(lambda n: 20200101.0 + n % 28 + 100 * (n % 12)),
        numbered(lambda n: f"2020-0{1 + n % 9}-1{n % 10}"),
        numbered(lambda n: f"{n % 5}-{n % 7}"),
        numbered(lambda n: 150000.0 + 2000 * (n % 20)),
    ],
)
def test_false_alarms_of_clinical_columns(values: list[object]) -> None:
    assert found(v7=values) == {}


@pytest.mark.parametrize(
    "file",
    ["sample_data/cohort.csv", "sample_data/cohort_as_received.csv", "sample_data/lesions.csv",
     "tests/reference/gbsg.csv", "tests/reference/veteran.csv", "tests/reference/rotterdam_hormon.csv"],
)  # fmt: skip
def test_the_shipped_cohorts_hold_nothing_personal(file: str) -> None:
    assert find_personal(read_cohort((ROOT / file).read_bytes(), "cohort.csv")) == ()


def test_one_number_of_the_state_among_remarks_is_found() -> None:
    short = ["-", "x"] * 20
    short[7] = "610302-1234567"
    item = found(v7=short)["v7"]
    assert (item.kind, item.reason) == ("national_id", "1 of its 40 cells holds a resident registration number.")
    long = [str(value) for value in CONTENTS["remarks"][1]]
    long[7] += " Call 010-1234-5678."
    item = found(v7=long)["v7"]
    assert (item.kind, item.reason) == ("free_text", "1 of its 40 cells holds a phone number.")


def test_dates_of_birth_lie_a_generation_before_the_others() -> None:
    births = [pd.Timestamp(1930 + n, 3, 2) for n in range(ROWS)]
    visits = [pd.Timestamp(2020, 1 + n % 12, 5) for n in range(ROWS)]
    columns = found(d1=births, d2=visits)
    assert [(item.column, item.kind, item.proposed) for item in columns.values()] == [("d1", "birth_date", "interval")]
    assert found(d2=visits, d3=[date + pd.Timedelta(days=900) for date in visits]) == {}
    assert found(dob=births)["dob"].possible == ("keep", "drop", "hash", "interval")


def test_labels_of_statistics_packages_are_read_too() -> None:
    cohort = cohort_of(v1=numbered(lambda n: f"X{n}Y"), age=numbered(lambda n: 1.0 * n))
    labelled = Cohort(table=cohort.table, sha256="", file_format="spss", column_labels={"v1": "Patient name"})
    assert [item.kind for item in find_personal(labelled)] == ["name"]


def test_a_record_number_is_coded_where_it_is_the_id_and_left_out_where_the_study_has_its_own() -> None:
    records = CONTENTS["hospital numbers"][1]
    assert found(mrn=records)["mrn"].proposed == "hash"
    assert found(mrn=records, id=numbered(lambda n: f"S{n}"))["mrn"].proposed == "drop"


def test_protection_by_hand() -> None:
    cohort = cohort_of(
        mrn=[812345.0, 812399.0, np.nan, 812345.0],
        name=["Ann Lee", "Bo Kim", "Cy Fox", "Di Roe"],
        dob=[pd.Timestamp("1961-03-02"), pd.NaT, pd.Timestamp("1970-12-31"), pd.Timestamp("1961-01-01")],
        age=[60.0, 64.9, np.nan, 65.0],
        born=["61.3.2", "1961년 3월 2일", "19700102", "610302-1234567"],
    )
    protected = protect_cohort(cohort, {"mrn": "hash", "name": "drop", "dob": "interval", "age": "interval"}, SALT)
    code = hashlib.blake2b(b"812345", key=SALT, digest_size=8).hexdigest()
    assert list(protected.table.columns) == ["mrn", "dob", "age", "born"]
    assert protected.table["mrn"].tolist()[0] == protected.table["mrn"].tolist()[3] == code
    assert re.fullmatch("[0-9a-f]{16}", code)
    assert protected.table["mrn"].tolist()[2] is None
    np.testing.assert_array_equal(protected.table["dob"], [1961.0, np.nan, 1970.0, 1961.0])
    assert protected.table["age"].tolist() == ["60–64", "60–64", None, "65–69"]
    assert protected.notes[-1].code == "protected"
    assert protected.notes[-1].text == (
        "Before the cohort was used, patients' data were protected: name left out; mrn replaced by a code; "
        "dob, age turned into intervals."
    )


def test_births_written_in_many_ways_become_years() -> None:
    born = [
        "1961.03.02",
        "1961년 3월 2일",
        "19700102",
        "610302-1234567",
        "050302-3234567",
        "02/03/1955",
        "nobody knows",
    ]
    cohort = cohort_of(born=born, age=[1.0] * 7)
    years = protect_cohort(cohort, {"born": "interval"}, SALT).table["born"]
    np.testing.assert_array_equal(years, [1961, 1961, 1970, 1961, 2005, 1955, np.nan])


def test_nothing_of_a_dropped_column_is_reachable_from_the_protected_cohort() -> None:
    secret = 90071992.0
    cohort = cohort_of(
        a=[1.0, 2.0, 3.0], mrn=[secret, secret + 999, secret + 5555], b=[1.5, 2.5, 3.5], c=["x", "y", "z"]
    )
    protected = protect_cohort(cohort, {"mrn": "hash"}, SALT)
    table = protected.table
    seen = [table[name].to_numpy() for name in table.columns] + [block.values for block in table._mgr.blocks]
    seen += [array.base for array in seen if getattr(array, "base", None) is not None]
    assert len(seen) >= 4
    assert not any(secret in np.asarray(array).ravel().tolist() for array in seen)
    del cohort, seen
    gc.collect()
    assert secret not in [
        value
        for item in gc.get_referents(table._mgr)
        for value in (np.asarray(item).ravel().tolist() if isinstance(item, np.ndarray) else [])
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=30), st.binary(min_size=16, max_size=64))
def test_codes_keep_who_is_who_and_tell_nothing_without_the_salt(values: list[str], salt: bytes) -> None:
    cohort = cohort_of(v=list(values), w=[1.0] * len(values))
    codes = protect_cohort(cohort, {"v": "hash"}, salt).table["v"]
    assert (pd.factorize(codes)[0] == pd.factorize(pd.Series(values, dtype=object))[0]).all()
    again = protect_cohort(cohort, {"v": "hash"}, salt).table["v"]
    other = protect_cohort(cohort, {"v": "hash"}, bytes(byte ^ 1 for byte in salt)).table["v"]
    assert codes.tolist() == again.tolist()
    assert not set(codes) & set(other)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_a_band_holds_its_number(values: list[float]) -> None:
    bands = protect_cohort(cohort_of(v=list(values), w=[1.0] * len(values)), {"v": "interval"}, SALT).table["v"]
    for value, band in zip(values, bands, strict=True):
        lower, upper = (float(part) for part in re.split(r" to |–", band))
        assert lower <= value < upper + 1
        assert upper - lower == 4


def test_a_cohort_of_which_everything_is_kept_is_the_same() -> None:
    cohort = cohort_of(a=[1.0], b=["x"])
    assert protect_cohort(cohort, {"a": "keep"}, SALT) is cohort


def test_what_cannot_be_protected_is_refused_in_sentences() -> None:
    cohort = cohort_of(a=[1.0, 2.0], b=["x", "y"])
    with pytest.raises(
        SettingsError, match=r"^Only columns of the file can be protected; 1 of the columns named is not"
    ):
        protect_cohort(cohort, {"q": "drop"}, SALT)
    with pytest.raises(
        CohortInputError, match=r"^Only dates and numbers can be turned into intervals; column b holds text"
    ):
        protect_cohort(cohort, {"b": "interval"}, SALT)
    with pytest.raises(CohortInputError, match=r"^A cohort needs several columns, and 1 would remain"):
        protect_cohort(cohort, {"b": "drop"}, SALT)
    with pytest.raises(ValueError, match="a salt has 16 to 64 bytes"):
        protect_cohort(cohort, {"b": "drop"}, b"short")
