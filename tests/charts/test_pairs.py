"""Lines join the members of each set at their scores, the least alike first."""

import numpy as np

from analysis.design.matching import match_nearest
from analysis.design.strata import match_strata
from charts.pairs import describe_pairs, pairs_figure, pairs_publication, pairs_table
from charts.pairs.content import MOST_SETS, pairs_content
from tests.charts.cases import PLAIN, design


def test_every_set_is_joined_between_the_scores_of_its_members() -> None:
    _, treated, model, sets = design()
    content = pairs_content(sets, model.logit, treated=treated, **PLAIN)
    assert sorted(one.number for one in content.sets) == list(range(sets.n_sets))
    distances = [one.distance for one in content.sets]
    assert distances == sorted(distances, reverse=True)
    assert distances[0] == sets.link_distance.max()
    figure = pairs_figure(sets, model.logit, treated=treated, scale="logit", **PLAIN)
    faint, strong = figure.data[:2]
    ends = [(x, y) for trace in (strong, faint) for x, y in zip(trace.x, trace.y, strict=True) if x is not None]
    expected = []
    for one in content.sets:
        expected += [(model.logit[one.treated[0]], 1.0), (model.logit[one.control[0]], 0.0)]
    np.testing.assert_allclose(ends, expected)


def test_a_point_tells_its_set_and_its_patient() -> None:
    _, treated, model, sets = design()
    above, below = pairs_figure(sets, model.propensity_score, treated=treated, **PLAIN).data[2:]
    for trace, level in ((above, 1.0), (below, 0.0)):
        assert set(trace.y) == {level}
        for x, (number, row, *_) in zip(trace.x, trace.customdata, strict=True):
            assert x == model.propensity_score[int(row)]
            assert sets.subclass[int(row)] == number
            assert treated[int(row)] == (level == 1.0)


def test_a_chosen_set_stands_out() -> None:
    _, treated, model, sets = design()
    plain, chosen = (pairs_figure(sets, model.logit, treated=treated, chosen=number, **PLAIN) for number in (None, 3))
    assert len(chosen.data) == len(plain.data) + 1
    rows = np.flatnonzero(sets.subclass == 3)
    assert sorted(x for x in chosen.data[2].x if x is not None) == sorted(model.logit[rows])


def test_strata_meet_at_the_mean_of_their_scores() -> None:
    covariates, treated, model, _ = design()
    codes = covariates["etiology"].cat.codes.to_numpy()
    strata = match_strata(treated, codes, estimand="ATT")
    content = pairs_content(strata, model.propensity_score, treated=treated, **PLAIN)
    assert content.word == "set"
    for one in content.sets:
        members = [*one.treated, *one.control]
        assert sorted(members) == np.flatnonzero(strata.subclass == one.number).tolist()
        assert one.distance == np.ptp(model.propensity_score[members])
    lines = pairs_figure(strata, model.propensity_score, treated=treated, **PLAIN).data[:2]
    middles = {x for trace in lines for x, y in zip(trace.x, trace.y, strict=True) if y == 0.5}
    assert len(middles) == len(content.sets)


def test_of_very_many_sets_the_least_alike_are_drawn() -> None:
    rng = np.random.default_rng(4)
    treated = np.arange(2000) < 900
    score = rng.normal(size=2000)
    sets = match_nearest(score, treated, caliper=0.5)
    content = pairs_content(sets, score, treated=treated, **PLAIN)
    assert len(content.sets) == MOST_SETS
    assert content.sets[-1].distance >= np.sort(sets.link_distance)[::-1][MOST_SETS - 1]
    assert f"The 400 least alike of {sets.n_sets} pairs" in describe_pairs(sets, score, treated=treated, **PLAIN)
    assert len(pairs_table(sets, score, treated=treated, **PLAIN)) == 2 * MOST_SETS
    assert len(pairs_figure(sets, score, treated=treated, **PLAIN).to_json()) < 120_000
    assert len(pairs_publication(sets, score, treated=treated, **PLAIN).axes[0].lines) == MOST_SETS + 2
