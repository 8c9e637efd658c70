"""The only place that touches Streamlit's session state and caches: one workspace for each session, in memory only."""

import os
import threading
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from analysis.cohort.isolation import start_reading_process
from analysis.cohort.privacy.personal import Protection, find_personal, protect_cohort
from analysis.cohort.reading import Cohort
from analysis.cohort.reading_options import ReadingOptions
from analysis.cohort.roles import guess_roles
from analysis.errors import SettingsError
from analysis.kernel_cache import are_kernels_compiled
from analysis.phrases import join_phrases, phrase
from analysis.reporting.suppression import is_active
from analysis.settings import StudySettings
from analysis.study.ledger import ledger_sentences
from analysis.study_file import draft_study
from ui.access.watching import export_of
from ui.departures import collect_all
from ui.form import ID, StudyForm, form_from_guess, form_from_settings, settings_from_form
from ui.intake.capsule import PendingCapsule, open_capsule, opened_words
from ui.intake.intake import Intake, options_of_study, protect_intake, read_intake
from ui.language.choice import KEY as LANGUAGE
from ui.language.choice import said
from ui.ledger.plan import examine, ledger_of
from ui.sample import read_sample
from ui.warm_up import COMPILING, compile_kernels
from ui.workspace import KEPT_FORMS, StudyState, Workspace

SALT_BYTES = 32

BEFORE = phrase("Before")
MATCHED = phrase("Matched")
WEIGHTED = phrase("Weighted")
COMPARE = phrase("Compare")
POPULATIONS = (BEFORE, MATCHED, WEIGHTED, COMPARE)

_ONE_AT_A_TIME = threading.BoundedSemaphore(1)
"""One permit around computing and drawing: on few cores, users who queue are served sooner than users who jostle."""


@st.cache_resource(show_spinner=False)
def sample_study() -> tuple[Cohort, StudySettings]:
    """The synthetic sample, shared by every session."""
    start_reading_process()
    return read_sample()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What a download is made from: the workspace and the switch as they stood when its button was drawn."""

    workspace: Workspace
    population: str


_DESK: ContextVar[_Desk | None] = ContextVar("desk of a download", default=None)


def of_this_session(make: Callable[[], bytes], kind: str = "other") -> Callable[[], bytes]:
    """A download's maker, bound to this session: Streamlit calls it outside, where there is neither study nor switch.

    Parameters
    ----------
    make : callable
        Gives the file's bytes when the button is pressed.
    kind : str
        What the audit log calls the file.
    """
    desk = _Desk(workspace=workspace(), population=population())

    def made() -> bytes:
        token = _DESK.set(desk)
        try:
            return make()
        finally:
            _DESK.reset(token)

    return export_of(made, kind)


def workspace() -> Workspace:
    """This session's workspace; the sample study on the first visit."""
    if (desk := _DESK.get()) is not None:
        return desk.workspace
    if "workspace" not in st.session_state:
        _see_to_kernels()
        st.session_state["workspace"] = _with_record(_sample_workspace())
    return st.session_state["workspace"]


def study_state() -> StudyState:
    """What the current form gives; what takes a moment says what is being computed."""
    desk = workspace()
    words = desk.long_work()
    with st.spinner(said(words)) if words else nullcontext(), _ONE_AT_A_TIME:
        return desk.state()


def computed(key: Hashable, compute: Callable[[], Any], words: str | None = None) -> Any:
    """What one part of a page asks for beyond the state: computed when it is first shown, and kept for this key.

    Raises
    ------
    AnalysisError
        What the data or the study refuse, each time it is asked for.
    """
    with st.spinner(said(words)) if words and _DESK.get() is None else nullcontext(), _ONE_AT_A_TIME:
        return workspace().kept(key, compute)


def turn() -> AbstractContextManager[object]:
    """The one permit around computing and drawing, for what is made outside the workspace's stages."""
    return _ONE_AT_A_TIME


