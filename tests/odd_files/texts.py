"""Odd files of text: encodings, separators, headers, rows."""

from collections.abc import Iterator

from tests.odd_files.case import COLUMNS, OddFile, as_text, with_columns, without

PLAIN = as_text(COLUMNS)
KOREAN = with_columns(sex=["여", "남", "남", "여", "남", "남", "여", "남"])
JAPANESE = with_columns(sex=["女性", "男性", "男性", "女性", "男性", "男性", "女性", "男性"])
KOREAN_NAMES = {"환자번호": COLUMNS["id"], "치료군": COLUMNS["arm"], "나이": COLUMNS["age"], "생존기간": COLUMNS["os"]}
FRENCH = with_columns(cause=["décès", "hémorragie", "décès", "", "décès", "décès", "hémorragie", "décès"])
FRENCH_READ = with_columns(cause=["décès", "hémorragie", "décès", None, "décès", "décès", "hémorragie", "décès"])


def odd_texts() -> Iterator[OddFile]:
    """Text files that differ in everything but their content."""
    yield from _encodings()
    yield from _separators()
    yield from _headers()
    yield from _rows()


def _encodings() -> Iterator[OddFile]:
    yield OddFile(name="utf8.csv", content=PLAIN.encode(), table=COLUMNS)
    yield OddFile(name="utf8_with_mark.csv", content=PLAIN.encode("utf-8-sig"), table=COLUMNS)
    yield OddFile(name="utf16_with_mark.csv", content=as_text(KOREAN).encode("utf-16"), table=KOREAN)
    yield OddFile(name="utf16_big_endian.csv", content=b"\xfe\xff" + PLAIN.encode("utf-16-be"), table=COLUMNS)
    yield OddFile(
        name="utf16_without_mark.txt", content=as_text(COLUMNS, separator="\t").encode("utf-16-le"), table=COLUMNS
    )
    yield OddFile(name="korean_cp949.csv", content=as_text(KOREAN).encode("cp949"), table=KOREAN, notes=["encoding"])
    yield OddFile(
        name="korean_euc_kr.csv", content=as_text(KOREAN_NAMES).encode("euc-kr"), table=KOREAN_NAMES, notes=["encoding"]
    )
    yield OddFile(
        name="japanese_shift_jis.csv", content=as_text(JAPANESE).encode("shift_jis"), table=JAPANESE, notes=["encoding"]
    )
    yield OddFile(
        name="japanese_euc_jp.csv", content=as_text(JAPANESE).encode("euc_jp"), table=JAPANESE, notes=["encoding"]
    )
    yield OddFile(
        name="western_cp1252.csv", content=as_text(FRENCH).encode("cp1252"), table=FRENCH_READ, notes=["encoding"]
    )


def _separators() -> Iterator[OddFile]:
    german = as_text(COLUMNS, separator=";", decimal=",")
    yield OddFile(name="semicolons_decimal_comma.csv", content=german.encode(), table=COLUMNS, notes=["decimal_comma"])
    yield OddFile(
        name="pipes.txt", content=as_text(COLUMNS, separator="|").encode(), table=COLUMNS, notes=["separator"]
    )
    yield OddFile(name="tabs_called_csv.csv", content=as_text(COLUMNS, separator="\t").encode(), table=COLUMNS)
    yield OddFile(name="separator_line.csv", content=b"sep=;\r\n" + german.encode(), table=COLUMNS)
    yield OddFile(name="carriage_returns.csv", content=as_text(COLUMNS, end="\r").encode(), table=COLUMNS)
    yield OddFile(name="windows_line_ends.csv", content=as_text(COLUMNS, end="\r\n").encode(), table=COLUMNS)
    yield OddFile(name="comma_after_each_row.csv", content=as_text(COLUMNS, end=",\n").encode(), table=COLUMNS)
    noted = with_columns(remark=["a, b", "first\nsecond", 'he said "no"', "", "", "", "", ""])
    read = with_columns(remark=["a, b", "first\nsecond", 'he said "no"', None, None, None, None, None])
    yield OddFile(name="quoted_cells.csv", content=as_text(noted).encode(), table=read)


