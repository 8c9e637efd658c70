"""The step in which a person sees what is missing, what each remedy costs in patients, and chooses one."""

from dataclasses import replace
from html import escape
from typing import Any

from analysis.cohort.design_columns import uses_of_design
from analysis.cohort.missing import MissingCost, missing_costs
from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit
from ui.exhibits.missing import missing_exhibit, missing_picture
from ui.form import StudyForm
from ui.language import as_html
from ui.workspace import StudyState, Workspace

NAMES = {
    "complete_case": phrase("Complete cases"),
    "indicator": phrase("Missing indicator"),
    "multiple_imputation": phrase("Multiple imputation"),
}


def draw_missing(state: StudyState) -> None:
    """Show what is missing in either arm, and let one of the three ways be chosen."""
    desk, settings = session.workspace(), state.settings
    if settings is None:
        st.markdown(
            phrase("What is missing can be shown once the treatment, the covariates and an outcome are chosen.")
        )
        return
    costs: tuple[MissingCost, ...] = desk.kept(
        (
            "missing costs",
            settings.cohort,
            settings.treatment,
            settings.eligibility,
            settings.covariates,
            tuple(uses_of_design(settings).items()),
        ),
        lambda: missing_costs(desk.cohort, settings),
    )
    if not costs or not costs[0].n_columns_with_missing:
        st.markdown(phrase("Every eligible patient has a value in every covariate. There is nothing to decide."))
        return
    picture = missing_picture(desk, settings)
    if picture is not None:
        draw_exhibit(missing_exhibit(picture))
    st.markdown(phrase("Choose what becomes of patients who lack a covariate. Each card says how many it keeps."))
    with st.container(key="cards missing"):
        for place, cost in zip(st.columns(len(costs)), costs, strict=True):
            with place:
                _draw_choice(desk, cost, (settings.treatment.treated, settings.treatment.control))
    if desk.form.missing.method == "multiple_imputation":
        _draw_advanced(desk)


def _draw_choice(desk: Workspace, cost: MissingCost, labels: tuple[str, str]) -> None:
    chosen = desk.form.missing.method == cost.method
    with st.container(border=True, key=f"missing {cost.method}{' chosen' if chosen else ''}", gap="xsmall"):
        rows = "".join(
            f"<tr><th>{escape(label)}</th><td>{as_html(phrase('keeps {kept:,} of {n:,}', kept=kept, n=kept + lost))}</td></tr>"
            for label, kept, lost in (
                (labels[0], cost.treated, cost.lost_treated), (labels[1], cost.control, cost.lost_control),
            )
        )  # fmt: skip
        sure = f'<span class="sure confirmed">{as_html(phrase("chosen"))}</span>' if chosen else ""
        st.html(
            f'<div class="mce-card"><div class="head"><span class="subject">{as_html(NAMES[cost.method])}</span>{sure}</div>'
            f'<table class="costs">{rows}</table><p class="small">{as_html(cost.explanation)}</p></div>'
        )
        settled = chosen and desk.confirmed.get("missing") == cost.method
        if not settled:
            st.button(
                phrase("Keep this") if chosen else phrase("Choose"),
                key=f"choose missing {cost.method}",
                on_click=_take,
                args=(cost.method,),
            )


def _draw_advanced(desk: Workspace) -> None:
    missing = desk.form.missing
    with st.expander(phrase("Advanced")):
        left, middle, right = st.columns(3)
        for place, name, words, low, high in (
            (left, "imputations", phrase("Imputed sets"), 2, 100),
            (middle, "iterations", phrase("Rounds of each set"), 1, 100),
            (right, "seed", phrase("Seed"), 0, 2**31),
        ):
            session.show(f"missing {name}", getattr(missing, name))
            with place:
                st.number_input(
                    words, low, high, step=1, key=f"missing {name}", on_change=_take_number, args=(name,)
                )  # fmt: skip
        st.caption(
            phrase(
                "More sets make the pooled results steadier and take longer. The same seed gives the same sets again."
            )
        )


def _take(method: str) -> None:
    desk = session.workspace()
    desk.change(_with_missing(desk.form, method=method))
    desk.confirm("missing", method)


def _take_number(name: str) -> None:
    desk = session.workspace()
    desk.change(_with_missing(desk.form, **{name: session.shown(f"missing {name}")}))


def _with_missing(form: StudyForm, **values: Any) -> StudyForm:
    return replace(form, missing=form.missing.model_copy(update=values))