def begin_page() -> bool:
    """A page that may show outcomes begins: write down what it examines; True where outcomes are covered on it."""
    desk = workspace()
    desk.record.arrive(blinded=desk.form.gate.blinded)
    examine(desk, study_state())
    return desk.is_covered


def provenance() -> str:
    """What is true of the specification on the desk, for every file that leaves; empty while the form is incomplete."""
    desk = workspace()
    settings, _ = settings_from_form(desk.form)
    return "" if settings is None else join_phrases(ledger_sentences(ledger_of(desk), settings))


def open_sample() -> None:
    """Put the sample study on the desk."""
    drop_intake()
    _replace(_sample_workspace())


def intake() -> Intake | None:
    """The file on its way to the desk, or the one whose cohort lies there."""
    found: Intake | None = st.session_state.get("intake")
    return found


def is_waiting() -> bool:
    """True while a file waits for a person before anything of it is used."""
    present = intake()
    return present is not None and present.waits


def take_cohort(content: bytes, name: str, options: ReadingOptions, *, study: StudySettings | None = None) -> None:
    """Read a file; put its cohort on the desk unless patients' data must be decided upon first.

    A file that cannot be read stays as an intake that says why; what is on the desk stays there.
    """
    drop_intake()
    _receive(read_intake(content, name, options, study=study))


def take_read(found: Intake) -> None:
    """Take a cohort that was read where the server keeps it, as `take_cohort` takes a file."""
    drop_intake()
    _receive(found)


def read_intake_again(options: ReadingOptions) -> None:
    """Read the present file differently; its earlier reading leaves the desk when the new one comes."""
    present = intake()
    if present is None or present.content is None:
        return
    found = read_intake(present.content, present.name, options, study=present.study, on_desk=present.on_desk)
    remember("reading_number", remembered("reading_number", 0) + 1)
    _receive(replace(found, sheets=found.sheets or present.sheets))


def use_intake(actions: Mapping[str, Protection]) -> None:
    """Protect the patients' data as a person decided, put the cohort on the desk, and forget the file.

    Raises
    ------
    AnalysisError
        When the decisions leave no cohort; nothing is put on the desk.
    """
    present = intake()
    if present is not None and present.cohort is not None:
        _receive(protect_intake(present, actions, _salt()))
        workspace().coded = frozenset(name for name, action in actions.items() if action == "hash")


def protect_scans(scans: Cohort, identifier: str | None) -> Cohort:
    """A file of scans without columns that may tell who a patient is, its ids coded where those of the cohort are.

    Raises
    ------
    AnalysisError
        When nothing is left of it.
    """
    return _protected_on(workspace())(scans, identifier)


def _protected_on(desk: Workspace) -> Callable[[Cohort, str | None], Cohort]:
    """Protects a file of scans as the cohort on this desk is."""

    def protected(scans: Cohort, identifier: str | None) -> Cohort:
        actions: dict[str, Protection] = {
            item.column: "drop" for item in find_personal(scans) if item.column != identifier
        }
        if identifier is not None and desk.coded & set(desk.form.columns(ID)):
            actions[identifier] = "hash"
        return protect_cohort(scans, actions, _salt()) if actions else scans

    return protected


def forget_file() -> None:
    """Keep the cohort on the desk and forget the file it was read from."""
    present = intake()
    if present is not None:
        st.session_state["intake"] = replace(present, content=None, preview=())


def drop_intake() -> None:
    """Forget the file on its way; what is on the desk stays."""
    st.session_state.pop("intake", None)
    st.session_state.pop("kept:patients_data_problems", None)
    for name in ("intake_number", "reading_number"):
        remember(name, remembered(name, 0) + 1)


def read_study(text: str) -> StudySettings:
    """The settings that a saved study stands for.

    Raises
    ------
    SettingsError
        The study file is not sound.
    """
    draft = draft_study(text)
    if draft.problems or draft.settings is None:
        raise SettingsError(*draft.problems)
    return draft.settings


