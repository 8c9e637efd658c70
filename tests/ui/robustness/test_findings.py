"""What goes into a study's files: the runs of this session that are up to date, and no others."""

import weakref
from typing import Any

import pytest

from tests.analysis.robustness.cases import ONE_OF_EACH, cohort, curve_of, patients, robust_study
from ui.form import form_from_settings
from ui.robustness import findings, specifications
from ui.robustness.findings import kept_findings
from ui.robustness.running import KeptRun
from ui.robustness.specifications import curve_key
from ui.workspace import StudyState, Workspace


@pytest.fixture
def state() -> StudyState:
    settings = robust_study(ONE_OF_EACH)
    return StudyState(settings=settings, patients=patients(settings))


def kept(monkeypatch: pytest.MonkeyPatch, state: StudyState, key: Any, *, same_desk: bool = True) -> Any:
    assert state.settings is not None
    form = form_from_settings([str(column) for column in cohort().table.columns], state.settings)
    desk, other = Workspace(cohort(), "a", form), Workspace(cohort(), "b", form)
    run = KeptRun(desk=weakref.ref(desk if same_desk else other), found=curve_of(ONE_OF_EACH), found_key=key)
    monkeypatch.setattr(findings.session, "workspace", lambda: desk)
    monkeypatch.setattr(findings.session, "remembered", {specifications.KEPT: run}.get)
    return kept_findings(state)


def test_a_curve_of_the_present_study_goes_into_its_files(monkeypatch: pytest.MonkeyPatch, state: StudyState) -> None:
    found = kept(monkeypatch, state, curve_key(state))
    assert found.curve.complete
    assert found.bootstrap is None


def test_a_stale_curve_or_one_of_another_cohort_does_not(monkeypatch: pytest.MonkeyPatch, state: StudyState) -> None:
    assert kept(monkeypatch, state, "another study") is None
    assert kept(monkeypatch, state, curve_key(state), same_desk=False) is None
