"""The matching rule spelled out, one patient and one step at a time, and what every matching must keep."""

from collections import defaultdict

import numpy as np

from analysis.design.matching import MatchedSets

WEIGHT_TOLERANCE = 1e-12


def slow_matching(distance, treated, *, width, ratio, replacement, order, strata, seed=0) -> list[list[int]]:
    """Controls of each treated row, in the order taken, by walking every rank."""
    n = len(distance)
    sorted_rows = sorted(range(n), key=lambda row: (distance[row], row))
    rank = {row: place for place, row in enumerate(sorted_rows)}
    free = [not arm for arm in treated]
    patients = [row for row in range(n) if treated[row]]
    chosen = {row: [] for row in patients}
    # Steps on each side are counted from the control last found there, at first from the patient.
    reached = {row: {-1: rank[row], 1: rank[row]} for row in patients}

    def find(patient):
        found = []
        for side in (-1, 1):
            place = rank[patient] + side
            while 0 <= place < n:
                control = sorted_rows[place]
                if free[control] and control not in chosen[patient] and strata[control] == strata[patient]:
                    gap = abs(distance[control] - distance[patient])
                    found.append((gap, abs(place - reached[patient][side]), side, control))
                    break
                place += side
        if not found or min(found)[0] > width:
            return None
        gap, _, side, control = min(found)
        reached[patient][side] = rank[control]
        return gap, control

    def take(patient, control):
        chosen[patient].append(control)
        free[control] = replacement

    asked = _order_of_asking(patients, distance, order, seed)
    for _ in range(ratio):
        if order == "closest" and not replacement:
            asked = _closest_round(asked, find, take, free)
        else:
            served = []
            for patient in asked:
                hit = find(patient)
                if hit is not None:
                    take(patient, hit[1])
                    served.append(patient)
            asked = served
    return [chosen[row] for row in patients]


def _order_of_asking(patients, distance, order, seed):
    if order == "largest":
        return sorted(patients, key=lambda row: -distance[row])
    if order == "smallest":
        return sorted(patients, key=lambda row: distance[row])
    if order == "random":
        return [patients[i] for i in np.random.default_rng(seed).permutation(len(patients))]
    return patients


def _closest_round(asked, find, take, free):
    queue = [(hit[0], patient, hit[1]) for patient in sorted(asked) if (hit := find(patient)) is not None]
    queue.sort(key=lambda entry: entry[0])
    served = []
    while queue:
        _, patient, control = queue.pop(0)
        if free[control]:
            take(patient, control)
            served.append(patient)
            continue
        hit = find(patient)
        if hit is not None:
            place = sum(entry[0] < hit[0] for entry in queue)
            queue.insert(place, (hit[0], patient, hit[1]))
    return served


def controls_by_treated(sets: MatchedSets, treated: np.ndarray) -> list[list[int]]:
    chosen = defaultdict(list)
    for patient, control in zip(sets.treated_row.tolist(), sets.control_row.tolist(), strict=True):
        chosen[patient].append(control)
    return [chosen[row] for row in np.flatnonzero(treated).tolist()]


def check_invariants(sets: MatchedSets, distance, treated, *, strata=None) -> None:
    """What holds for every matching, whoever made it."""
    distance, treated = np.asarray(distance, dtype=float), np.asarray(treated, dtype=bool)
    n = distance.size
    assert sets.n == n
    assert treated[sets.treated_row].all()
    assert not treated[sets.control_row].any()
    links = list(zip(sets.treated_row.tolist(), sets.control_row.tolist(), strict=True))
    assert len(set(links)) == len(links), "a control twice in one set"
    if not sets.replacement:
        assert np.unique(sets.control_row).size == sets.control_row.size, "a control in two sets"
    np.testing.assert_array_equal(sets.link_distance, np.abs(distance[sets.treated_row] - distance[sets.control_row]))
    if sets.caliper_width is not None:
        assert (sets.link_distance <= sets.caliper_width).all()
    if strata is not None:
        strata = np.asarray(strata)
        assert (strata[sets.treated_row] == strata[sets.control_row]).all()
    controls = [c for c in controls_by_treated(sets, treated) if c]
    assert all(1 <= len(c) <= sets.ratio for c in controls)
    _check_numbers(sets, treated, links)
    _check_weights(sets, treated, links)
    matched = sets.weights > 0
    assert ((sets.subclass >= 0) == matched).all()
    assert [reason is None for reason in sets.reason] == matched.tolist()
    for reason in sets.reason[~matched & treated]:
        assert reason in (
            "no control within the caliper",
            "control taken by a closer patient",
            "no control in the same stratum",
        )
    for reason in sets.reason[~matched & ~treated]:
        assert reason in (
            "no treated patient within the caliper",
            "not needed as a match",
            "no treated patient in the same stratum",
        )


def _check_numbers(sets: MatchedSets, treated, links) -> None:
    matched_treated = sorted({patient for patient, _ in links})
    number = {patient: i for i, patient in enumerate(matched_treated)}
    assert sets.set_number.tolist() == [number[patient] for patient, _ in links]
    expected = np.full(sets.n, -1)
    for patient, control in links:
        expected[patient] = number[patient]
        lowest = [number[p] for p, c in links if c == control]
        expected[control] = min(lowest)
    assert sets.subclass.tolist() == expected.tolist()
    assert sets.n_sets == sets.n_treated == len(matched_treated)
    assert sets.n_control == len({control for _, control in links})


def _check_weights(sets: MatchedSets, treated, links) -> None:
    size = defaultdict(int)
    for patient, _ in links:
        size[patient] += 1
    raw = np.zeros(sets.n)
    for patient, control in links:
        raw[patient] = 1.0
        raw[control] += 1.0 / size[patient]
    for arm, effective in (
        (treated, sets.effective_sample_size_treated),
        (~treated, sets.effective_sample_size_control),
    ):
        own = raw[arm]
        np.testing.assert_allclose(sets.weights[arm], own / own[own > 0].mean(), rtol=WEIGHT_TOLERANCE)
        np.testing.assert_allclose(effective, own.sum() ** 2 / np.square(own).sum(), rtol=WEIGHT_TOLERANCE)
