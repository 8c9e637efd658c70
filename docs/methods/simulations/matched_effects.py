"""Whether effects after matching or weighting are true, and how often their 95 % intervals hold, on simulated cohorts.

Run from the repository's root: ``OMP_NUM_THREADS=1 python docs/methods/simulations/matched_effects.py``. Seeded; about
six minutes of one processor. ``--scenario`` takes some of the scenarios, ``--replicates`` another number of cohorts,
``--write`` puts the tables into ``matched_effects.md`` beside this file.
"""

import argparse
import math
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from analysis.cohort.endpoints import EndpointData
from analysis.cohort.responses import ResponseData
from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design, design_patients
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError
from analysis.settings import StudySettings
from analysis.study.populations import PopulationOutcomes, outcomes_after, outcomes_before

Floats = NDArray[np.float64]

SEED = 20260412
REPLICATES = 2_000
PAGE = Path(__file__).with_suffix(".md")
START, END = "<!-- figures: written by the script -->", "<!-- end of figures -->"

HORIZON = 24.0
LAST = 48.0
"""Months: the horizon of the mean survival time, and the longest follow-up; accrual lasts from one to the other."""
SHAPE, SCALE, DROPOUT = 1.2, 18.0, 0.01
"""Of the Weibull times without any risk, in months, and of dropping out, a month."""
TIMES = np.linspace(0.0, LAST, 241)

EFFECTS = ("log hazard ratio", "RMST difference", "rate difference", "rate difference, paired")
Z = 1.959963984540054


@dataclass(frozen=True, kw_only=True, eq=False)
class Scenario:
    """One design on cohorts of one kind; neither matching nor weighting means the arms as they came.

    ``prognosis`` is how strongly covariates foretell the outcomes.
    """

    name: str
    n: int = 500
    treated: float = 0.3
    effect: bool = True
    prognosis: float = 1.0
    matching: dict[str, Any] | None = None
    weighting: dict[str, Any] | None = None

    def settings(self) -> StudySettings:
        """The study file of the scenario."""
        study = {
            "treatment": {"column": "arm", "treated": "A", "control": "B"},
            "covariates": ["age", "liver", "ecog", "etiology"],
            "outcomes": {
                "survival": [{"name": "OS", "time": "months", "event": "dead"}],
                "response": [{"name": "response", "column": "responder"}],
                "rmst_horizon": HORIZON,
            },
        }
        if self.weighting is not None:
            study["weighting"] = self.weighting
        return StudySettings.model_validate(study | ({} if self.matching is None else {"matching": self.matching}))

    def population(self) -> str:
        """Whom the effect refers to."""
        if self.weighting is None:
            return "the treated" if self.matching is None else "the treated who are compared"
        return POPULATIONS[self.weighting.get("estimand", self.weighting["method"])]


POPULATIONS = {
    "ATE": "all patients",
    "ATT": "the treated",
    "overlap": "patients by p(1 − p)",
    "entropy": "the treated",
}


