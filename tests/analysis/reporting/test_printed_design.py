"""The design's printed tables say the results' own numbers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import read_cohort
from analysis.design.balance import subgroup_balance
from analysis.design.left_out import compare_left_out
from analysis.reporting.printed.centres import centre_rows
from analysis.reporting.printed.design import balance_rows
from analysis.reporting.printed.left_out import left_out_rows
from analysis.reporting.printed.prognosis import prognosis_rows
from analysis.reporting.printed.sets import DIFFERS, SAME, listed_sets, members_side_by_side, set_members
from analysis.reporting.printed.subgroups import subgroup_rows, subgroup_smds
from analysis.reporting.printed.weights import largest_weights, weight_rows
from analysis.settings import StudySettings
from analysis.study import StudyResult, run
from analysis.study.centres import compare_centres
from analysis.study.prognostic import prognostic_balance
from charts.style import format_smd

LABELS = ("new", "old")
N = 240


def study(**changes: object) -> StudyResult:
    """A cohort of 240 in two centres, both covariates related to the treatment."""
    rng = np.random.default_rng(5)
    age, sex = rng.normal(60, 9, N).round(), rng.integers(0, 2, N)
    treated = rng.random(N) < 1 / (1 + np.exp(-(age - 60) / 9 - sex + 1))
    table = pd.DataFrame(
        {
            "id": [f"P{row:03d}" for row in range(N)],
            "arm": np.where(treated, *LABELS),
            "age": age,
            "sex": np.where(sex == 1, "f", "m"),
            "site": np.where(rng.random(N) < 0.5, "A", "B"),
            "time": rng.exponential(12, N).round(2) + 0.01,
            "event": rng.integers(0, 2, N),
        }
    )
    settings = StudySettings.model_validate(
        {
            "cohort": {"id": "id"},
            "treatment": {"column": "arm", "treated": "new", "control": "old"},
            "covariates": ["age", "sex"],
            "centre": "site",
            "outcomes": {"survival": [{"name": "OS", "time": "time", "event": "event"}]},
            **changes,
        }
    )
    return run(read_cohort(table.to_csv(index=False).encode(), "cohort.csv"), settings)


@pytest.fixture(scope="module")
def matched() -> StudyResult:
    return study()


@pytest.fixture(scope="module")
def weighted() -> StudyResult:
    return study(weighting={"method": "iptw"})


def test_balance_can_stand_by_size(matched: StudyResult) -> None:
    table = balance_rows(matched.balance, *LABELS, largest_first=True)
    after = [abs(float(smd.replace("−", "-"))) for smd in table["After: SMD"]]
    assert after == sorted(after, reverse=True)
    assert set(table["Term"]) == set(matched.balance.terms)
    before = balance_rows(matched.balance, *LABELS, after=False, largest_first=True)
    assert before["Term"].iloc[0] == "age"


def test_subgroups_name_the_term_that_differs_most(matched: StudyResult) -> None:
    found = subgroup_balance(
        matched.patients.covariates, matched.patients.treated, matched.design.weights, matched.patients.centre
    )
    table = subgroup_rows(found, *LABELS).set_index("site")
    place = found.terms.index(table.loc["A", "In"])
    assert abs(found.smd_after[0][place] or 0.0) == found.largest_smd_after[0]
    assert table["Before: new"].sum() == matched.patients.treated.sum()
    assert list(subgroup_smds(found, after=True)["A"]) == [format_smd(smd) for smd in found.smd_after[0]]
    empty = replace(found, largest_smd_after=(None, None))
    assert list(subgroup_rows(empty, *LABELS)["In"]) == ["–", "–"]


def test_who_was_left_out_stands_in_the_order_of_what_moved(matched: StudyResult, weighted: StudyResult) -> None:
    found = compare_left_out(matched.patients.covariates, matched.patients.treated, matched.design.weights)
    table = left_out_rows(found, found.control)
    assert list(table["Term"]) == [found.terms[row] for row in found.control.moved]
    assert f"Left out {found.control.n_left_out:,}" in table
    nobody = compare_left_out(weighted.patients.covariates, weighted.patients.treated, weighted.design.weights)
    assert not [name for name in left_out_rows(nobody, nobody.treated) if "Left out" in name]


def test_a_pair_stands_side_by_side_with_its_differences(matched: StudyResult) -> None:
    assert matched.matching is not None
    rows = set_members(matched.matching, 0, matched.patients.treated)
    table = members_side_by_side(matched.patients, matched.propensity, matched.design, rows)
    one, other = matched.patients.covariates.iloc[rows]["age"]
    assert list(table.columns) == ["", *matched.patients.identifier[rows], "Difference", "In SD"]
    age, sex = table.set_index("").loc["age"], table.set_index("").loc["sex"]
    assert float(age["Difference"].replace("−", "-")) == one - other
    assert sex["Difference"] in (SAME, DIFFERS)
    ages = matched.patients.covariates["age"].to_numpy()
    arms = (ages[matched.patients.treated], ages[~matched.patients.treated])
    spread = np.sqrt(np.mean([arm.var(ddof=1) for arm in arms]))
    assert age["In SD"] == format_smd((one - other) / spread)


def test_a_set_is_read_from_the_arm_with_fewer_patients() -> None:
    result = study(matching={"method": "full", "estimand": "ATE", "caliper": None})
    sets, treated = result.matching, result.patients.treated
    assert sets is not None
    for number in range(sets.n_sets):
        rows = set_members(sets, number, treated)
        n_treated = int(treated[rows].sum())
        assert treated[rows[0]] == (n_treated <= rows.size - n_treated)
        assert set(rows) == set(np.flatnonzero(sets.subclass == number))
        if rows.size > 1:
            assert treated[rows[1]] != treated[rows[0]]


def test_sets_are_listed_by_distance_or_by_size(matched: StudyResult) -> None:
    sets = matched.matching
    assert sets is not None
    table = listed_sets(matched.patients, sets, most=5)
    assert list(table["Widest distance"]) == sorted(sets.link_distance, reverse=True)[:5]
    first = set_members(sets, int(table["Set"].iloc[0]) - 1, matched.patients.treated)
    assert [table["new"].iloc[0], table["old"].iloc[0]] == list(matched.patients.identifier[first])
    strata = study(matching={"method": "strata", "caliper": None, "exact": ["sex"]})
    assert strata.matching is not None
    large = listed_sets(strata.patients, strata.matching)
    assert "Widest distance" not in large
    counts = [int(words.split()[0]) for name in LABELS for words in large[name]]
    assert sum(counts) == N


def test_weights_say_what_each_arm_is_worth(weighted: StudyResult) -> None:
    design = weighted.design
    table = weight_rows(weighted.patients, design).set_index("Arm")
    assert table.loc["new", "Worth"] == f"{design.effective_sample_size_treated:,.1f}"
    assert table["Patients"].sum() == N
    largest = largest_weights(weighted.patients, weighted.propensity, design, most=4)
    shares = [float(part[:-1]) for part in largest["Part of the arm's weight"]]
    assert len(largest) == 4
    assert shares == sorted(shares, reverse=True)


def test_centres_and_the_prognosis_print_their_own_numbers(matched: StudyResult) -> None:
    found = compare_centres(matched.patients, matched.design, matched.settings)
    table = centre_rows(found, *LABELS)
    assert list(table["site"]) == ["A", "B"]
    assert table["After: events"].tolist() == [str(effect.n_events) for effect in found.after]
    assert not [name for name in centre_rows(found, *LABELS, before=False) if "Before" in name]
    few = replace(found, after=tuple(replace(effect, few=True) for effect in found.after))
    assert all(words.endswith("*") for words in centre_rows(few, *LABELS)["After: Hazard ratio"])
    prognosis = prognostic_balance(matched.patients, matched.design.weights)
    assert list(prognosis_rows(prognosis)["SMD"]) == [format_smd(prognosis.smd_before), format_smd(prognosis.smd_after)]