def apply_study(settings: StudySettings) -> None:
    """Put a saved study on the cohort that lies on the desk, read as the study says where the file is still here."""
    present, options = intake(), options_of_study(settings.cohort)
    if present is not None and present.can_be_read_again and present.on_desk and options != present.options:
        found = read_intake(present.content or b"", present.name, options, study=settings, on_desk=True)
        if not found.problems:
            _receive(found)
            return
    desk = workspace()
    desk.change(form_from_settings([str(column) for column in desk.cohort.table.columns], settings))


def pending_capsule() -> PendingCapsule | None:
    """The capsule that waits for its cohort."""
    found: PendingCapsule | None = remembered("capsule")
    return found


def take_capsule(pending: PendingCapsule | None) -> None:
    """Keep a capsule until its cohort is on the desk, which may be now; None forgets it."""
    remember("capsule", pending)
    if pending is not None and pending.is_of(workspace().cohort.sha256):
        _open_capsule(workspace())


def go_back() -> None:
    """Take the cohort that was on the desk before the present one."""
    drop_intake()
    earlier = st.session_state.pop("earlier_workspace", None)
    if earlier is not None:
        _replace(earlier)


def can_go_back() -> bool:
    """True when an earlier cohort is still in memory."""
    return "earlier_workspace" in st.session_state


_WIDGETS_NUMBERED = ("upload_number", "paste_number", "intake_number", "reading_number")
_OF_THE_READER = ("guide", "keys are on")
"""What a person decided of the screen, which tells nothing of a cohort."""


def delete_everything() -> None:
    """Forget the cohort, the file, every result and every widget of this session, at once."""
    numbers = {name: remembered(name, 0) + 1 for name in _WIDGETS_NUMBERED}
    numbers |= {name: remembered(name) for name in _OF_THE_READER if remembered(name) is not None}
    language = st.session_state.get(LANGUAGE)
    for name in list(st.session_state):
        # One by one: a widget whose name is known before its value is would end Streamlit's own way halfway through.
        with suppress(KeyError):
            del st.session_state[name]
    if language is not None:  # says nothing of the cohort, and the page goes on being read
        st.session_state[LANGUAGE] = language
    for name, number in numbers.items():  # widgets of the same name would come back with what the browser remembers
        remember(name, number)
    collect_all()


def wipe(owner: Any) -> None:
    """Forget everything of a session that is over and which the server still keeps."""
    state = owner.session_state
    keys = [f"kept:{name}" for name in _WIDGETS_NUMBERED]
    numbers = dict.fromkeys(keys, 1) | {key: state[key] + 1 for key in keys if key in state}
    state.clear()
    for key, number in numbers.items():  # widgets of the same name would come back with what the browser remembers
        state[key] = number
    collect_all()


def hidden_below() -> int:
    """Counts of patients below this are hidden in every file; 0 where none are."""
    below = workspace().form.exports.suppress_below
    return below if is_active(below) else 0


def population() -> str:
    """The population that governs every exhibit: one of ``POPULATIONS``; patients are shown as the study makes them."""
    if (desk := _DESK.get()) is not None:
        return desk.population
    chosen: str = st.session_state.get("population") or COMPARE
    if chosen in (MATCHED, WEIGHTED):
        return WEIGHTED if workspace().form.is_weighted else MATCHED
    return chosen


def take_population() -> None:
    """Make the study match or weight as the switch says, in one change that can be undone."""
    chosen = shown("population")
    if chosen in (MATCHED, WEIGHTED):
        desk = workspace()
        before = desk.form
        desk.choose_design(weighted=chosen == WEIGHTED)
        if desk.form is not before:
            switch = _Switch(
                before=before, after=desk.form, stood=remembered("population drawn", COMPARE), stands=chosen
            )
            remember("switches", (*remembered("switches", ()), switch)[-KEPT_FORMS:])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Switch:
    """A change of the design by the switch: the forms around it, and where the switch stood and stands."""

    before: StudyForm
    after: StudyForm
    stood: str
    stands: str


def remember_population() -> None:
    """Keep where the switch stands, for the time when a change that it makes is taken back."""
    remember("population drawn", population())


