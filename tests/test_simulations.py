"""The simulations under docs/methods run, give the same figures again, and know the truth they are judged by."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from analysis.outcomes.cox import cox_hazard_ratio
from analysis.outcomes.rmst import rmst_comparison

FOLDER = Path(__file__).parents[1] / "docs" / "methods" / "simulations"
PAGE = FOLDER / "matched_effects.md"

STANDARD_ERRORS = 4.0
"""How far a drawn figure may lie from the expected one: chance exceeds it once in 16,000 draws, and the seed is fixed."""
GRID = 1e-4
"""Of a hazard ratio found by summing over times 0.2 months apart."""


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    name = "matched_effects"
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def scenario(simulation: ModuleType, name: str):
    return next(one for one in simulation.SCENARIOS if one.name == name)


def test_every_scenario_runs_and_its_figures_come_again(simulation: ModuleType) -> None:
    for one in simulation.SCENARIOS:
        results = simulation.simulate(one, 3, 1)
        again = simulation.simulate(one, 2, 1)
        assert None not in results
        for first, second in zip(results, again, strict=False):
            np.testing.assert_array_equal(first.found, second.found)
            np.testing.assert_array_equal(first.curves, second.curves)
        pairs = one.matching is not None and one.name.startswith(("1:1 with a", "Optimal"))
        assert np.isfinite(results[0].found[:, 0]).tolist() == [True, True, True, pairs]


def test_the_tables_hold_a_row_of_every_design(simulation: ModuleType) -> None:
    chosen = [scenario(simulation, "1:1 with a caliper"), scenario(simulation, "Overlap weights")]
    tables = simulation.figures({one: simulation.simulate(one, 5, 1) for one in chosen})
    assert len(re.findall(r"^\| 1:1 with a caliper \|", tables, re.MULTILINE)) == 5
    assert len(re.findall(r"^\| Overlap weights \|", tables, re.MULTILINE)) == 4
    assert "nan" not in tables


def test_without_an_effect_every_truth_is_nothing(simulation: ModuleType) -> None:
    results = simulation.simulate(scenario(simulation, "Overlap weights, no effect"), 3, 1)
    np.testing.assert_allclose(simulation.true_effects(results), 0.0, atol=1e-12)


def test_hazards_in_proportion_keep_their_ratio(simulation: ModuleType) -> None:
    control = np.exp(-((simulation.TIMES / simulation.SCALE) ** simulation.SHAPE))
    for share in (0.2, 0.5):
        found = simulation.limit_of_cox(np.array([control, control**0.6]), share)
        assert found == pytest.approx(np.log(0.6), abs=GRID)


def test_the_truth_is_that_of_both_outcomes_of_the_same_patients(simulation: ModuleType) -> None:
    """Everyone of a large cohort is followed once in each arm; its target is then all patients."""
    rng = np.random.default_rng(20260412)
    everyone = simulation.Scenario(name="all", n=60_000, weighting={"method": "iptw", "estimand": "ATE"})
    cohort = simulation.simulate_cohort(rng, everyone)
    time, event, responder = [], [], []
    for log_hazard, log_odds in zip(cohort.log_hazard, cohort.log_odds, strict=True):
        months = simulation.SCALE * (rng.exponential(size=everyone.n) * np.exp(-log_hazard)) ** (1 / simulation.SHAPE)
        dropout = rng.exponential(1 / simulation.DROPOUT, size=everyone.n)
        followed = np.minimum(dropout, rng.uniform(simulation.HORIZON, simulation.LAST, size=everyone.n))
        time.append(np.minimum(months, followed))
        event.append(months <= followed)
        responder.append(rng.random(everyone.n) < simulation.inverse_logit(log_odds))
    arm = np.repeat([False, True], everyone.n)
    ratio = cox_hazard_ratio(np.concatenate(time), np.concatenate(event), arm)
    means = rmst_comparison(np.concatenate(time), np.concatenate(event), arm, horizon=simulation.HORIZON)
    rates = [float(own.mean()) for own in responder]
    truth = simulation.true_effects([replicate_of(simulation, cohort)])
    assert abs(ratio.log_hazard_ratio - truth[0]) < STANDARD_ERRORS * ratio.standard_error
    assert abs(means.difference - truth[1]) < STANDARD_ERRORS * means.standard_error
    error = np.sqrt(sum(rate * (1 - rate) for rate in rates) / everyone.n)
    assert abs(rates[1] - rates[0] - truth[2]) < STANDARD_ERRORS * error


def replicate_of(simulation: ModuleType, cohort):
    hazard = (simulation.TIMES / simulation.SCALE) ** simulation.SHAPE
    curves = np.array([[np.exp(-np.exp(own) * at).mean() for at in hazard] for own in cohort.log_hazard])
    return simulation.Replicate(
        found=np.empty((4, 3)),
        curves=curves,
        rates=simulation.inverse_logit(cohort.log_odds).mean(axis=1),
        size=1.0,
        share=0.5,
        kept=1.0,
    )


def test_the_page_quotes_the_seed_and_every_design(simulation: ModuleType) -> None:
    page = PAGE.read_text(encoding="utf-8")
    written = page.split(simulation.START)[1].split(simulation.END)[0]
    assert f"Seed {simulation.SEED};" in written
    for one in simulation.SCENARIOS:
        assert f"\n| {one.name} |" in written


def coverages(page: str) -> list[tuple[str, float]]:
    rows = re.findall(r"^\| ([^|]+) \|(?: [^|]+ \|){5} ([\d.]+) % \(", page, re.MULTILINE)
    return [(design, float(coverage)) for design, coverage in rows]


def test_intervals_hold_the_truth_as_often_as_the_page_says() -> None:
    found = [row for row in coverages(PAGE.read_text(encoding="utf-8")) if row[0] != "As they came"]
    usual = [coverage for design, coverage in found if "strong prognosis" not in design]
    assert len(usual) == 51
    assert min(usual) == 93.5
    assert max(usual) <= 97.0
