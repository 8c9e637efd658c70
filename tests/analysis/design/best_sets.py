"""The best sets found by trying all there are, cases to try them on, and what every choice of sets must keep."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from analysis.design.caliper import ColumnCaliper, caliper_width
from analysis.design.matched_sets import MatchedSets

WEIGHT_TOLERANCE = 1e-12
"""Sums of a handful of fractions."""


def pair_table(distance, treated, *, caliper, caliper_scale="sd", strata=None, calipers=(), metric=None):
    """Cost of every treated–control pair by their rows, for the allowed pairs only."""
    distance, treated = np.asarray(distance, dtype=float), np.asarray(treated, dtype=bool)
    width = caliper_width(distance, treated, caliper=caliper, caliper_scale=caliper_scale)
    allowed = {}
    for one, other in product(np.flatnonzero(treated).tolist(), np.flatnonzero(~treated).tolist()):
        apart = abs(distance[one] - distance[other])
        if width is not None and apart > width:
            continue
        if strata is not None and strata[one] != strata[other]:
            continue
        if any(abs(column.values[one] - column.values[other]) > column.limit for column in calipers):
            continue
        allowed[one, other] = apart if metric is None else float(np.linalg.norm(metric[one] - metric[other]))
    return allowed


def best_matching(allowed: dict, focal: list[int], others: list[int], ratio: int) -> tuple[int, int, float]:
    """Most sets, then most links, then least distance, over every way to give each of the others to one or none."""
    best = (0, 0, 0.0)
    choices = [[None, *(row for row in focal if (row, other) in allowed)] for other in others]
    for choice in product(*choices):
        taken = [row for row in choice if row is not None]
        if any(taken.count(row) > ratio for row in set(taken)):
            continue
        total = sum(allowed[row, other] for row, other in zip(choice, others, strict=True) if row is not None)
        found = (-len(set(taken)), -len(taken), total)
        if found < best:
            best = found
    return -best[0], -best[1], best[2]


def best_cover(allowed: dict) -> float:
    """Least distance of links that leave nobody who is in an allowed pair without one."""
    pairs = list(allowed)
    everyone = {("treated", one) for one, _ in pairs} | {("control", other) for _, other in pairs}
    best = np.inf
    for wanted in product((False, True), repeat=len(pairs)):
        links = [pair for pair, chosen in zip(pairs, wanted, strict=True) if chosen]
        if {("treated", one) for one, _ in links} | {("control", other) for _, other in links} == everyone:
            best = min(best, sum(allowed[pair] for pair in links))
    return best


@st.composite
def small_cases(draw, most=8, arms=None):
    """Patients with ties and without, and everything a pair may have to keep."""
    n = draw(st.integers(2, most))
    treated = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)) if arms is None else draw(arms))
    n = treated.size
    treated[:2] = [True, False]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(("tied", "grid", "continuous")))
    distance = (
        rng.normal(size=n) + treated if kind == "continuous" else rng.integers(0, 3 if kind == "tied" else 9, n) / 4
    )
    strata = rng.integers(0, 2, n) if draw(st.booleans()) else None
    options = {
        "caliper": draw(st.sampled_from((None, 0.25, 0.6, 1.5))),
        "caliper_scale": draw(st.sampled_from(("raw", "sd"))),
        "strata": strata,
    }
    if draw(st.booleans()):
        age = rng.integers(50, 60, n).astype(float)
        options["calipers"] = (ColumnCaliper(column="age", values=age, width=draw(st.sampled_from((2.0, 5.0)))),)
    if draw(st.booleans()):
        options["metric"] = rng.integers(0, 3, (n, 2)).astype(float) if kind == "tied" else rng.normal(size=(n, 2))
    return distance, treated, options


def check_sets(sets: MatchedSets, treated: np.ndarray, allowed: dict) -> None:
    """Nobody twice, only allowed pairs, sets as numbered, weights from the sets, a reason for whoever is left out."""
    links = list(zip(sets.treated_row.tolist(), sets.control_row.tolist(), strict=True))
    assert set(links) <= allowed.keys()
    assert len(set(links)) == len(links)
    np.testing.assert_allclose(sets.link_distance, [allowed[link] for link in links], rtol=1e-14)
    matched = {row for link in links for row in link}
    assert np.flatnonzero(sets.subclass >= 0).tolist() == sorted(matched)
    for (one, other), number in zip(links, sets.set_number.tolist(), strict=True):
        assert sets.subclass[one] == sets.subclass[other] == number
    for number in range(sets.n_sets):
        members = treated[sets.subclass == number]
        assert min(members.sum(), (~members).sum()) == 1
        assert len(members) == np.count_nonzero(sets.set_number == number) + 1
    check_weights(sets, treated)
    assert [reason is None for reason in sets.reason] == (sets.subclass >= 0).tolist()


def check_weights(sets: MatchedSets, treated: np.ndarray) -> None:
    """The weights spelled out, patient by patient."""
    raw = np.zeros(sets.n)
    for row in np.flatnonzero(sets.subclass >= 0):
        mates = treated[sets.subclass == sets.subclass[row]]
        target = {"ATT": mates.sum(), "ATC": (~mates).sum(), "ATE": mates.size}[sets.estimand]
        raw[row] = target / np.count_nonzero(mates == treated[row])
    for arm in (treated, ~treated):
        own = raw[arm]
        np.testing.assert_allclose(sets.weights[arm], own / own[own > 0].mean(), rtol=WEIGHT_TOLERANCE)
