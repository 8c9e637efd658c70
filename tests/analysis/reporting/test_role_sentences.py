"""A cohort in words: what each column was taken for."""

from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.roles import guess_roles
from analysis.reporting.role_sentences import role_sentences, study_sentences
from tests.analysis.reporting.conftest import reporting_study, reporting_table


def cohort() -> Cohort:
    return read_cohort(reporting_table().to_csv(index=False).encode(), "cohort.csv")


def test_a_guess_in_words() -> None:
    lines = role_sentences(cohort(), guess_roles(cohort()))
    assert lines[0] == "139 rows, 11 columns. The columns were taken for:"
    subjects = [line.split()[0] for line in lines[1:]]
    assert subjects[:3] == ["id", "treatment", "covariates"]
    assert any(line.startswith("  time unit   months: ") for line in lines)


def test_dates_and_what_is_known_later_are_told_apart() -> None:
    lines = [
        "id,arm,age,index_date,date_of_death,last_contact_date,subsequent_therapy",
        *(
            f"P{row},{'AB'[row % 2]},{40 + row},2020-01-{row % 28 + 1:02d},{'2021-03-01' if row % 3 else ''},"
            f"2021-03-01,{('none', 'some')[row % 5 > 2]}"
            for row in range(40)
        ),
    ]
    dated = read_cohort("\n".join(lines).encode(), "cohort.csv")
    told = role_sentences(dated, guess_roles(dated))
    assert "  OS          from dates: from “index_date” to “date_of_death”, otherwise to “last_contact_date”" in told
    assert "  date        index_date: the index date by its name, taken as time zero" in told
    assert "  left out    subsequent_therapy: known only after treatment began, by its name" in told


def test_what_could_not_be_guessed_is_said() -> None:
    plain = read_cohort(b"a,b\n1.5,2\n2.5,3\n3.5,3\n", "plain.csv")
    lines = role_sentences(plain, guess_roles(plain))
    assert "  treatment   none found; name the column and its two arms" in lines
    assert "  outcomes    none found; name a time and its event, or a best response" in lines


def test_a_study_in_words() -> None:
    lines = study_sentences(cohort(), reporting_study())
    assert lines[0] == "139 rows, 11 columns. By the study file:"
    assert lines[1] == "  Treatment   test (68) compared with standard (69, the reference), from column arm"


def test_a_study_that_does_not_fit_has_only_the_size() -> None:
    elsewhere = read_cohort(b"a,b\n1,2\n", "plain.csv")
    assert study_sentences(elsewhere, reporting_study()) == ["1 rows, 2 columns."]
    assert study_sentences(elsewhere, None) == ["1 rows, 2 columns."]
