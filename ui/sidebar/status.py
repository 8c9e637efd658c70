"""Where the study stands, in four facts that stay in view."""

from analysis.design.design import Design
from analysis.phrases import join_phrases, phrase
from analysis.status import StudyStatus, study_status
from charts.style import format_smd
from ui import screen as st
from ui.exhibit import plain
from ui.language import as_html
from ui.workspace import StudyState

LONGEST_LABEL = 14
"""Longer arm labels are cut in the sidebar, where four facts share its width."""


def draw_status(state: StudyState) -> None:
    """Draw what the design kept and cost, or why there is none."""
    if state.design is None or state.balance is None or state.patients is None:
        sentence = join_phrases((*state.problems, *state.design_problems)) or phrase("The study is not complete yet.")
        st.warning(plain(sentence), icon=":material/warning:")
        return
    status = study_status(state.patients, state.design, state.balance, state.before, state.after)
    treated, control = (cut_label(label) for label in (state.patients.treated_label, state.patients.control_label))
    st.html(
        '<div class="mce-status" role="status">'
        + _kept_fact(status)
        + _fact(
            f"{status.n_left_out_treated:,} + {status.n_left_out_control:,}",
            _left_out_words(state.design, treated, control),
        )
        + _fact(_smd_change(status), phrase("largest |SMD|"))
        + (
            _fact(phrase("covered"), phrase("outcomes"))
            if state.is_covered
            else _fact(
                _event_counts(status),
                phrase(
                    "{endpoint} events ({treated} + {control})",
                    endpoint=status.endpoint,
                    treated=treated,
                    control=control,
                )
                if status.endpoint
                else "",
            )
        )
        + "</div>"
    )


def cut_label(label: str | None) -> str:
    """An arm's label as the sidebar has room for it; "this arm" while none is chosen."""
    if label is None:
        return phrase("this arm")
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def _fact(value: str, meaning: str) -> str:
    return f"<div><b>{as_html(value)}</b><span>{as_html(meaning)}</span></div>" if meaning else ""


def _kept_fact(status: StudyStatus) -> str:
    """How many sets there are; how many patients of equal weight the weighted ones are worth."""
    if status.n_sets is None:
        return _fact(f"{status.effective_treated:,.0f} + {status.effective_control:,.0f}", phrase("effective patients"))
    return _fact(f"{status.n_sets:,}", phrase("pairs matched") if status.pairs else phrase("sets matched"))


def _left_out_words(design: Design, treated: str, control: str) -> str:
    if design.kind == "weighting" and design.support is not None:
        return phrase("left out by score ({treated} + {control})", treated=treated, control=control)
    return phrase("left out ({treated} + {control})", treated=treated, control=control)


def _smd_change(status: StudyStatus) -> str:
    before = "–" if status.largest_smd_before is None else format_smd(status.largest_smd_before)
    after = "–" if status.largest_smd_after is None else format_smd(status.largest_smd_after)
    return f"{before} → {after}"


def _event_counts(status: StudyStatus) -> str:
    return "–" if status.events_after is None else f"{status.events_after[0]:,} + {status.events_after[1]:,}"
