"""What is said of how the cells of a file were read: columns and counts, in one sentence for each kind."""

import re

from analysis.cohort.cells.cell_notes import cell_notes
from tests.analysis.cohort.files import note_codes, note_text, read_text

FILE = """id,arm,afp,weight,platelets,visit,started,dob
1,LEN,>200000,65 kg,"1,234",14/07/2022,2022-07-14,14-Jul-55
2,SOR,12.5,70 kg,950,03/04/2022,2022.7.15,15-Jul-55
3,Len,not done,71 kg,"2,345",05/06/2022,44758,16-Jul-55
4,LEN,<0.5,72 kg,NA,01/02/2022,2022-07,1900-01-01
5,sor,13.5,72 kg,150,31/01/2022,2022-07-18,17-Jul-55
6,SOR,14.5,n.d.,-,30/01/2022,2022-07-19,-
"""


def test_every_kind_has_its_sentence() -> None:
    cohort = read_text(FILE)
    assert note_text(cohort, "missing_marks").endswith("by column: platelets 2, dob 1.")
    assert note_text(cohort, "missing_words").endswith("by column: afp 1, weight 1.")
    assert note_text(cohort, "limits_read") == (
        "Values that are only known to lie above or below a limit were read as the limit itself: "
        "afp 1 above a limit, 1 below a limit."
    )
    assert note_text(cohort, "units_read") == (
        "Numbers were read without the unit that stands after them: weight 5 with “kg”."
    )
    assert note_text(cohort, "thousands_separators").endswith("numbers by column: platelets 2.")
    assert note_text(cohort, "date_order") == (
        "Day and month of dates were read in this order: visit day first (by numbers above 12 in it)."
    )
    assert note_text(cohort, "date_forms").endswith("started 3 as 2022-07-14, 1 as 2022.7.14, 1 as Excel day numbers.")
    assert note_text(cohort, "partial_dates").endswith("by column: started 1.")
    assert note_text(cohort, "never_dates").endswith("by column: dob 1.")
    assert note_text(cohort, "two_digit_years").endswith("dates by column: dob 4.")
    assert note_text(cohort, "merged_labels").endswith("cells changed by column: arm 2.")


def test_what_was_left_as_text_is_said_with_the_way_out() -> None:
    cohort = read_text(
        "id,a,b,c\n1,03/04/2022,65 kg,2022-07-14\n2,05/06/2022,130 lb,2022-02-30\n3,07/08/2022,7 kg,2022-07-15\n"
    )
    assert note_text(cohort, "ambiguous_dates") == (
        "It must be clear which number of a date is the day, the month and the year; cells in columns where nothing in "
        "the file tells: a 3. These columns were left as text. Choose the order of day and month for the file "
        "(date_order: day_first or month_first), or write the dates as year-month-day."
    )
    assert note_text(cohort, "mixed_units") == (
        "The numbers of a column must have one unit; cells with a unit in columns that have several: b 3. These columns "
        "were left as text. Convert them to one unit."
    )
    assert note_text(cohort, "text_among_dates") == (
        "A column of dates must hold nothing else; cells that are no dates: c 1. These columns were left as text. "
        "Correct the cells or leave them blank."
    )


def test_the_order_of_one_column_is_that_of_the_others() -> None:
    cohort = read_text("id,a,b\n1,03/04/2022,14/07/2022\n2,05/06/2022,15/07/2022\n")
    assert cohort.table["a"].dt.strftime("%m-%d").tolist() == ["04-03", "06-05"]
    assert "a day first (by numbers above 12 in other columns)" in note_text(cohort, "date_order")


def test_no_note_holds_a_cell_of_a_patient() -> None:
    cohort = read_text(FILE)
    text = " ".join(note.text for note in cohort.notes)
    for cell in ("200000", "12.5", "65", "1,234", "03/04/2022", "44758", "Len"):
        assert not re.search(rf"(?<![\w.,]){re.escape(cell)}(?![\w.,])", text)


def test_an_ordinary_file_has_no_note() -> None:
    assert cell_notes({}) == []
    assert note_codes(read_text("id,arm,age,day\n1,LEN,61,2022-07-14\n2,SOR,62.5,2022-07-15\n")) == []
