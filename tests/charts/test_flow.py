"""The flow of patients adds up, and says why anyone was left out."""

import dataclasses

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.cohort.selection import EndpointData, FlowStep, ResponseData, StudyCohort
from charts.flow import describe_flow, flow_figure
from charts.flow.content import MOST_REASONS, flow_content
from charts.flow.diagram import Ruler, flow_diagram
from tests.charts.cases import design, patients

RULES = (
    ("index_date from 2018-06-01 to 2023-11-30", 3, 5),
    ("age at least 18", 0, 1),
    ("child_pugh_class is A", 6, 2),
    ("ecog is 0 or 1", 1, 4),
    ("No earlier systemic therapy other than atezolizumab-bevacizumab", 0, 2),
    ("extrahepatic_spread is not unknown or missing", 2, 0),
)


def eligible_patients(*, imputed: bool = False) -> StudyCohort:
    """The eighty patients, before whom others were left out by six rules."""
    treated, control = 35 + 12, 48 + 14
    flow = [FlowStep(step="read", kind="read", treated=treated, control=control, other=2)]
    for words, lost_treated, lost_control in RULES:
        treated, control = treated - lost_treated, control - lost_control
        flow.append(FlowStep(step=words, kind="eligibility", treated=treated, control=control, other=1))
    last = "covariates imputed" if imputed else "complete covariates"
    flow.append(FlowStep(step=last, kind="complete", treated=34, control=46, other=0))
    return dataclasses.replace(patients(), flow=tuple(flow))


def test_every_rule_of_eligibility_is_shown_in_both_arms() -> None:
    *_, sets = design()
    content = flow_content(eligible_patients(), sets)
    assert content.read == content.neither.count + sum(arm.read for arm in content.arms) == 111
    for position, arm in enumerate(content.arms, start=1):
        assert arm.ineligible is not None
        assert arm.ineligible.reasons == tuple((rule[0], rule[position]) for rule in RULES)
        assert arm.eligible is not None
        assert arm.read - arm.ineligible.count == arm.eligible
        assert arm.eligible - arm.incomplete.count == arm.complete
    words = _words(flow_figure(eligible_patients(), sets, width=1024))
    for part in ("LEN: 47", "Not eligible: 12 (first rule not met)", "• age at least 18: 0", "Eligible: 35"):
        assert part in words
    described = describe_flow(eligible_patients(), sets)
    assert "LEN: 47, 35 eligible (left out by the first rule not met: index_date from 2018-06-01" in described


def test_imputed_covariates_are_not_called_complete() -> None:
    *_, sets = design()
    imputed = eligible_patients(imputed=True)
    words = _words(flow_figure(imputed, sets, width=900))
    assert "Covariates complete or imputed: 34" in words
    assert "Complete covariates" not in words
    assert "34 with complete or imputed covariates" in describe_flow(imputed, sets)


def test_patients_in_neither_arm_are_told_by_their_arm_whichever_step_left_them_out() -> None:
    table = patients().excluded.copy()
    table.loc[table["arm"] == "CABO", "reason"] = "not eligible: age at least 18"
    content = flow_content(dataclasses.replace(eligible_patients(), excluded=table), None)
    assert dict(content.neither.reasons) == {"other arm, CABO": 1, "arm missing": 1}


def test_everyone_in_the_file_is_accounted_for() -> None:
    *_, sets = design()
    content = flow_content(patients(), sets)
    assert content.read == 85
    assert dict(content.neither.reasons) == {"other arm, CABO": 1, "arm missing": 1}
    assert content.read == content.neither.count + sum(arm.read for arm in content.arms)
    for arm in content.arms:
        assert arm.unmatched is not None
        assert arm.matched is not None
        assert arm.read - arm.incomplete.count == arm.complete
        assert arm.complete - arm.unmatched.count == arm.matched
    assert dict(content.arms[1].incomplete.reasons) == {"missing age": 1, "missing age, albumin_gdl": 1}


