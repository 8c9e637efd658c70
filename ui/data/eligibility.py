"""The step in which a person says who may be in the study, rule by rule, and sees what each rule costs."""

from collections.abc import Sequence
from dataclasses import replace

from analysis.cohort.eligibility import rule_in_words
from analysis.cohort.selection import FlowStep
from analysis.phrases import phrase
from analysis.settings import EligibilityRule
from ui import screen as st
from ui import session
from ui.data.rule_editor import draw_rule_editor, edit_rule
from ui.language import as_html
from ui.workspace import StudyState


def draw_eligibility(state: StudyState) -> None:
    """List the rules with their cost, and let one be added."""
    rules = session.workspace().form.eligibility
    st.markdown(
        phrase(
            "Only patients who meet every rule are in the study. Rules look at what was known "
            "before treatment; each is a step in the flow of patients."
        )
    )
    costs = _costs(state, len(rules))
    for number, rule in enumerate(rules):
        _draw_rule(number, rule, costs[number] if costs else "", len(rules))
    draw_rule_editor()


def _costs(state: StudyState, n_rules: int) -> list[str]:
    """What each rule leaves out, in words; nothing while the flow is not known."""
    if state.patients is None:
        return []
    steps = [step for step in state.flow if step.kind in ("read", "eligibility")]
    if len(steps) != n_rules + 1:
        return []
    labels = (state.patients.treated_label, state.patients.control_label)
    return [_cost(labels, steps[number : number + 2]) for number in range(n_rules)]


def _cost(labels: tuple[str, str], steps: Sequence[FlowStep]) -> str:
    before, after = steps
    lost = (before.treated - after.treated, before.control - after.control)
    if not any(lost):
        return phrase("leaves nobody out")
    return phrase(
        "leaves out {treated_arm} {lost_treated:,} and {control_arm} {lost_control:,}; "
        "{treated:,} and {control:,} remain",
        treated_arm=labels[0],
        lost_treated=lost[0],
        control_arm=labels[1],
        lost_control=lost[1],
        treated=after.treated,
        control=after.control,
    )


def _draw_rule(number: int, rule: EligibilityRule, cost: str, n_rules: int) -> None:
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        key=f"rule {number}",
    ):
        st.html(
            f'<div class="mce-card"><p><b>{number + 1}. {as_html(rule_in_words(rule))}</b></p>'
            f'<p class="small">{as_html(_source(rule))}{as_html(cost)}</p></div>'
        )
        with st.container(horizontal=True, gap=None, width="content", key=f"rule buttons {number}"):
            _button("arrow_upward", phrase("Earlier"), number, _move, -1, disabled=number == 0)
            _button("arrow_downward", phrase("Later"), number, _move, 1, disabled=number == n_rules - 1)
            _button("edit", phrase("Edit"), number, _edit)
            _button("delete", phrase("Remove"), number, _remove)


def _source(rule: EligibilityRule) -> str:
    return rule_in_words(rule.model_copy(update={"reason": None})) + " · " if rule.reason else ""


def _button(icon: str, words: str, number: int, do: object, *args: int, disabled: bool = False) -> None:
    st.button(
        f":material/{icon}:", key=f"{words} rule {number}", help=words, on_click=do, args=(number, *args),  # type: ignore[arg-type]
        type="tertiary", disabled=disabled,
    )  # fmt: skip


def _move(number: int, by: int) -> None:
    desk = session.workspace()
    rules = list(desk.form.eligibility)
    rules.insert(number + by, rules.pop(number))
    desk.change(replace(desk.form, eligibility=tuple(rules)))


def _edit(number: int) -> None:
    edit_rule(number, session.workspace().form.eligibility[number])


def _remove(number: int) -> None:
    desk = session.workspace()
    rules = desk.form.eligibility
    desk.change(replace(desk.form, eligibility=rules[:number] + rules[number + 1 :]))
    edit_rule(None, None)
