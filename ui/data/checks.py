"""The last step: every problem found, the ones that stop the study first, each with its remedy where there is one."""

from collections.abc import Sequence
from dataclasses import replace

from analysis.cohort.findings import Problem, Remedy
from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.data.problems import study_problems
from ui.data.survival import swap_event
from ui.exhibit import plain
from ui.form import EVENT, RESPONDER, RESPONSE, TIME, StudyForm, covariates_in_order, endpoint_names, with_covariates
from ui.form.changes import without_outcome
from ui.language import as_html
from ui.workspace import StudyState


def draw_checks(state: StudyState) -> None:
    """Say every problem of the cohort and of the study."""
    found = study_problems(session.workspace(), state)
    _draw_group(phrase("Stops the study"), "stop", found.stopping)
    _draw_group(phrase("Please look"), "check", found.warnings)
    if not found.stopping and not found.warnings:
        st.success(phrase("Nothing that would stop or mislead the analysis was found."), icon=":material/check:")
    if found.notes:
        items = "".join(f"<li>{as_html(text)}</li>" for text in found.notes)
        title = as_html(phrase("Good to know"))
        with st.container(border=True, key="problems note"):
            st.html(f'<div class="mce-problems"><h3>{title}</h3><ul>{items}</ul></div>')


def _draw_group(title: str, kind: str, problems: Sequence[Problem]) -> None:
    if not problems:
        return
    with st.container(border=True, key=f"problems {kind}", gap="xsmall"):
        st.html(f'<div class="mce-problems {kind}"><h3>{as_html(title)} <span>{len(problems)}</span></h3></div>')
        for number, problem in enumerate(problems):
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute",
                key=f"problem {kind} {number}",
            ):  # fmt: skip
                st.markdown(plain(problem.text), width="stretch")
                if problem.remedy is not None:
                    st.button(
                        plain(problem.remedy.words), icon=":material/build:", key=f"remedy {kind} {number}",
                        on_click=_take, args=(problem.remedy,),
                    )  # fmt: skip


def _take(remedy: Remedy) -> None:
    desk = session.workspace()
    if remedy.kind == "swap_event" and remedy.column is not None:
        swap_event(remedy.column)
    else:
        desk.change(_mended(desk.form, remedy))


def _mended(form: StudyForm, remedy: Remedy) -> StudyForm:
    if remedy.kind == "keep_zero_times":
        return replace(form, zero_times="keep")
    name = remedy.column
    if name is None:
        return form
    if remedy.kind == "remove_covariate":
        return with_covariates(form, [item.column for item in covariates_in_order(form) if item.column != name])
    roles = (TIME, EVENT) if name in endpoint_names(form) else (RESPONSE, RESPONDER)
    return without_outcome(form, name, roles)