def undo() -> None:
    """Take the last change back; the switch, where it made the change, stands again where it stood."""
    desk, left = workspace(), workspace().form
    desk.undo()
    for switch in remembered("switches", ()):
        if switch.before is desk.form and switch.after is left:
            st.session_state["population"] = switch.stood


def redo() -> None:
    """Take the last undone change again, the switch with it."""
    desk, left = workspace(), workspace().form
    desk.redo()
    for switch in remembered("switches", ()):
        if switch.before is left and switch.after is desk.form:
            st.session_state["population"] = switch.stands


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


def holds(key: str) -> bool:
    """Whether a widget has a value, which may be None where a person cleared it."""
    return key in st.session_state


def keep(*keys: str) -> None:
    """Let widgets that are not drawn this time have their values when they are drawn again."""
    for key in keys:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def remember(key: str, value: Any) -> None:
    """Keep something of the screen's, such as a message, until it is taken or the session ends."""
    st.session_state[f"kept:{key}"] = value


def remembered(key: str, default: Any = None) -> Any:
    """What was kept under this key."""
    return st.session_state.get(f"kept:{key}", default)


def forget(key: str) -> None:
    """Forget what a widget holds."""
    st.session_state.pop(key, None)


def _receive(found: Intake) -> None:
    """Take a file as read; what may be used goes on the desk, in the place of an earlier reading of the same file."""
    if found.cohort is None or found.waits:
        st.session_state["intake"] = found
        return
    st.session_state["intake"] = replace(found, on_desk=True)
    _replace(_workspace_of(found, found.cohort), instead=found.on_desk)


def _workspace_of(found: Intake, cohort: Cohort) -> Workspace:
    """A desk with the study that came with the cohort, or with the one that is guessed."""
    if found.study is not None:
        form = form_from_settings([str(column) for column in cohort.table.columns], found.study)
    else:
        form = form_from_guess(guess_roles(cohort))
    options = found.options
    # The saved study names its cohort and how it is read, so that the command line finds it beside the study file.
    form = replace(
        form,
        file=found.name,
        table=found.table,
        sheet=options.sheet,
        header_row=options.header_row,
        encoding=options.encoding,
        date_order=options.date_order,
    )
    return Workspace(cohort, found.name, form)


def _salt() -> bytes:
    """This session's secret for the codes of patients, made when first needed and kept nowhere else."""
    if "salt" not in st.session_state:
        st.session_state["salt"] = os.urandom(SALT_BYTES)
    salt: bytes = st.session_state["salt"]
    return salt


def _replace(new: Workspace, *, instead: bool = False) -> None:
    earlier = st.session_state.get("workspace")
    if earlier is not None and not instead:
        st.session_state["earlier_workspace"] = earlier
    st.session_state["workspace"] = _with_record(new)
    remember("cohort_number", remembered("cohort_number", 0) + 1)


def _with_record(desk: Workspace) -> Workspace:
    """The desk with what was seen of its cohort earlier in this session: another upload of a file makes nobody blind."""
    records = st.session_state.setdefault("records", {})
    desk.take_record(records.setdefault(desk.cohort.sha256, desk.record))
    _open_capsule(desk)
    return desk


def _open_capsule(desk: Workspace) -> None:
    """Bring the session of the capsule that waits for this cohort back."""
    pending = pending_capsule()
    if pending is not None and pending.is_of(desk.cohort.sha256):
        remember("capsule", None)
        problems = open_capsule(desk, pending.capsule, _protected_on(desk))
        remember("capsule opened", (opened_words(pending), problems))  # the words alone: the capsule may hold the file


def _see_to_kernels() -> None:
    """Let no kernel be compiled in the middle of a drag: where installation did not, the first visit does."""
    if not are_kernels_compiled():
        with st.spinner(said(COMPILING)):
            compile_kernels(*sample_study())


def _sample_workspace() -> Workspace:
    cohort, settings = sample_study()
    form = form_from_settings([str(column) for column in cohort.table.columns], settings)
    return Workspace(cohort, "sample study", form, is_sample=True)