def test_the_numbers_are_drawn() -> None:
    *_, sets = design()
    words = _words(flow_figure(patients(), sets, width=900))
    for part in ("Patients in the file: 85", "LEN: 35", "SOR: 48", "Complete covariates: 34"):
        assert part in words
    assert f"Matched: {sets.n_treated}, in {sets.n_sets} sets" in words


def test_the_flow_goes_on_to_those_analysed_where_it_is_asked_to() -> None:
    *_, sets = design()
    known = np.arange(80) > 3
    response = ResponseData(
        name="mRECIST",
        category=np.where(np.arange(80) % 10 == 0, "NE", "SD").astype(object),
        objective_response=np.zeros(80, dtype=bool),
        disease_control=None,
        known=np.ones(80, dtype=bool),
    )
    endpoint = EndpointData(name="OS", time=np.ones(80), event=known, known=known)
    told = dataclasses.replace(patients(), endpoints=(endpoint,), responses=(response,))
    arm = flow_content(told, sets, analysed=True).arms[0]
    kept = told.treated & pd.isna(sets.reason)
    survival, judged = arm.analysed
    assert (survival.count, survival.unknown) == ((kept & known).sum(), (kept & ~known).sum())
    assert (judged.count, judged.not_evaluable) == (kept.sum(), (kept & (response.category == "NE")).sum())
    words = _words(flow_figure(told, sets, width=900, analysed=True))
    assert f"OS: {survival.count} ({survival.unknown} without time or event)" in words
    assert f"mRECIST: {judged.count} ({judged.not_evaluable} of them not evaluable)" in words
    assert "analysed: OS: " in describe_flow(told, sets, analysed=True).replace("\u00a0", " ")
    for figure in (flow_figure(told, sets, width=900), flow_figure(told, None, width=900, analysed=True)):
        assert "Analysed" not in _words(figure)


def test_without_matching_the_flow_ends_at_complete_covariates() -> None:
    words = _words(flow_figure(patients(), None))
    assert "Matched" not in words
    assert "Complete covariates: 46" in words


def test_many_reasons_are_added_up() -> None:
    *_, sets = design()
    many = patients()
    table = many.excluded.loc[np.repeat(0, 9)].reset_index(drop=True)
    table["reason"] = [f"missing covariate: column {number}" for number in range(9)]
    crowd = dataclasses.replace(many, excluded=table)
    left_out = flow_content(crowd, sets).arms[0].incomplete
    assert left_out.count == 9
    assert len(left_out.reasons) == MOST_REASONS
    assert left_out.reasons[-1] == ("5 other reasons", 5)


def test_boxes_do_not_overlap_and_stay_within_the_width() -> None:
    *_, sets = design()
    ruler = Ruler(width=300, line=17, pad=8, gap=16, wrap=lambda text, room: [text[:10], text[10:]])
    boxes = flow_diagram(flow_content(eligible_patients(), sets), ruler).boxes
    for number, box in enumerate(boxes):
        assert box.left >= 0
        assert box.left + box.width <= 300 + 1e-9
        for other in boxes[:number]:
            apart = (
                box.top >= other.top + other.height
                or other.top >= box.top + box.height
                or box.left >= other.left + other.width
                or other.left >= box.left + box.width
            )
            assert apart, (box.lines, other.lines)


def test_the_figure_in_words_has_the_numbers() -> None:
    *_, sets = design()
    words = describe_flow(patients(), sets)
    assert words.startswith("Flow of patients: 85 in the file, 2 in neither arm. LEN: 35, 34 with complete covariates")
    assert f"{sets.n_treated} matched" in words


def test_a_number_is_never_alone_on_a_line() -> None:
    _, _, _, sets = design()
    for width in range(380, 700, 40):
        lines = [note.text for note in flow_figure(patients(), sets, width=width).layout.annotations]
        assert not [line for line in lines if line.strip("<b>/ ").isdigit()], width


def _words(figure: go.Figure) -> str:
    return " ".join(note.text for note in figure.layout.annotations).replace("\u00a0", " ")
