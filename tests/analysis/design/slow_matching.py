"""The matching rule spelled out, one patient and one step at a time, and what every matching must keep."""

from collections import defaultdict

import numpy as np

from analysis.design.matched_sets import MatchedSets

WEIGHT_TOLERANCE = 1e-12
# Squares added in another order than in the compiled walk.
METRIC_TOLERANCE = 1e-12


def slow_matching(
    distance, treated, *, width, ratio, replacement, order, strata, seed=0, calipers=(), metric=None
) -> list[list[int]]:
    """Controls of each treated row, in the order taken, by walking every rank.

    `calipers` are pairs of values and limit; `metric` holds a row of numbers per patient. Matching round the controls
    is the same with the arms exchanged.
    """
    n = len(distance)
    sorted_rows = sorted(range(n), key=lambda row: (distance[row], row))
    rank = {row: place for place, row in enumerate(sorted_rows)}
    free = [not arm for arm in treated]
    patients = [row for row in range(n) if treated[row]]
    chosen = {row: [] for row in patients}
    # Steps on each side are counted from the control last found there, at first from the patient.
    reached = {row: {-1: rank[row], 1: rank[row]} for row in patients}

    def may_take(patient, control):
        return (
            free[control]
            and control not in chosen[patient]
            and strata[control] == strata[patient]
            and all(abs(values[control] - values[patient]) <= limit for values, limit in calipers)
        )

    def walk_outwards(patient):
        found = []
        for side in (-1, 1):
            place = rank[patient] + side
            while 0 <= place < n:
                control = sorted_rows[place]
                if may_take(patient, control):
                    gap = abs(distance[control] - distance[patient])
                    found.append((gap, abs(place - reached[patient][side]), side, control))
                    break
                place += side
        if not found or min(found)[0] > width:
            return None
        gap, _, side, control = min(found)
        reached[patient][side] = rank[control]
        return gap, control

    def compare_rows(patient):
        found = [
            (sum((one - other) ** 2 for one, other in zip(metric[patient], metric[control], strict=True)), control)
            for control in range(n)
            if may_take(patient, control) and abs(distance[control] - distance[patient]) <= width
        ]
        return min(found, default=None)

    def take(patient, control):
        chosen[patient].append(control)
        free[control] = replacement

    find = walk_outwards if metric is None else compare_rows
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
    """Controls of each treated row in the order taken (ATC: treated patients of each control row)."""
    focal, focal_row, partner_row = _by_role(sets, treated)
    chosen = defaultdict(list)
    for patient, partner in zip(focal_row.tolist(), partner_row.tolist(), strict=True):
        chosen[patient].append(partner)
    return [chosen[row] for row in np.flatnonzero(focal).tolist()]


def _by_role(sets: MatchedSets, treated) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    treated = np.asarray(treated, dtype=bool)
    if sets.estimand == "ATC":
        return ~treated, sets.control_row, sets.treated_row
    return treated, sets.treated_row, sets.control_row


def check_invariants(sets: MatchedSets, distance, treated, *, strata=None, calipers=(), metric=None, min_ratio=1):
    """What holds for every matching round a patient, whoever made it."""
    distance, treated = np.asarray(distance, dtype=float), np.asarray(treated, dtype=bool)
    focal, focal_row, partner_row = _by_role(sets, treated)
    n = distance.size
    assert sets.n == n
    assert treated[sets.treated_row].all()
    assert not treated[sets.control_row].any()
    links = list(zip(focal_row.tolist(), partner_row.tolist(), strict=True))
    assert len(set(links)) == len(links), "a partner twice in one set"
    if not sets.replacement:
        assert np.unique(partner_row).size == partner_row.size, "a partner in two sets"
    gap = np.abs(distance[focal_row] - distance[partner_row])
    if metric is None:
        np.testing.assert_array_equal(sets.link_distance, gap)
    else:
        apart = np.linalg.norm(metric[focal_row] - metric[partner_row], axis=1)
        np.testing.assert_allclose(sets.link_distance, apart, rtol=METRIC_TOLERANCE)
    strata = np.zeros(n) if strata is None else np.asarray(strata)
    assert (strata[focal_row] == strata[partner_row]).all()
    width = np.inf if sets.caliper_width is None else sets.caliper_width
    assert (gap <= width).all()
    for values, limit in calipers:
        assert (np.abs(values[focal_row] - values[partner_row]) <= limit).all()
    assert all(min_ratio <= len(found) <= sets.ratio for found in controls_by_treated(sets, treated) if found)
    _check_numbers(sets, focal, links)
    _check_weights(sets, focal, links)
    _check_reasons(sets, treated, *_in_reach(distance, treated, strata, width, calipers), min_ratio)


def _in_reach(distance, treated, strata, width, calipers) -> tuple[np.ndarray, np.ndarray]:
    other = (treated[:, None] != treated) & (strata[:, None] == strata)
    near = other & (np.abs(distance[:, None] - distance) <= width)
    for values, limit in calipers:
        near &= np.abs(values[:, None] - values) <= limit
    return other.any(axis=1), near.any(axis=1)


def _check_reasons(sets: MatchedSets, treated, has_other, in_reach, min_ratio) -> None:
    matched = sets.weights > 0
    assert ((sets.subclass >= 0) == matched).all()
    near = {
        ("ATT", True): "control taken by a closer patient",
        ("ATT", False): "not needed as a match",
        ("ATC", True): "not needed as a match",
        ("ATC", False): "treated patient taken by a closer patient",
    }
    for row in range(sets.n):
        partner = "control" if treated[row] else "treated patient"
        expected = near[sets.estimand, bool(treated[row])]
        if matched[row]:
            expected = None
        elif not has_other[row]:
            expected = f"no {partner} in the same stratum"
        elif not in_reach[row]:
            expected = f"no {partner} within the caliper"
        reason = sets.reason[row]
        dissolved = str(reason).startswith(f"fewer than {min_ratio} {partner}s left") or "too small" in str(reason)
        assert reason == expected or (min_ratio > 1 and not matched[row] and in_reach[row] and dissolved)


def _check_numbers(sets: MatchedSets, focal, links) -> None:
    matched = sorted({patient for patient, _ in links})
    number = {patient: i for i, patient in enumerate(matched)}
    assert sets.set_number.tolist() == [number[patient] for patient, _ in links]
    expected = np.full(sets.n, -1)
    for patient, partner in links:
        expected[patient] = number[patient]
        lowest = [number[p] for p, c in links if c == partner]
        expected[partner] = min(lowest)
    assert sets.subclass.tolist() == expected.tolist()
    n_partners = len({partner for _, partner in links})
    assert sets.n_sets == len(matched)
    counts = (sets.n_control, sets.n_treated) if sets.estimand == "ATC" else (sets.n_treated, sets.n_control)
    assert counts == (len(matched), n_partners)


def _check_weights(sets: MatchedSets, focal, links) -> None:
    size = defaultdict(int)
    for patient, _ in links:
        size[patient] += 1
    raw = np.zeros(sets.n)
    for patient, partner in links:
        raw[patient] = 1.0
        raw[partner] += 1.0 / size[patient]
    sizes = [sets.effective_sample_size_treated, sets.effective_sample_size_control]
    for arm, effective in zip((focal, ~focal), sizes[::-1] if sets.estimand == "ATC" else sizes, strict=True):
        own = raw[arm]
        np.testing.assert_allclose(sets.weights[arm], own / own[own > 0].mean(), rtol=WEIGHT_TOLERANCE)
        np.testing.assert_allclose(effective, own.sum() ** 2 / np.square(own).sum(), rtol=WEIGHT_TOLERANCE)
