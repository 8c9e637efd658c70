"""Every kernel of the analysis compiled ahead, so that none is while somebody waits for a figure.

``python -m ui.warm_up`` does it on installation; otherwise the first visit does.
"""

import time
from typing import Any

import numpy as np

from analysis.cohort.imputation import compile_imputation
from analysis.cohort.reading import Cohort
from analysis.design.balance import covariate_balance
from analysis.kernel_cache import (
    are_kernels_compiled,
    kernel_folder,
    lasts,
    mark_kernels_compiled,
    one_process_compiles,
)
from analysis.outcomes.milestones import jackknifed_milestones
from analysis.phrases import phrase
from analysis.reporting.findings import study_findings
from analysis.robustness.draws import patient_draws
from analysis.robustness.effect import asked_effect, drawn_effect, effect_data
from analysis.settings import CovariateCaliper, StudySettings, WeightingSettings
from analysis.settings.outcomes import LandmarkSettings, ResponseEndpoint, SurvivalEndpoint
from analysis.study import StudyResult, run
from analysis.study.caliper_path import caliper_path
from analysis.study.hazard_shape import cumulative_hazards
from ui.sample import read_sample

_AGE_CALIPER = CovariateCaliper(column="age", width=10)

_MATCHINGS: tuple[dict[str, Any], ...] = (
    *({"method": method} for method in ("nearest", "optimal", "full")),
    *({"method": method, "distance": "mahalanobis"} for method in ("nearest", "optimal", "full")),
    *({"method": method, "calipers": (_AGE_CALIPER,)} for method in ("nearest", "optimal", "full")),
    {"ratio": 2},
    {"ratio": 2, "min_ratio": 2, "method": "optimal"},
    {"order": "largest", "replacement": True},
    {"order": "largest", "distance": "mahalanobis"},
    {"estimand": "ATC"},
)

_FURTHER_ENDPOINT = SurvivalEndpoint(
    name="Progression before response", time="pfs_months", event="bor_recist", observed=("PD",), competing=("PR",)
)
_FURTHER_RESPONSE = ResponseEndpoint(name="Response by scans", scans="recist")
_LANDMARK = LandmarkSettings(time=3, response=_FURTHER_RESPONSE.name)

COMPILING = phrase("Compiling the statistics for this processor, once: about a minute.")


def compile_kernels(cohort: Cohort, settings: StudySettings) -> None:
    """Compile every kernel and keep it on disk; where another process is at it, wait for that one.

    Parameters
    ----------
    cohort : Cohort
        The sample, with its scans.
    settings : StudySettings
        Its study.
    """
    with one_process_compiles():
        if not are_kernels_compiled():
            use_every_kernel(cohort, settings)
            mark_kernels_compiled()


def use_every_kernel(cohort: Cohort, settings: StudySettings) -> None:
    """Carry out the sample study in every way that has a kernel of its own.

    Parameters
    ----------
    cohort : Cohort
        The sample, with its scans.
    settings : StudySettings
        Its study.
    """
    for changes in _MATCHINGS:
        run(cohort, settings.model_copy(update={"matching": settings.matching.model_copy(update=changes)}))
    further = _with_further_outcomes(settings)
    weighted = further.model_copy(update={"weighting": WeightingSettings()})
    for study in (further, weighted):
        result = run(cohort, study)
        study_findings(result)
        cumulative_hazards(result.patients, result.design, study, study.outcomes.survival[0].name)
    _use_resampling(run(cohort, further))
    compile_imputation()


def _with_further_outcomes(settings: StudySettings) -> StudySettings:
    outcomes = settings.outcomes
    changes = {
        "survival": (*outcomes.survival, _FURTHER_ENDPOINT),
        "response": (*outcomes.response, _FURTHER_RESPONSE),
        "landmark": _LANDMARK,
        "resamples": 200,
    }
    return settings.model_copy(update={"outcomes": outcomes.model_copy(update=changes)})


def _use_resampling(result: StudyResult) -> None:
    """What the robustness page and pooled sets call many times, called once."""
    patients, study, design = result.patients, result.settings, result.design
    caliper_path(patients, result.propensity, study, calipers=[0.2])
    # Of a table that was measured before, as after a moved caliper.
    covariate_balance(patients.covariates, patients.treated, design.weights)
    specifications = study.robustness.specifications.model_copy(update={"effect": "rmst_difference"})
    robustness = study.robustness.model_copy(update={"specifications": specifications})
    asked = asked_effect(study.model_copy(update={"robustness": robustness}))
    data = effect_data(patients, asked)
    drawn_effect(asked, data, design.weights)
    patient_draws(patients, study, asked, data).effect_in(np.arange(len(patients.treated)))
    jackknifed_milestones(
        data.time, data.event, data.treated, study.outcomes.times[:1], weights=design.weights, cluster=design.cluster
    )


def main() -> None:
    """Compile what is not compiled yet, and say so."""
    if are_kernels_compiled():
        print("The statistics are compiled for this processor already.")
        return
    print(COMPILING, flush=True)
    begin = time.monotonic()
    compile_kernels(*read_sample())
    print(f"Compiled in {time.monotonic() - begin:.0f} s.")
    if not lasts():
        print(
            f"No lasting folder can be written to, so they are kept in {kernel_folder()} among temporary files and may be "
            "compiled again at the next start. Name a folder that lasts in NUMBA_CACHE_DIR."
        )


if __name__ == "__main__":
    main()
