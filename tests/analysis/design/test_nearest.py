"""Links of nearest-neighbour matching: against the rule spelled out, whatever is asked for, and by its laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.caliper import ColumnCaliper, caliper_width
from analysis.design.layout import lay_out
from analysis.design.matching import MatchedSets, match_nearest
from analysis.design.matching_kernel import match_closest
from analysis.design.neighbours import match_closest_untied
from analysis.errors import EstimationError
from tests.analysis.design.slow_matching import check_invariants, controls_by_treated, slow_matching

ORDERS = ("closest", "largest", "smallest", "data", "random")

WEIGHT_TOLERANCE = 1e-10


@st.composite
def matchings(draw, scores=("tied", "grid", "continuous")):
    n = draw(st.integers(4, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    treated = rng.random(n) < draw(st.sampled_from([0.2, 0.5, 0.8]))
    treated[:2] = [True, False]
    kind = draw(st.sampled_from(scores))
    n_values = {"tied": 3, "grid": 12}.get(kind)
    distance = rng.integers(0, n_values, n) * 0.25 if n_values else rng.normal(size=n) + treated
    strata = rng.integers(0, 3, n) if draw(st.booleans()) else None
    if strata is not None:
        strata[:2] = 0
    options = {
        "caliper": draw(st.sampled_from([None, 0.25, 1.0, 2.0])),
        "caliper_scale": draw(st.sampled_from(["raw", "sd"])),
        "ratio": draw(st.integers(1, 5)),
        "replacement": draw(st.booleans()),
        "order": draw(st.sampled_from(ORDERS)),
        "strata": strata,
        "seed": draw(st.integers(0, 5)),
    }
    return distance, treated, options


@st.composite
def designs(draw, scores=("tied", "grid", "continuous")):
    """A matching with everything that can be asked for: limits on columns, rows of covariates, either arm, small sets."""
    distance, treated, options = draw(matchings(scores=scores))
    n = treated.size
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    options["calipers"] = [
        ColumnCaliper(column=f"column {k}", values=rng.integers(0, 7, n).astype(float), width=width)
        for k, width in enumerate(draw(st.lists(st.sampled_from([0.0, 1.0, 2.0, 4.0]), max_size=2)))
    ]
    kind = draw(st.sampled_from([None, "tied", "continuous"]))
    if kind is not None:
        shape = n, draw(st.integers(1, 3))
        options["metric"] = rng.integers(0, 3, shape) * 0.5 if kind == "tied" else rng.normal(size=shape)
    options["estimand"] = draw(st.sampled_from(["ATT", "ATC"]))
    options["min_ratio"] = draw(st.integers(1, options["ratio"]))
    return distance, treated, options


def spelled_out(distance, treated, options) -> list[list[int]]:
    """What the rule gives before small sets are dissolved."""
    width = caliper_width(distance, treated, caliper=options["caliper"], caliper_scale=options["caliper_scale"])
    focal = treated if options.get("estimand", "ATT") == "ATT" else ~treated
    metric = options.get("metric")
    return slow_matching(
        distance.tolist(),
        focal.tolist(),
        width=np.inf if width is None else width,
        ratio=options["ratio"],
        replacement=options["replacement"],
        order=options["order"],
        strata=[0] * treated.size if options["strata"] is None else options["strata"].tolist(),
        seed=options["seed"],
        calipers=limits_of(options),
        metric=None if metric is None else metric.tolist(),
    )


def limits_of(options) -> list[tuple[np.ndarray, float]]:
    return [(item.values, item.width) for item in options.get("calipers", ())]


def check_design(sets, distance, treated, options) -> None:
    check_invariants(
        sets,
        distance,
        treated,
        strata=options["strata"],
        calipers=limits_of(options),
        metric=options.get("metric"),
        min_ratio=options.get("min_ratio", 1),
    )


@settings(max_examples=50, deadline=None)
@given(st.data())
@pytest.mark.parametrize("order", ORDERS)
def test_equals_the_rule_spelled_out(order, data):
    distance, treated, options = data.draw(matchings())
    options["order"] = order
    compare_with_the_rule(distance, treated, options)


@settings(max_examples=50, deadline=None)
@given(st.data())
@pytest.mark.parametrize("order", ORDERS)
def test_whatever_is_asked_for_equals_the_rule_spelled_out(order, data):
    distance, treated, options = data.draw(designs())
    options["order"] = order
    compare_with_the_rule(distance, treated, options)


def compare_with_the_rule(distance, treated, options) -> None:
    before = spelled_out(distance, treated, options)
    expected = [found if len(found) >= options.get("min_ratio", 1) else [] for found in before]
    if not any(expected):
        with pytest.raises(EstimationError):
            match_nearest(distance, treated, **options)
        return
    sets = match_nearest(distance, treated, **options)
    check_design(sets, distance, treated, options)
    assert controls_by_treated(sets, treated) == expected
    check_the_dissolved(sets, treated, before, expected)


@pytest.mark.parametrize("order", ["closest", "data"])
@pytest.mark.parametrize("n_values", [2, 1000])
def test_rows_of_covariates_in_demand_equal_the_rule_spelled_out(order, n_values):
    # Many treated patients want the same few controls, so that every short list of the nearest runs out, several times.
    rng = np.random.default_rng(7)
    treated = rng.random(240) < 0.6
    rows = rng.integers(0, n_values, (240, 2)) / n_values + treated[:, None]
    options = {
        "caliper": 2.5,
        "caliper_scale": "raw",
        "ratio": 2,
        "replacement": False,
        "order": order,
        "strata": None,
        "seed": 0,
        "metric": rows,
    }
    compare_with_the_rule(rng.normal(size=240), treated, options)
    compare_with_the_rule(rng.normal(size=240), treated, options | {"caliper": None})


def check_the_dissolved(sets, treated, before, after) -> None:
    focal_rows = np.flatnonzero(treated if sets.estimand == "ATT" else ~treated)
    dissolved = [row for row, had, has in zip(focal_rows, before, after, strict=True) if had and not has]
    released = {partner for had, has in zip(before, after, strict=True) if had and not has for partner in had}
    kept = {partner for has in after for partner in has}
    assert [row for row in focal_rows if str(sets.reason[row]).startswith("fewer than")] == dissolved
    found = {int(row) for row in np.flatnonzero(sets.reason == "matched in a set too small to be kept")}
    assert found == released - kept
    n_said = [note.text.split()[0] for note in sets.notes if note.code == "sets_dissolved"]
    assert n_said == ([str(len(dissolved))] if dissolved else [])


@settings(max_examples=50, deadline=None)
@given(matchings(scores=("continuous",)))
def test_without_ties_both_ways_to_the_closest_pairs_agree(matching):
    distance, treated, options = matching
    strata = np.zeros(treated.size, dtype=np.int64) if options["strata"] is None else options["strata"]
    layout = lay_out(distance, treated, strata)
    width = np.inf if options["caliper"] is None else options["caliper"]
    *quick, tied = match_closest_untied(options["ratio"], width, *layout.listed)
    assert not tied
    queued = match_closest(options["ratio"], width, *layout.walked)
    assert [links.tolist() for links in quick] == [links.tolist() for links in queued]


@settings(max_examples=30, deadline=None)
@given(matchings(), st.integers(-8, 8))
def test_a_shifted_score_gives_the_same_sets(matching, shift):
    # Shifts by whole numbers are exact on the grid of quarters.
    distance, treated, options = matching
    distance = np.round(distance * 4) / 4
    options["caliper"] = None
    first = match_nearest(distance, treated, **options)
    moved = match_nearest(distance + shift, treated, **options)
    assert first.treated_row.tolist() == moved.treated_row.tolist()
    assert first.control_row.tolist() == moved.control_row.tolist()


@settings(max_examples=50, deadline=None)
@given(designs(scores=("continuous",)), st.sampled_from(["closest", "largest", "smallest"]))
def test_without_ties_the_order_of_rows_does_not_matter(design, order):
    distance, treated, options = design
    options |= {"order": order, "caliper": None}
    if "metric" in options:
        options["metric"] = np.random.default_rng(0).normal(size=options["metric"].shape)
    backwards = options | {
        key: None if options.get(key) is None else options[key][::-1] for key in ("strata", "metric")
    }
    backwards["calipers"] = [replace(item, values=item.values[::-1]) for item in options["calipers"]]
    try:
        first = match_nearest(distance, treated, **options)
    except EstimationError:
        return
    reversed_rows = match_nearest(distance[::-1], treated[::-1], **backwards)
    last = treated.size - 1
    pairs = set(zip(first.treated_row.tolist(), first.control_row.tolist(), strict=True))
    mirrored = zip(
        (last - reversed_rows.treated_row).tolist(), (last - reversed_rows.control_row).tolist(), strict=True
    )
    assert pairs == set(mirrored)
    np.testing.assert_allclose(first.weights, reversed_rows.weights[::-1], rtol=0, atol=WEIGHT_TOLERANCE)


@settings(max_examples=40, deadline=None)
@given(designs())
def test_exchanging_the_arms_exchanges_treated_and_controls(design):
    distance, treated, options = design
    mirrored = options | {"estimand": "ATT" if options["estimand"] == "ATC" else "ATC"}
    try:
        sets = match_nearest(distance, treated, **options)
    except EstimationError:
        with pytest.raises(EstimationError):
            match_nearest(distance, ~treated, **mirrored)
        return
    other = match_nearest(distance, ~treated, **mirrored)
    assert other.treated_row.tolist() == sets.control_row.tolist()
    assert other.control_row.tolist() == sets.treated_row.tolist()
    assert other.weights.tolist() == sets.weights.tolist()
    assert other.subclass.tolist() == sets.subclass.tolist()


@settings(max_examples=40, deadline=None)
@given(designs(), st.sampled_from([np.inf, 1e9]))
def test_calipers_wider_than_all_differences_change_nothing(design, width):
    distance, treated, options = design
    wide = [replace(item, width=width) for item in options["calipers"]]
    wide.append(ColumnCaliper(column="row", values=np.arange(treated.size) * 1.0, width=width))
    try:
        sets = match_nearest(distance, treated, **(options | {"calipers": ()}))
    except EstimationError:
        with pytest.raises(EstimationError):
            match_nearest(distance, treated, **(options | {"calipers": wide}))
        return
    limited = match_nearest(distance, treated, **(options | {"calipers": wide}))
    if width < np.inf:
        # Pairs at equal distance that do not compete may come in another order, and a reason may name the caliper.
        assert limited.to_table().equals(sets.to_table())
        words = [str(reason).replace(" left within the caliper", " left") for reason in limited.reason]
        assert words == [str(reason).replace(" left within the caliper", " left") for reason in sets.reason]
        free = ("treated_row", "control_row", "set_number", "link_distance", "reason")
        limited = replace(limited, **{name: getattr(sets, name) for name in free})
    for name in MatchedSets.__slots__:
        np.testing.assert_array_equal(getattr(limited, name), getattr(sets, name), err_msg=name)


@settings(max_examples=30, deadline=None)
@given(designs())
def test_one_column_as_rows_of_covariates_gives_the_nearest_by_distance(design):
    # On integers, exact in either form, whoever goes first has a control at the least distance left to her.
    distance, treated, options = design
    distance = np.round(distance * 4)
    options |= {"replacement": True, "ratio": 1, "min_ratio": 1}
    options.pop("metric", None)
    try:
        by_distance = match_nearest(distance, treated, **options)
    except EstimationError:
        return
    by_rows = match_nearest(distance, treated, metric=distance[:, None], **options)
    focal = "treated_row" if options["estimand"] == "ATT" else "control_row"
    gaps = [
        dict(zip(getattr(sets, focal).tolist(), sets.link_distance.tolist(), strict=True))
        for sets in (by_distance, by_rows)
    ]
    assert gaps[0] == gaps[1]


@settings(max_examples=30, deadline=None)
@given(matchings())
def test_with_replacement_the_order_does_not_matter(matching):
    distance, treated, options = matching
    options |= {"replacement": True, "caliper": None}
    found = {
        order: controls_by_treated(match_nearest(distance, treated, **(options | {"order": order})), treated)
        for order in ORDERS
    }
    assert all(controls == found["data"] for controls in found.values())


@settings(max_examples=30, deadline=None)
@given(matchings())
def test_closest_order_never_takes_a_farther_pair_before_a_nearer_one(matching):
    distance, treated, options = matching
    options |= {"order": "closest", "replacement": False, "ratio": 1, "caliper": None}
    sets = match_nearest(distance, treated, **options)
    assert (np.diff(sets.link_distance) >= 0).all()
