"""Matched sets put together: numbers, weights for each estimand, reasons, and sets among more patients."""

import numpy as np
import pytest

from analysis.design.matched_sets import OUTSIDE_SUPPORT, assemble_sets, embed_sets, left_out_reasons
from analysis.design.set_notes import one_arm_note

WEIGHT_TOLERANCE = 1e-12

# Set 5: treated 0 and 1 with control 2. Set 3: treated 6 with controls 3 and 4. Control 5 in none.
TREATED = np.array([True, True, False, False, False, False, True])
LINKS = {
    "treated_row": np.array([6, 0, 1, 6]),
    "control_row": np.array([3, 2, 2, 4]),
    "set_label": [3, 5, 5, 3],
    "link_distance": [0.3, 0.1, 0.2, 0.4],
}
STRATA = [5, 5, 5, 3, 3, -1, 3]
WHY = np.full(7, "why", dtype=object)

# Of set 5 and set 3: a treated patient weighs 1 and 1 (ATT), 1/2 and 2 (ATC), 3/2 and 3 (ATE); a control 2 and 1/2,
# 1 and 1, 3 and 3/2. All but the last have mean 1 per arm already.
WEIGHTS = {
    "ATT": [1.0, 1.0, 2.0, 0.5, 0.5, 0.0, 1.0],
    "ATC": [0.5, 0.5, 1.0, 1.0, 1.0, 0.0, 2.0],
    "ATE": [0.75, 0.75, 1.5, 0.75, 0.75, 0.0, 1.5],
}


@pytest.mark.parametrize("estimand", WEIGHTS)
@pytest.mark.parametrize("sets_from", [LINKS, {"set_label": STRATA}])
def test_weights_of_sets_of_any_shape_by_hand(estimand, sets_from):
    sets = assemble_sets(TREATED, method="full", estimand=estimand, reason=WHY, **sets_from)
    np.testing.assert_allclose(sets.weights, WEIGHTS[estimand], rtol=WEIGHT_TOLERANCE)
    assert sets.subclass.tolist() == [0, 0, 0, 1, 1, -1, 1]
    assert sets.reason.tolist() == [None] * 5 + ["why", None]
    assert (sets.n, sets.n_sets, sets.n_treated, sets.n_control) == (7, 2, 3, 3)
    assert (sets.estimand, sets.ratio, sets.notes) == (estimand, None, ())
    kept = sets.weights[TREATED]
    assert sets.effective_sample_size_treated == pytest.approx(9 / np.square(kept).sum())


def test_sets_are_numbered_by_the_patient_they_are_built_around():
    links = LINKS | {"treated_row": np.array([6, 0, 0, 1]), "control_row": np.array([2, 4, 5, 3])}
    links["set_label"] = [0, 1, 1, 2]
    by_treated = assemble_sets(TREATED, method="optimal", estimand="ATT", reason=WHY, **links)
    assert by_treated.set_number.tolist() == [2, 0, 0, 1]
    assert by_treated.to_table()["treated_row"].tolist() == [0, 0, 1, 6]
    by_control = assemble_sets(TREATED, method="optimal", estimand="ATC", reason=WHY, **links)
    assert by_control.set_number.tolist() == [0, 2, 2, 1]
    assert by_control.subclass.tolist() == [2, 1, 0, 1, 2, 2, 0]


def test_a_treated_patient_in_two_sets_adds_her_weights():
    # Controls 1 and 2 both took treated 0; control 2 took treated 3 too: 1 + 1/2 against 1/2.
    sets = assemble_sets(
        [True, False, False, True],
        method="nearest",
        estimand="ATC",
        treated_row=np.array([0, 0, 3]),
        control_row=np.array([1, 2, 2]),
        set_label=[1, 2, 2],
        link_distance=[0.0, 0.0, 0.0],
        reason=np.full(4, None, dtype=object),
        replacement=True,
        ratio=2,
    )
    np.testing.assert_allclose(sets.weights, [1.5, 1.0, 1.0, 0.5])
    assert sets.subclass.tolist() == [0, 0, 1, 1]
    assert [note.text for note in sets.notes] == [
        "1 of 2 sets has fewer than 2 treated patients.",
        "1 treated patient serves in 2 sets.",
    ]


def test_a_set_of_one_arm_is_a_mistake_of_its_maker():
    with pytest.raises(ValueError, match="both arms"):
        assemble_sets(TREATED, method="strata", estimand="ATE", set_label=[0, 0, 1, 1, 1, 1, -1], reason=WHY)


def test_no_sets_at_all():
    sets = assemble_sets(TREATED, method="strata", estimand="ATE", set_label=[-1] * 7, reason=WHY)
    assert (sets.n_sets, sets.n_treated, sets.n_control, sets.effective_sample_size_treated) == (0, 0, 0, 0.0)
    assert set(sets.reason) == {"why"}


@pytest.mark.parametrize(
    ("estimand", "near_treated", "near_control"),
    [
        ("ATT", "control taken by a closer patient", "not needed as a match"),
        ("ATC", "not needed as a match", "treated patient taken by a closer patient"),
        ("ATE", "control taken by a closer patient", "treated patient taken by a closer patient"),
    ],
)
def test_reasons_follow_what_was_near(estimand, near_treated, near_control):
    reason = left_out_reasons(
        [True, True, True, False, False, False],
        has_other=[False, True, True] * 2,
        in_reach=[False, False, True] * 2,
        estimand=estimand,
    )
    assert reason.tolist() == [
        "no control in the same stratum",
        "no control within the caliper",
        near_treated,
        "no treated patient in the same stratum",
        "no treated patient within the caliper",
        near_control,
    ]


def test_strata_with_one_arm_are_counted():
    strata = np.array([0, 0, 1, 2, 2])
    assert one_arm_note(strata, np.ones(5, dtype=bool)) == ()
    (note,) = one_arm_note(strata, np.array([True, True, False, False, False]))
    assert note.text == "2 of 3 strata hold one arm only; their 3 patients cannot be matched."
    (note,) = one_arm_note(np.array([0, 0, 1]), np.array([True, True, False]))
    assert note.text == "1 of 2 strata holds one arm only; its 1 patient cannot be matched."


def test_sets_of_some_patients_among_all():
    part = assemble_sets(TREATED, method="full", estimand="ATT", reason=WHY, **LINKS)
    rows = np.array([1, 2, 4, 5, 6, 8, 9])
    sets = embed_sets(part, rows, 10, OUTSIDE_SUPPORT)
    outside = np.array([0, 3, 7])
    assert sets.n == 10
    assert sets.subclass[rows].tolist() == part.subclass.tolist()
    assert sets.weights[rows].tolist() == part.weights.tolist()
    assert sets.weights[outside].tolist() == [0.0, 0.0, 0.0]
    assert sets.subclass[outside].tolist() == [-1, -1, -1]
    assert set(sets.reason[outside]) == {"outside the common support"}
    assert sets.treated_row.tolist() == [9, 1, 2, 9]
    assert sets.control_row.tolist() == [5, 4, 4, 6]
    assert (sets.n_sets, sets.effective_sample_size_control) == (part.n_sets, part.effective_sample_size_control)


def test_rows_of_other_patients_are_a_mistake():
    part = assemble_sets(TREATED, method="full", estimand="ATT", reason=WHY, **LINKS)
    with pytest.raises(ValueError, match="one row per patient"):
        embed_sets(part, [0, 1], 10, OUTSIDE_SUPPORT)
