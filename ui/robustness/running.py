"""A long run on a page: the button that starts it, its progress, and what it found, marked when it is stale."""

import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.robustness.background import BackgroundRun, Work

POLL_SECONDS = 1.0


@dataclass(slots=True, kw_only=True, eq=False)
class KeptRun:
    """What the session keeps of one kind of run.

    Attributes
    ----------
    desk : weak reference to the workspace it is of
    run : BackgroundRun or None
        Under way.
    found : object or None
        What the last run found.
    found_key : hashable
        What it is of.
    problems : tuple of str
        Why the last run found nothing.
    """

    desk: "weakref.ref[Any]"
    run: BackgroundRun | None = None
    found: Any = None
    found_key: Hashable = None
    problems: tuple[str, ...] = ()


def kept_run(name: str, key: Hashable) -> KeptRun:
    """What is kept under this name for the cohort on the desk, a run of other settings stopped and forgotten."""
    desk = session.workspace()
    kept: KeptRun | None = session.remembered(name)
    if kept is None or kept.desk() is not desk:
        if kept is not None and kept.run is not None:
            kept.run.cancel()
        kept = KeptRun(desk=weakref.ref(desk))
        session.remember(name, kept)
    if kept.run is not None:
        _take(kept, key)
    return kept


def _take(kept: KeptRun, key: Hashable) -> None:
    run = kept.run
    assert run is not None
    if run.stage == "over":
        kept.run, kept.problems = None, run.problems
        if not run.problems and run.found is not None:
            kept.found, kept.found_key = run.found, run.key
    elif run.key != key:
        run.cancel()
        kept.run = None
        st.info(phrase("The study or the choices changed, so the run under way was stopped."), icon=":material/info:")


def start_run(name: str, key: Hashable, work: Work) -> None:
    """Begin a run; one under way is stopped."""
    kept = kept_run(name, key)
    if kept.run is not None:
        kept.run.cancel()
    kept.problems = ()
    kept.run = BackgroundRun(work, key, _presence())


def _presence() -> Callable[[], bool]:
    """Whether this session is still connected; always where there is no server."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return lambda: True
    name, server = context.session_id, runtime.get_instance()
    return lambda: server.is_active_session(name)


def draw_progress(name: str, what: str) -> None:
    """Draw how far a run has come, and the button that stops it; the page is drawn anew when it is over."""
    st.fragment(_draw_progress, run_every=POLL_SECONDS)(name, what)


def _draw_progress(name: str, what: str) -> None:
    kept: KeptRun | None = session.remembered(name)
    run = None if kept is None else kept.run
    if run is None or run.stage == "over":
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        share = run.done / run.planned if run.planned else 0.0
        st.progress(min(share, 1.0), text=_progress_words(run, what))
        st.button(
            phrase("Cancel"),
            key=f"cancel {name}",
            icon=":material/stop:",
            on_click=run.cancel,
            help=phrase("What is done is kept."),
        )


def _progress_words(run: BackgroundRun, what: str) -> str:
    if run.stage == "waiting":
        return phrase("Waiting for another run on this server to end …")
    if not run.planned:
        return phrase("Preparing the {what} …", what=what)
    return phrase("{n_done:,} of {n:,} {what}", n_done=run.done, n=run.planned, what=what)


def draw_outcome(kept: KeptRun, key: Hashable, what: str) -> None:
    """Say why there is nothing, or that what is shown is of earlier settings."""
    if kept.problems:
        st.error("\n\n".join(plain(text) for text in kept.problems), icon=":material/error:")
    if kept.found is not None and kept.found_key != key:
        st.warning(
            phrase(
                "Stale: this {what} is of an earlier study or of earlier choices. Run it again to bring it up to date.",
                what=what,
            ),
            icon=":material/history:",
        )
