"""Tables 1, 2 and 3 of RECIST 1.1 (doi:10.1016/j.ejca.2008.10.026), row by row."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.outcomes.lesions import lesion_response

# Sums that give a response of the target lesions from a baseline of 100.
SUM = {"CR": 0.0, "PR": 68.0, "SD": 80.0, "PD": 130.0, "NE": np.nan}
NON_TARGET = {"none": -1, "CR": 0, "non-CR/non-PD": 1, "NE": 2, "PD": 3}
NON_PD = ("CR", "non-CR/non-PD")
ANY = ("CR", "non-CR/non-PD", "NE", "PD")
NO, YES = (False,), (True,)


def rows(*table):
    """Every combination that a row of a table stands for."""
    return [
        (target, other, new, overall)
        for targets, others, news, overall in table
        for target in targets
        for other in others
        for new in news
    ]


# Target lesions, with or without others: target, non-target, new lesions, overall.
TABLE_1 = rows(
    (("CR",), ("CR",), NO, "CR"),
    (("CR",), ("non-CR/non-PD",), NO, "PR"),
    (("CR",), ("NE",), NO, "PR"),
    (("PR",), (*NON_PD, "NE"), NO, "PR"),
    (("SD",), (*NON_PD, "NE"), NO, "SD"),
    (("NE",), NON_PD, NO, "NE"),
    (("PD",), ANY, NO + YES, "PD"),
    (tuple(SUM), ("PD",), NO + YES, "PD"),
    (tuple(SUM), ANY, YES, "PD"),
)
# No other lesions at all: the target lesions alone.
TARGET_ALONE = rows(*(((response,), ("none",), NO, response) for response in SUM))

# Non-target lesions only; the persistence of some is stable disease here, which is where rates count it.
TABLE_2 = [
    ("CR", False, "CR"),
    ("non-CR/non-PD", False, "SD"),
    ("NE", False, "NE"),
    ("PD", False, "PD"),
    ("PD", True, "PD"),
    *((other, True, "PD") for other in ANY),
]

# Confirmation required: first, later, best response if stable disease has lasted, and if it has not.
TABLE_3 = [
    ("CR", "CR", "CR", "CR"),
    # «SD, PD or PR»: after a true CR any disease is progression, so that the best response is SD or PD.
    ("CR", "PR", "SD", "PD"),
    ("CR", "SD", "SD", "PD"),
    ("CR", "PD", "SD", "PD"),
    ("CR", "NE", "SD", "NE"),
    ("PR", "CR", "PR", "PR"),
    ("PR", "PR", "PR", "PR"),
    # The table gives SD without proviso; SD that has not lasted is no best response by the text, so NE.
    ("PR", "SD", "SD", "NE"),
    ("PR", "PD", "SD", "PD"),
    ("PR", "NE", "SD", "NE"),
    ("NE", "NE", "NE", "NE"),
]


def judged(sums, *, others=None, new=None, **options):
    n = len(sums)
    return lesion_response(
        [0] * n,
        [-7, *(56 * scan for scan in range(1, n))],
        sums,
        [False] * n if new is None else new,
        non_target=None if others is None else [NON_TARGET[other] for other in others],
        n=1,
        **options,
    )


@pytest.mark.parametrize("criterion", ["RECIST 1.1", "mRECIST"])
@pytest.mark.parametrize(("target", "other", "new", "overall"), TABLE_1 + TARGET_ALONE)
def test_table_1_of_a_scan_with_target_lesions(target, other, new, overall, criterion):
    found = judged([100.0, SUM[target]], others=["none", other], new=[False, new], criterion=criterion)
    assert found.scan_response[1] == overall


@pytest.mark.parametrize(("other", "new", "overall"), TABLE_2)
@pytest.mark.parametrize("sums", [[0.0, 0.0], [np.nan, np.nan]])
def test_table_2_of_a_scan_with_other_lesions_only(sums, other, new, overall):
    found = judged(sums, others=["non-CR/non-PD", other], new=[False, new])
    assert found.scan_response[1] == overall
    assert found.best_response[0] == overall


@pytest.mark.parametrize(("first", "later", "lasted", "too_short"), TABLE_3)
def test_table_3_of_the_best_response_with_confirmation(first, later, lasted, too_short):
    later_sum = SUM[first] + 40 if later == "PD" else SUM[later]
    sums = [100.0, SUM[first], later_sum]
    assert judged(sums, confirmed=True).best_response[0] == lasted
    assert judged(sums, confirmed=True, stable_days=1000).best_response[0] == too_short


@pytest.mark.parametrize(("first", "later", "lasted", "too_short"), TABLE_3)
def test_table_3_of_patients_with_other_lesions_only(first, later, lasted, too_short):
    """Without target lesions there is no PR; the rest of the table holds as it stands, save that disease may persist."""
    words = {"CR": "CR", "SD": "non-CR/non-PD", "PD": "PD", "NE": "NE"}
    if "PR" in (first, later) or (first, later) == ("CR", "SD"):
        return
    found = judged([0.0] * 3, others=["non-CR/non-PD", words[first], words[later]], confirmed=True)
    assert found.best_response[0] == lasted
    found = judged([0.0] * 3, others=["non-CR/non-PD", words[first], words[later]], confirmed=True, stable_days=1000)
    assert found.best_response[0] == too_short


def test_stable_disease_without_target_lesions_has_to_last_too():
    found = judged([0.0, 0.0], others=["non-CR/non-PD"] * 2, stable_days=100)
    assert (found.best_response[0], found.why_not_evaluable[0]) == ("NE", "stable, but not for long enough")


def test_a_complete_response_of_target_lesions_is_confirmed_as_partial_while_others_persist():
    found = judged([100.0, 0.0, 0.0], others=["non-CR/non-PD"] * 3, confirmed=True)
    assert found.best_response[0] == "PR"
    found = judged([100.0, 0.0, 0.0, 0.0], others=["non-CR/non-PD"] * 2 + ["CR"] * 2, confirmed=True)
    assert found.best_response[0] == "CR"


def test_a_code_of_other_lesions_that_means_nothing_is_refused():
    with pytest.raises(EstimationError, match="must be a code from −1 to 3; 1 of 2 are not"):
        lesion_response([0, 0], [-7, 56], [100, 60], [False] * 2, n=1, non_target=[0, 7])
