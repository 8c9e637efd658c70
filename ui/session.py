"""The only place that touches Streamlit's session state and caches: one workspace for each session, in memory only."""

import threading
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from analysis.cohort.isolation import read_cohort_isolated, start_reading_process
from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.roles import guess_roles
from analysis.errors import SettingsError
from analysis.settings import StudySettings
from analysis.study import run
from analysis.study_file import draft_study, load_study
from ui.form import form_from_guess, form_from_settings
from ui.workspace import LARGE_COHORT, StudyState, Workspace

SAMPLE_FOLDER = Path(__file__).resolve().parent.parent / "sample_data"

BEFORE = "Before"
AFTER = "After"
COMPARE = "Compare"
POPULATIONS = (BEFORE, AFTER, COMPARE)

_DESIGNS_THAT_USE_EVERY_KERNEL: tuple[dict[str, object], ...] = (
    {},
    {"ratio": 2},
    {"order": "largest", "replacement": True},
)

_ONE_AT_A_TIME = threading.BoundedSemaphore(1)
"""One permit around computing and drawing: on few cores, users who queue are served sooner than users who jostle."""


@st.cache_resource(show_spinner="Preparing the statistics; on the first start ever this takes about ten seconds …")
def sample_study() -> tuple[Cohort, StudySettings]:
    """The synthetic sample, shared by every session, run at start so that no kernel compiles in the middle of a drag."""
    start_reading_process()
    content = (SAMPLE_FOLDER / "cohort.csv").read_bytes()
    settings = load_study((SAMPLE_FOLDER / "study.yaml").read_text(encoding="utf-8"))
    cohort = read_cohort(content, "cohort.csv")
    for changes in _DESIGNS_THAT_USE_EVERY_KERNEL:
        run(cohort, settings.model_copy(update={"matching": settings.matching.model_copy(update=changes)}))
    return cohort, settings


def workspace() -> Workspace:
    """This session's workspace; the sample study on the first visit."""
    if "workspace" not in st.session_state:
        st.session_state["workspace"] = _sample_workspace()
    return st.session_state["workspace"]


def study_state() -> StudyState:
    """What the current form gives; a large cohort, which takes a moment, says that it is being computed."""
    desk = workspace()
    large = len(desk.cohort.table) >= LARGE_COHORT
    with st.spinner("Computing …") if large else nullcontext(), _ONE_AT_A_TIME:
        return desk.state()


def open_sample() -> None:
    """Put the sample study on the desk."""
    _replace(_sample_workspace())


def open_cohort(content: bytes, name: str) -> None:
    """Read an uploaded cohort and put it on the desk with a guessed study.

    Raises
    ------
    CohortInputError
        The file cannot be read; the cohort on the desk stays.
    """
    cohort = read_cohort_isolated(content, name)
    # The saved study names its cohort, so that the command line finds it beside the study file.
    form = replace(form_from_guess(guess_roles(cohort)), file=name)
    _replace(Workspace(cohort, name, form))


def open_study(text: str) -> None:
    """Put a saved study on the cohort that lies on the desk.

    Raises
    ------
    SettingsError
        The study file is not sound; the study on the desk stays.
    """
    draft = draft_study(text)
    if draft.problems or draft.settings is None:
        raise SettingsError(*draft.problems)
    desk = workspace()
    desk.change(form_from_settings([str(column) for column in desk.cohort.table.columns], draft.settings))


def go_back() -> None:
    """Take the cohort that was on the desk before the present one."""
    earlier = st.session_state.pop("earlier_workspace", None)
    if earlier is not None:
        _replace(earlier)


def can_go_back() -> bool:
    """True when an earlier cohort is still in memory."""
    return "earlier_workspace" in st.session_state


def delete_everything() -> None:
    """Forget the cohort, every result and every widget of this session, at once."""
    st.session_state.clear()


def population() -> str:
    """The population that governs every exhibit: one of ``POPULATIONS``."""
    return st.session_state.get("population") or COMPARE


def dark() -> bool:
    """True when the browser shows the dark theme."""
    return st.context.theme.type == "dark"


def show(key: str, value: Any) -> None:
    """Give a widget the value the study has, before the widget is drawn."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def shown(key: str) -> Any:
    """The value a widget has; None before it was drawn."""
    return st.session_state.get(key)


def remember(key: str, value: Any) -> None:
    """Keep something of the screen's, such as a message, until it is taken or the session ends."""
    st.session_state[f"kept:{key}"] = value


def remembered(key: str, default: Any = None) -> Any:
    """What was kept under this key."""
    return st.session_state.get(f"kept:{key}", default)


def _replace(new: Workspace) -> None:
    earlier = st.session_state.get("workspace")
    if earlier is not None:
        st.session_state["earlier_workspace"] = earlier
    st.session_state["workspace"] = new
    remember("cohort_number", remembered("cohort_number", 0) + 1)


def _sample_workspace() -> Workspace:
    cohort, settings = sample_study()
    form = form_from_settings([str(column) for column in cohort.table.columns], settings)
    return Workspace(cohort, "sample study", form, is_sample=True)
