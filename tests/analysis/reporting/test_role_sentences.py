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
