"""Balance of the prognostic score: against R, by its definition, and where the outcome says too little."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import read_cohort
from analysis.cohort.selection import select_patients
from analysis.design.design import design_patients
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError, SettingsError
from analysis.settings import BalanceSettings, StudySettings
from analysis.study.prognostic import prognostic_balance
from tests.analysis.study.cases import cohort_of, study, whole_table

REFERENCE = Path(__file__).parents[2] / "reference"
# Both sides iterate; the score is a sum of their coefficients.
ITERATED = 1e-7

CASES = json.loads((REFERENCE / "design" / "prognostic.json").read_text())["cases"]


@cache
def real(number):
    case = CASES[number]
    table = pd.read_csv(REFERENCE / case["file"])
    table["responder"] = ((table["status"] == 1) & (table["t"] < case["horizon"])).astype(int)
    control = next(label for label in table["arm"].unique() if label != case["treated"])
    asked = StudySettings.model_validate(
        {
            "treatment": {"column": "arm", "treated": case["treated"], "control": control},
            "covariates": [
                {"column": name, "type": "categorical" if name == "celltype" else "numeric"}
                for name in case["covariates"]
            ],
            "outcomes": {
                "survival": [{"name": "OS", "time": "t", "event": "status"}],
                "response": [{"name": "early", "responder": "responder"}],
            },
        }
    )
    return select_patients(read_cohort(table.to_csv(index=False).encode(), "cohort.csv"), asked), case


@pytest.mark.parametrize(("endpoint", "model"), [("OS", "cox"), ("early", "logistic")])
@pytest.mark.parametrize("number", [0, 1])
def test_the_difference_equals_r(number, endpoint, model):
    patients, case = real(number)
    found = prognostic_balance(patients, np.array(case["weights"]), endpoint)
    expected = case[model]
    np.testing.assert_allclose(found.coefficients, expected["coefficients"], rtol=ITERATED)
    assert [found.smd_before, found.smd_after] == pytest.approx(
        [expected["smd_before"], expected["smd_after"]], rel=ITERATED, abs=1e-9
    )
    assert (found.model, found.endpoint, found.n_controls) == (model, endpoint, int((~patients.treated).sum()))
    assert found.score[~patients.treated].mean() == pytest.approx(0.0, abs=1e-12)


@cache
def case():
    asked = study(missing={"method": "complete_case"})
    patients = select_patients(cohort_of(whole_table(300)), asked)
    propensity = fit_propensity(patients.covariates, patients.treated)
    return patients, design_patients(patients, propensity, asked)


def test_the_treated_have_no_part_in_the_model():
    patients, design = case()
    endpoint = patients.endpoints[0]
    turned = replace(endpoint, event=np.where(patients.treated, ~endpoint.event, endpoint.event))
    other = replace(patients, endpoints=(turned,))
    np.testing.assert_array_equal(
        prognostic_balance(patients, design.weights).score, prognostic_balance(other, design.weights).score
    )


def test_a_design_that_balances_covariates_balances_what_they_foretell():
    patients, design = case()
    found = prognostic_balance(patients, design.weights)
    assert abs(found.smd_before) > 0.5
    assert abs(found.smd_after) < found.chance_smd_after
    assert found.method == f"Cox model among {found.n_controls} controls, linear predictor"
    raw = prognostic_balance(patients, design.weights, convention=BalanceSettings(denominator="control"))
    assert raw.smd_before != found.smd_before


def test_levels_that_no_control_has_are_left_out_by_name():
    patients, design = case()
    covariates = patients.covariates.copy()
    covariates["etiology"] = pd.Categorical(
        np.where(patients.treated, "treated only", "HBV"), categories=["HBV", "treated only"]
    )
    covariates["double"] = 2 * covariates["age"]
    found = prognostic_balance(replace(patients, covariates=covariates), design.weights)
    note = next(note for note in found.notes if note.code == "prognostic_terms_left_out")
    assert note.text == (
        "The prognostic score of OS leaves out etiology=treated only, double: among the controls there is no difference "
        "in it, or other terms tell it."
    )
    assert found.terms == ("age", "ecog", "albumin")


def with_events(n_events):
    patients, design = case()
    endpoint = patients.endpoints[0]
    event = np.zeros_like(endpoint.event)
    event[np.flatnonzero(~patients.treated)[:n_events]] = True
    return replace(patients, endpoints=(replace(endpoint, event=event),)), design


def test_few_events_are_noted_and_too_few_refused():
    patients, design = with_events(40)
    found = prognostic_balance(patients, design.weights)
    assert found.n_events == 40
    assert [note.code for note in found.notes] == ["prognostic_few_events"]
    patients, design = with_events(24)
    with pytest.raises(EstimationError) as error:
        prognostic_balance(patients, design.weights)
    n_controls = int((~patients.treated).sum())
    assert str(error.value) == (
        "A prognostic score of OS needs at least 5 events among the controls for each term of the model; 24 among "
        f"{n_controls} controls were found for 5 terms. Judge balance by the single covariates."
    )


def test_of_responses_the_rarer_answer_counts():
    patients, design = case()
    response = replace(patients.responses[0], objective_response=np.arange(patients.treated.size) > 5)
    with pytest.raises(EstimationError, match="at least 5 non-responders among the controls"):
        prognostic_balance(replace(patients, responses=(response,)), design.weights, "RECIST")


def test_responses_told_apart_without_error_are_refused():
    patients, design = case()
    response = replace(patients.responses[0], objective_response=patients.covariates["age"].to_numpy() > 60)
    with pytest.raises(EstimationError, match="needs a logistic model with finite coefficients; 5 terms tell"):
        prognostic_balance(replace(patients, responses=(response,)), design.weights, "RECIST")


def test_constant_covariates_and_unknown_endpoints_are_refused():
    patients, design = case()
    constant = replace(patients, covariates=pd.DataFrame({"age": np.where(patients.treated, 60.0, 50.0)}))
    with pytest.raises(EstimationError, match="needs covariates that vary among the controls; none of 1 does"):
        prognostic_balance(constant, design.weights)
    with pytest.raises(SettingsError, match="must be of an endpoint of the study: OS, RECIST"):
        prognostic_balance(patients, design.weights, "PFS")