SCENARIOS = (
    Scenario(name="As they came"),
    Scenario(name="1:1 with a caliper", matching={}),
    Scenario(name="1:1 with a caliper, no effect", matching={}, effect=False),
    Scenario(name="1:1 with a caliper, few patients", matching={}, n=300),
    Scenario(name="1:1 with a caliper, many patients", matching={}, n=1_000),
    Scenario(name="Optimal 1:1 with a caliper", matching={"method": "optimal"}),
    Scenario(name="Optimal 1:1 with a narrow caliper", matching={"method": "optimal", "caliper": 0.05}),
    Scenario(name="1:2 with a caliper", matching={"ratio": 2}, n=800, treated=0.2),
    Scenario(name="1:1 with replacement", matching={"replacement": True}),
    Scenario(name="Full matching", matching={"method": "full"}),
    Scenario(name="Full matching, many patients", matching={"method": "full"}, n=1_000),
    Scenario(name="Inverse probability weights, ATE", weighting={"method": "iptw", "estimand": "ATE"}),
    Scenario(name="Inverse probability weights, ATT", weighting={"method": "iptw", "estimand": "ATT"}),
    Scenario(name="Overlap weights", weighting={"method": "overlap"}),
    Scenario(name="Overlap weights, no effect", weighting={"method": "overlap"}, effect=False),
    Scenario(name="Entropy weights, ATT", weighting={"method": "entropy"}),
    Scenario(name="1:1 with a caliper, strong prognosis", matching={}, prognosis=2.5),
    Scenario(
        name="Inverse probability weights, ATE, strong prognosis",
        weighting={"method": "iptw", "estimand": "ATE"},
        prognosis=2.5,
    ),
    Scenario(name="Overlap weights, strong prognosis", weighting={"method": "overlap"}, prognosis=2.5),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Cohort:
    """A simulated cohort and what nobody sees of it.

    Attributes
    ----------
    patients : StudyCohort
    chance : (n,) float
        The true probability of treatment.
    log_hazard, log_odds : (2, n) float
        Under control and under treatment: log hazard ratio against no risk, and log odds of response.
    """

    patients: StudyCohort
    chance: Floats
    log_hazard: Floats
    log_odds: Floats


def inverse_logit(linear: Floats) -> Floats:
    """The probability at a log odds."""
    return 1 / (1 + np.exp(-linear))


def simulate_cohort(rng: np.random.Generator, scenario: Scenario) -> Cohort:
    """Draw a cohort: who is ill is treated less often, dies earlier and responds less."""
    n = scenario.n
    age = rng.normal(size=n)
    liver = 0.3 * age + math.sqrt(1 - 0.09) * rng.normal(size=n)
    ecog = (rng.random(n) < inverse_logit(-0.5 + 0.5 * age)).astype(float)
    etiology = rng.choice(3, size=n, p=[0.4, 0.35, 0.25])
    chance = inverse_logit(
        math.log(scenario.treated / (1 - scenario.treated))
        + 0.1
        - 0.3 * age
        - 0.5 * liver
        - 0.4 * ecog
        + 0.4 * (etiology == 1)
    )
    treated = rng.random(n) < chance
    risk = 0.15 * age + 0.4 * liver + 0.5 * ecog + 0.25 * (etiology == 2)
    ease = -0.4 * liver - 0.4 * ecog + 0.4 * (etiology == 1)
    # With an effect, treatment helps less where the liver is worse: whom an effect refers to then matters.
    benefit = np.array([np.zeros(n), (0.5 - 0.2 * liver) * scenario.effect])
    log_hazard = scenario.prognosis * risk - benefit
    log_odds = -0.9 + scenario.prognosis * ease + 1.6 * benefit
    own = treated.astype(int), np.arange(n)
    months = SCALE * (rng.exponential(size=n) * np.exp(-log_hazard[own])) ** (1 / SHAPE)
    censored = np.minimum(rng.exponential(1 / DROPOUT, size=n), rng.uniform(HORIZON, LAST, size=n))
    responder = rng.random(n) < inverse_logit(log_odds[own])
    covariates = pd.DataFrame(
        {"age": age, "liver": liver, "ecog": ecog, "etiology": pd.Categorical.from_codes(etiology, ["B", "C", "other"])}
    )
    return Cohort(
        patients=_study_cohort(covariates, treated, np.minimum(months, censored), months <= censored, responder),
        chance=chance,
        log_hazard=log_hazard,
        log_odds=log_odds,
    )


def _study_cohort(
    covariates: pd.DataFrame,
    treated: NDArray[np.bool_],
    time: Floats,
    event: NDArray[np.bool_],
    responder: NDArray[np.bool_],
) -> StudyCohort:
    row = np.arange(treated.size)
    everyone = np.ones(treated.size, dtype=bool)
    response = ResponseData(
        name="response", category=None, objective_response=responder, disease_control=None, known=everyone
    )
    return StudyCohort(
        row=row,
        identifier=(row + 1).astype(str).astype(object),
        treated=treated,
        treated_label="A",
        control_label="B",
        covariates=covariates,
        strata=None,
        strata_columns=(),
        endpoints=(EndpointData(name="OS", time=time, event=event, known=everyone),),
        responses=(response,),
        time_unit="months",
        flow=(),
        excluded=pd.DataFrame(),
        notes=(),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Replicate:
    """What one cohort gave.

    Attributes
    ----------
    found : (4, 3) float
        Of every effect the estimate and its limits; NaN where there is none.
    curves : (2, t) float
        Expected survival of the target population under control and under treatment, times ``size``.
    rates : (2,) float
        Its expected response rates, times ``size``.
    size : float
        How much of the target population these patients are.
    share : float
        Of all weight, that of the treated arm.
    kept : float
        Share of the treated who are compared.
    """

    found: Floats
    curves: Floats
    rates: Floats
    size: float
    share: float
    kept: float


def replicate(scenario: Scenario, seed: np.random.SeedSequence) -> Replicate | None:
    """Simulate a cohort and analyse it as a study does; None where the study is refused."""
    cohort = simulate_cohort(np.random.default_rng(seed), scenario)
    patients, settings = cohort.patients, scenario.settings()
    design = None
    try:
        if scenario.matching is not None or scenario.weighting is not None:
            design = design_patients(patients, fit_propensity(patients.covariates, patients.treated), settings)
    except EstimationError:
        return None
    outcomes = (
        outcomes_before(patients, settings.outcomes, settings.confidence)
        if design is None
        else outcomes_after(patients, design, settings.outcomes, settings.confidence)
    )
    weights = np.ones(scenario.n) if design is None else design.weights
    target = _target(cohort, design)
    hazard = (TIMES / SCALE) ** SHAPE
    return Replicate(
        found=_found(outcomes),
        curves=np.array([target @ np.exp(-np.outer(np.exp(own), hazard)) for own in cohort.log_hazard]),
        rates=inverse_logit(cohort.log_odds) @ target,
        size=float(target.sum()),
        share=float(weights[patients.treated].sum() / weights.sum()),
        kept=float(np.mean(weights[patients.treated] > 0)),
    )


def _target(cohort: Cohort, design: Design | None) -> Floats:
    """How much each patient belongs to those whom the effect refers to."""
    treated = cohort.patients.treated.astype(float)
    if design is None:
        return treated / treated.sum()
    if design.estimand == "ATT":
        kept = treated * design.weights
        return kept / kept.sum()
    return {"ATE": np.ones(treated.size), "ATO": cohort.chance * (1 - cohort.chance)}[design.estimand]


def _found(outcomes: PopulationOutcomes) -> Floats:
    found = np.full((len(EFFECTS), 3), np.nan)
    survival, response = outcomes.survival[0].comparison, outcomes.response[0].comparison
    if survival is not None and survival.cox is not None:
        cox = survival.cox
        found[0] = np.log([cox.hazard_ratio, cox.ci_lower, cox.ci_upper])
    if survival is not None and survival.rmst is not None:
        found[1] = survival.rmst.difference, survival.rmst.ci_lower, survival.rmst.ci_upper
    if response is not None:
        contrast = response.objective_response
        for row, rate in ((2, contrast.risk_difference), (3, contrast.paired_difference)):
            if rate is not None:
                found[row] = rate.estimate, rate.ci_lower, rate.ci_upper
    return found


def true_effects(replicates: list[Replicate]) -> Floats:
    """The true effects in the population that the designs of these cohorts compared.

    Both arms have its patients and its censoring: expected survival and response given the covariates are averaged over
    it. The hazard ratio is the one to which the marginal Cox regression of the two potential outcomes tends.
    """
    size = sum(one.size for one in replicates)
    curves = np.sum([one.curves for one in replicates], axis=0) / size
    rates = np.sum([one.rates for one in replicates], axis=0) / size
    within = TIMES <= HORIZON + 1e-9
    means = np.trapezoid(curves[:, within], TIMES[within], axis=1)
    ratio = limit_of_cox(curves, float(np.mean([one.share for one in replicates])))
    rate = rates[1] - rates[0]
    return np.array([ratio, means[1] - means[0], rate, rate])


def limit_of_cox(curves: Floats, share: float) -> float:
    """Solve the expected score of the Cox regression on treatment: a share of the patients has the second curve."""
    middle = (TIMES[1:] + TIMES[:-1]) / 2
    followed = np.exp(-DROPOUT * middle) * np.minimum(1.0, (LAST - middle) / (LAST - HORIZON))
    arms = np.array([[1 - share], [share]])
    at_risk = arms * (curves[:, 1:] + curves[:, :-1]) / 2
    events = arms * -np.diff(curves, axis=1) * followed

    def score(beta: float) -> float:
        of_treated = at_risk[1] * math.exp(beta) / (at_risk[1] * math.exp(beta) + at_risk[0])
        return float(np.sum(events[1] - of_treated * events.sum(axis=0)))

    return float(brentq(score, -5.0, 5.0, xtol=1e-12))


def simulate(scenario: Scenario, n_replicates: int, processes: int) -> list[Replicate | None]:
    """All cohorts of a scenario; a cohort depends on the seed, the scenario's name and its own number only."""
    seeds = np.random.SeedSequence([SEED, zlib.crc32(scenario.name.encode())]).spawn(n_replicates)
    results: list[Replicate | None] = []
    for number, one in enumerate(_analysed(scenario, seeds, processes), start=1):
        results.append(one)
        if number % 100 == 0:
            print(f"\r{scenario.name}: {number:,} of {n_replicates:,}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def _analysed(scenario: Scenario, seeds: list[np.random.SeedSequence], processes: int) -> Iterator[Replicate | None]:
    analyse = partial(replicate, scenario)
    if processes == 1:
        yield from map(analyse, seeds)
        return
    with ProcessPoolExecutor(max_workers=processes) as pool:
        yield from pool.map(analyse, seeds, chunksize=20)


def figures(results: dict[Scenario, list[Replicate | None]]) -> str:
    """The page's tables: the designs, then every effect in every design."""
    lines = [f"Seed {SEED}; {_cohorts(results)} a row.", ""]
    lines += ["| design | patients | treated compared | effect in | refused |", "|---|---|---|---|---|"]
    tables: dict[str, list[str]] = {name: [] for name in EFFECTS}
    for scenario, cohorts in results.items():
        analysed = [one for one in cohorts if one is not None]
        lines.append(_design_row(scenario, analysed, len(cohorts)))
        truth, found = true_effects(analysed), np.array([one.found for one in analysed])
        for number, name in enumerate(EFFECTS):
            if np.isfinite(found[:, number]).any():
                row = effect_row(found[:, number], truth[number])
                tables[name].append(f"| {scenario.name} | {row} |")
    for name, rows in tables.items():
        if rows:
            lines += ["", f"**{name[0].upper()}{name[1:]}**", "", *HEADING, *rows]
    return "\n".join(lines)


HEADING = (
    "| design | true | bias ± 95 % simulation error | SD | mean error | error / SD | coverage (95 % simulation interval) |",
    "|---|---|---|---|---|---|---|",
)


def _cohorts(results: dict[Scenario, list[Replicate | None]]) -> str:
    numbers = sorted({len(cohorts) for cohorts in results.values()})
    return " or ".join(f"{number:,}" for number in numbers) + " cohorts"


def _design_row(scenario: Scenario, analysed: list[Replicate], n_cohorts: int) -> str:
    kept = float(np.mean([one.kept for one in analysed]))
    words = scenario.population()
    return f"| {scenario.name} | {scenario.n:,} | {100 * kept:.1f} % | {words} | {n_cohorts - len(analysed)} |"


def effect_row(found: Floats, truth: float) -> str:
    """Truth, bias, spread, stated error and coverage of one effect."""
    known = found[np.isfinite(found).all(axis=1)]
    n = len(known)
    error = known[:, 0] - truth
    spread = error.std(ddof=1)
    stated = ((known[:, 2] - known[:, 1]) / (2 * Z)).mean()
    covered = float(np.mean((known[:, 1] <= truth) & (truth <= known[:, 2])))
    low, high = wilson(covered, n)
    cells = (
        f"{truth:+.3f}",
        f"{error.mean():+.4f} ± {Z * spread / math.sqrt(n):.4f}",
        f"{spread:.4f}",
        f"{stated:.4f}",
        f"{stated / spread:.2f}",
        f"{100 * covered:.1f} % ({100 * low:.1f}–{100 * high:.1f})",
    )
    return " | ".join(cells).replace("-", "−")


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % score limits of a share."""
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return centre - half, centre + half


def main() -> None:
    """Run the scenarios asked for and print their tables, or write those of all into the page."""
    names = [scenario.name for scenario in SCENARIOS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, default=REPLICATES, help="cohorts of each scenario")
    parser.add_argument("--scenario", action="append", choices=names, help="may be repeated; all by default")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help=f"write the tables into {PAGE.name}")
    asked = parser.parse_args()
    if asked.write and asked.scenario:
        parser.error("The page holds all scenarios: --write goes without --scenario.")
    chosen = [scenario for scenario in SCENARIOS if asked.scenario is None or scenario.name in asked.scenario]
    results = {scenario: simulate(scenario, asked.replicates, asked.processes) for scenario in chosen}
    tables = figures(results)
    if asked.write:
        write_page(tables)
    else:
        print(tables)


def write_page(tables: str) -> None:
    """Put the tables between the page's two marks."""
    before, rest = PAGE.read_text(encoding="utf-8").split(START)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{START}\n\n{tables}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