def _headers() -> Iterator[OddFile]:
    width = len(COLUMNS)
    title = "Survival of the cohort" + "," * (width - 1) + "\n"
    yield OddFile(name="title_above.csv", content=(title + PLAIN).encode(), table=COLUMNS, notes=["title_rows"])
    groups = "Patient,,,,Outcome,\n"
    yield OddFile(name="group_headings.csv", content=(groups + PLAIN).encode(), table=COLUMNS, notes=["title_rows"])
    two_rows = "id,arm,PFS,,OS,\n,,months,event,months,event\n"
    body = "".join(
        f"{i},{a},{t},1,{t + 1},{d}\n" for i, a, t, d in zip(*_picked("id", "arm", "os", "died"), strict=True)
    )
    combined = {
        "id": COLUMNS["id"],
        "arm": COLUMNS["arm"],
        "PFS months": COLUMNS["os"],
        "PFS event": [1] * 8,
        "OS months": [time + 1 for time in COLUMNS["os"]],
        "OS event": COLUMNS["died"],
    }
    yield OddFile(name="two_row_header.csv", content=(two_rows + body).encode(), table=combined)
    units = PLAIN.replace("\n", "\n,,years,,months,0/1\n", 1)
    yield OddFile(name="units_under_names.csv", content=units.encode(), table=COLUMNS, notes=["second_header"])
    repeated = PLAIN.replace("sex", "age", 1)
    yield OddFile(
        name="repeated_header.csv", content=repeated.encode(), notes=["repeated_headers"],
        table=without("age", "sex") | {"age (1)": COLUMNS["age"], "age (2)": COLUMNS["sex"]},
    )  # fmt: skip
    blank = PLAIN.replace("sex", "", 1)
    yield OddFile(
        name="blank_header.csv", content=blank.encode(), notes=["blank_headers"],
        table=without("sex") | {"column 4": COLUMNS["sex"]},
    )  # fmt: skip
    wide_spaces = PLAIN.replace("age", "\u3000age\u00a0 (years) ", 1)
    yield OddFile(
        name="spaces_in_header.csv",
        content=wide_spaces.encode(),
        table=without("age") | {"age (years)": COLUMNS["age"]},
    )
    markup = PLAIN.replace("sex", "<script>alert(1)</script>", 1)
    yield OddFile(
        name="markup_in_header.csv", content=markup.encode(),
        table=without("sex") | {"<script>alert(1)</script>": COLUMNS["sex"]},
    )  # fmt: skip
    no_header = PLAIN.split("\n", 1)[1].replace("P", "").replace("LEN", "1").replace("SOR", "0")
    no_header = no_header.replace("F", "1").replace("M", "0")
    yield OddFile(
        name="no_header.csv", content=no_header.encode(),
        refusal="The first row must hold the columns' names, and 6 of its 6 cells are numbers or dates. Add a header row.",
    )  # fmt: skip


def _picked(*names: str) -> list[list[object]]:
    return [COLUMNS[name] for name in names]


def _rows() -> Iterator[OddFile]:
    lines = PLAIN.splitlines()
    spaced = "\n".join([*lines[:3], "", ",,,,,", *lines[3:]]) + "\n"
    yield OddFile(name="blank_rows.csv", content=spaced.encode(), table=COLUMNS, notes=["blank_rows"])
    remarks = PLAIN + ",,,,,\n* follow-up until 2024-03-31\nOS in months,,,,,\n"
    yield OddFile(name="remarks_below.csv", content=remarks.encode(), table=COLUMNS, notes=["remarks_below"])
    total = PLAIN + "Total,8,61.7,,8.5,5\n"
    yield OddFile(name="total_below.csv", content=total.encode(), table=COLUMNS)
    ragged = PLAIN.replace("P4,SOR", "P4,SOR,x", 1)
    yield OddFile(
        name="ragged_row.csv", content=ragged.encode(),
        refusal="Every row must have as many cells as the header, 6; 1 of 8 rows has another number (most often 7; the "
        "first is row 4 under the header). Check these rows for missing or unquoted separators.",
    )  # fmt: skip
    quote = PLAIN.replace("P4", '"P4', 1)
    yield OddFile(name="quote_without_end.csv", content=quote.encode(), refusal=" … ")
    yield OddFile(
        name="header_only.csv", content=(lines[0] + "\n").encode(),
        refusal="The file must hold one row per patient under its header; it has a header and no rows. Export the table "
        "again with its rows.",
    )  # fmt: skip
    yield OddFile(
        name="one_column.csv", content=b"age\n61\n58\n70\n",
        refusal="A cohort needs several columns (treatment, covariates, outcome), and only one column was found. Separate "
        "the columns with commas, semicolons or tabs, or save the file as XLSX.",
    )  # fmt: skip
    yield OddFile(
        name="empty.csv", content=b"",
        refusal="The file must hold a table with a header and one row per patient; it is empty (0 bytes). Check that the "
        "right file was chosen and export it again.",
    )  # fmt: skip
    yield OddFile(
        name="white_space.csv", content=b" \n\t\r\n ",
        refusal="The file must hold a table with a header and one row per patient; it holds only white space. Check that "
        "the right file was chosen and export it again.",
    )  # fmt: skip
    yield OddFile(name="only_separators.csv", content=b",,,\n,,,\n,,,\n", refusal="The file must hold a table … ")
