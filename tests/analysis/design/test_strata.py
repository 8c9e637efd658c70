"""Matching by strata: who is kept, for how much, and why the others are not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.strata import match_strata
from analysis.errors import EstimationError, SettingsError
from tests.analysis.design.best_sets import check_weights

WEIGHT_TOLERANCE = 1e-12
"""Quotients of small counts."""


def test_three_strata_by_hand():
    treated = [True, False, False, True, True, False, True, False]
    strata = [5, 5, 5, 1, 1, 1, 2, 9]
    sets = match_strata(treated, strata)
    assert sets.subclass.tolist() == [0, 0, 0, 1, 1, 1, -1, -1]
    assert sets.reason.tolist()[6:] == ["no control in the same stratum", "no treated patient in the same stratum"]
    assert (sets.n_sets, sets.n_treated, sets.n_control, sets.treated_row.size) == (2, 3, 3, 0)
    # Controls weigh 1/2, 1/2 and 2 before they are scaled to a mean of 1.
    np.testing.assert_allclose(sets.weights, [1, 0.5, 0.5, 1, 1, 2, 0, 0])
    assert sets.effective_sample_size_control == pytest.approx(9 / 4.5)
    assert [note.text for note in sets.notes] == [
        "2 of 4 strata hold both arms; the other 2, with 1 treated and 1 control patient, are left out."
    ]
    (note,) = match_strata([True, False, False], [0, 0, 1]).notes
    assert note.text == "1 of 2 strata holds both arms; the other, with 1 control patient, is left out."
    assert match_strata([True, False], [0, 0]).notes[0].text == "The only stratum holds both arms."


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.sampled_from(("ATT", "ATC", "ATE")))
def test_each_stratum_counts_alike_in_both_arms(seed, n_strata, estimand):
    rng = np.random.default_rng(seed)
    treated, strata = rng.random(60) < 0.4, rng.integers(0, n_strata, 60) * 7 - 3
    table = pd.DataFrame({"treated": treated, "stratum": strata})
    both = table.groupby("stratum")["treated"].transform("nunique").eq(2).to_numpy()
    if not both.any():
        return
    sets = match_strata(treated, strata, estimand=estimand)
    assert ((sets.subclass >= 0) == both).all()
    assert table[both].groupby(sets.subclass[both])["stratum"].nunique().eq(1).all()
    check_weights(sets, treated)
    kept = table.assign(weight=sets.weights)[both]
    share = kept.pivot_table(index="stratum", columns="treated", values="weight", aggfunc="sum")
    share = share / share.sum()
    np.testing.assert_allclose(share[True], share[False], rtol=WEIGHT_TOLERANCE)
    # They stand for the patients of the estimand, as they are spread over the strata that are kept.
    target = {"ATT": kept[kept["treated"]], "ATC": kept[~kept["treated"]], "ATE": kept}[estimand]
    np.testing.assert_allclose(share[True], target["stratum"].value_counts(normalize=True).sort_index(), rtol=1e-12)


def test_numbers_of_strata_do_not_matter():
    treated, strata = [True, False, True, False], np.array([0, 0, 1, 1])
    first, renamed = match_strata(treated, strata), match_strata(treated, 9 - strata)
    assert first.subclass.tolist() == renamed.subclass.tolist()


def test_what_cannot_be_matched_is_refused():
    with pytest.raises(EstimationError) as refused:
        match_strata([True, False, False], [0, 1, 2])
    assert str(refused.value) == (
        "A stratum needs treated and control patients; none of 3 holds both arms. Match exactly on fewer columns, or "
        "cut numbers into fewer classes."
    )
    with pytest.raises(EstimationError, match="found 2 treated and 0 control"):
        match_strata([True, True], [0, 0])
    with pytest.raises(SettingsError, match="must be ATT, ATC or ATE"):
        match_strata([True, False], [0, 0], estimand="ATO")
    with pytest.raises(ValueError, match="equal length"):
        match_strata([True, False], [0])
