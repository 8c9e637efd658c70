"""Odd cells in an otherwise plain file."""

from collections.abc import Iterator
from typing import Any

from tests.odd_files.case import COLUMNS, OddFile, as_text, with_columns


def odd_cells() -> Iterator[OddFile]:
    """Files whose numbers, dates and labels are written as people write them."""
    yield from _numbers()
    yield from _dates()
    yield from _labels()


def _file(name: str, column: str, written: list[Any], read: list[Any], *notes: str, separator: str = ",") -> OddFile:
    text = as_text(with_columns(**{column: written}), separator=separator)
    return OddFile(name=name, content=text.encode(), table=with_columns(**{column: read}), notes=notes)


def _numbers() -> Iterator[OddFile]:
    afp = [12, 450.5, 3, 98, 1200, 7, 61, 30]
    yield _file(
        "limits.csv", "afp", [12, 450.5, 3, 98, ">200000", 7, 61, 30], [*afp[:4], 200000, *afp[5:]], "limits_read"
    )
    yield _file(
        "limits_below.csv", "crp", [1.5, "<0.5", 3, 2, 1, 0.8, 2, 4], [1.5, 0.5, 3, 2, 1, 0.8, 2, 4], "limits_read"
    )
    yield _file(
        "limits_korean.csv", "afp", [12, 450.5, 3, 98, "400 이상", 7, 61, 30], [*afp[:4], 400, *afp[5:]], "limits_read"
    )
    yield _file(
        "limits_wide.csv", "afp", [12, 450.5, 3, 98, "≥４００", 7, 61, 30], [*afp[:4], 400, *afp[5:]], "limits_read"
    )
    bands = ["<=20", "20-50", ">50", "<=20", "20-50", ">50", "<=20", ">50"]
    yield _file("bands_are_labels.csv", "size", bands, bands)
    wide = ["６１", "５８", "７０", "６６", None, "４９", "７３", "５５"]
    yield _file("full_width_digits.csv", "age", wide, COLUMNS["age"])
    yield _file(
        "thousands.csv", "platelets", ["1,234", "12,345", "150,000", "98,000", 1500, "88,000", "7,000", "9,100"],
        [1234, 12345, 150000, 98000, 1500, 88000, 7000, 9100], "thousands_separators",
    )  # fmt: skip
    yield _file(
        "units_in_cells.csv", "weight", ["65 kg", "70.5 kg", "58kg", 60, "71 kg", "80 kg", "66 kg", "59 kg"],
        [65, 70.5, 58, 60, 71, 80, 66, 59], "units_read",
    )  # fmt: skip
    yield _file(
        "years_korean.csv", "age", ["61세", "58세", "70세", "66세", None, "49세", "73세", "55세"], COLUMNS["age"]
    )
    yield _file(
        "not_done.csv",
        "inr",
        [1.1, "not done", 1.0, 1.3, 1.2, 0.9, 1.05, 1.4],
        [1.1, None, 1.0, 1.3, 1.2, 0.9, 1.05, 1.4],
    )
    yield _file(
        "not_done_korean.csv",
        "inr",
        [1.1, "미시행", 1.0, 1.3, 1.2, 0.9, 1.05, 1.4],
        [1.1, None, 1.0, 1.3, 1.2, 0.9, 1.05, 1.4],
    )
    yield _file("marks.csv", "age", [61, 58, 70, 66, "NA", 49, 73, 55], COLUMNS["age"], "missing_marks")
    yield _file("marks_dots.csv", "age", [61, 58, 70, 66, ".", 49, 73, 55], COLUMNS["age"], "missing_marks")
    yield _file("dashes.csv", "age", [61, 58, 70, 66, "--", 49, 73, 55], COLUMNS["age"], "missing_words")
    codes = ["001", "002", "003", "004", "005", "006", "007", "008"]
    yield _file("leading_zeros.csv", "chart", codes, codes)
    long = [f"90071992547409{number:02d}7" for number in range(8)]
    yield _file("long_numbers.csv", "barcode", long, long)
    formulas = ["=1+1", "@SUM(A1)", "+cmd", "-2+3", "=A1", "x", "y", "z"]
    yield _file("formulas_are_text.csv", "remark", formulas, formulas)


def _dates() -> Iterator[OddFile]:
    days = [
        "2022-07-14",
        "2022-08-01",
        "2021-12-31",
        "2022-01-05",
        "2022-02-28",
        "2022-03-01",
        "2022-10-09",
        "2022-11-30",
    ]
    forms: dict[str, list[Any]] = {
        "iso": days,
        "dots": [day.replace("-", ".") for day in days],
        "slashes": [day.replace("-", "/") for day in days],
        "korean": [_in_words(day, "년 ", "월 ", "일") for day in days],
        "japanese": [_in_words(day, "年", "月", "日") for day in days],
        "spaced_dots": [_in_words(day, ". ", ". ", ".") for day in days],
        "month_names": ["14-Jul-2022", "01-Aug-2022", "31-Dec-2021", "05-Jan-2022", "28-Feb-2022", "01-Mar-2022",
                        "09-Oct-2022", "30-Nov-2022"],
        "day_first": ["/".join(reversed(day.split("-"))) for day in days],
        "month_first": [f"{day[5:7]}/{day[8:]}/{day[:4]}" for day in days],
        "mixed": ["2022-07-14", "2022.08.01", "44561", "2022-01-05", "2022.02.28", "2022-03-01", "44843", "2022-11-30"],
        "eras": ["令和4年7月14日", "令和4年8月1日", "令和3年12月31日", "令和4年1月5日", "令和4年2月28日", "令和4年3月1日",
                 "令和4年10月9日", "令和4年11月30日"],
    }  # fmt: skip
    for form, written in forms.items():
        yield _file(f"dates_{form}.csv", "index_date", written, days)
    serials = [44756, 44774, 44561, 44566, 44620, 44621, 44843, 44895]
    yield _file("dates_excel_numbers.csv", "index_date", serials, days)
    doubtful = [
        "01/02/2022",
        "03/04/2022",
        "05/06/2022",
        "07/08/2022",
        "02/03/2022",
        "09/10/2022",
        "11/12/2022",
        "04/05/2022",
    ]
    yield _file("dates_ambiguous.csv", "index_date", doubtful, doubtful, "ambiguous_dates")
    impossible = ["2022-02-30", *days[1:]]
    yield _file("dates_impossible.csv", "index_date", impossible, [None, *days[1:]], "impossible_dates")


def _in_words(day: str, after_year: str, after_month: str, after_day: str) -> str:
    year, month, date = (int(part) for part in day.split("-"))
    return f"{year}{after_year}{month}{after_month}{date}{after_day}"


def _labels() -> Iterator[OddFile]:
    spelt = ["F", "M", "m", "f ", "M", "M", "F", "Ｍ"]
    yield _file("spellings.csv", "sex", spelt, COLUMNS["sex"], "merged_labels")
    none = ["None", "lung", "bone", "None", "lung", "None", "None", "bone"]
    yield _file("none_is_a_label.csv", "metastasis", none, none)
    arms = ["N/A", "SOR", "LEN", "SOR", "LEN", "SOR", "LEN", "SOR"]
    yield _file("arm_missing.csv", "arm", arms, [None, *COLUMNS["arm"][1:]], "missing_marks")
    decomposed = ["가", "나", "가", "나", "가", "나", "가", "나"]
    yield _file("decomposed_hangul.csv", "group", decomposed, [_composed(label) for label in decomposed])


def _composed(label: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", label)
