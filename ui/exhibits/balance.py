"""Balance as an exhibit: the Love plot, in the order and the groups a reader chose."""

from typing import Any

from analysis.design.balance import CovariateBalance, other_balance
from analysis.phrases import phrase
from analysis.reporting.tables import balance_table
from charts.balance import describe_love, love_figure, love_publication
from ui import screen as st
from ui import session
from ui.exhibit import Exhibit
from ui.exhibits.population import chosen_population, design_word, population_caption
from ui.workspace import StudyState

ORDERS = {
    "before": phrase("Largest before"),
    "after": phrase("Largest after"),
    "name": phrase("By name"),
    "study": phrase("As in the study"),
}


def love_exhibit(
    state: StudyState, *, width: int = 440, compact: bool = False, most_terms: int | None = None
) -> Exhibit | None:
    """The Love plot in the chosen population; None while there is no balance to show."""
    balance = state.balance
    if balance is None:
        return None
    population = chosen_population(balance, balance if state.design is not None else None)
    assert population is not None
    words: dict[str, Any] = {"population": population, "design_word": design_word(state)}
    words["other_balance"] = others = None if compact else balance_of_others(state)
    order: dict[str, Any] = {} if compact else chosen_order()
    return Exhibit(
        name="balance",
        title=phrase("Balance of the covariates"),
        caption=_brief_caption(len(balance.terms), most_terms)
        if compact
        else phrase(
            "Standardised mean differences over the {divisor}, {population}. Lines at 0.1 and 0.2; the band is what chance "
            "alone would give at this size.",
            divisor=balance.method,
            population=population_caption(state, population),
        ),
        alt=describe_love(balance, **words),
        figure=lambda theme: love_figure(
            balance, **words, **order, theme=theme, width=width, most_terms=most_terms, compact=compact
        ),
        publication=lambda: love_publication(balance, **words, **order),
        table=lambda: balance_table(balance),
        notes=() if compact else (*balance.notes, *(others.notes if others is not None else ())),
    )


def balance_of_others(state: StudyState) -> CovariateBalance | None:
    """Balance of the columns that the study names beside its covariates; None where there are none."""
    settings, patients, design = state.settings, state.patients, state.design
    if settings is None or patients is None or design is None:
        return None
    columns = [column for column in settings.balance.also if column in patients.extra]
    if not columns:
        return None
    found: CovariateBalance = session.computed(
        ("balance of others", design, settings.balance),
        lambda: other_balance(patients.extra[columns], patients.treated, design.weights, settings.balance),
    )
    return found


def chosen_order() -> dict[str, Any]:
    """How the Love plot is sorted and grouped, as its controls stand."""
    return {
        "sort": session.shown("order of balance") or "before",
        "grouped": bool(session.shown("balance by covariate")),
    }


def draw_order() -> None:
    """The controls of the Love plot: its order, and whether a category's levels stand together."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="love order"):
        st.selectbox(
            phrase("Order"), list(ORDERS), format_func=ORDERS.__getitem__, key="order of balance", persist_state="session",
            width=180, label_visibility="collapsed",
        )  # fmt: skip
        st.toggle(phrase("Group by covariate"), key="balance by covariate", persist_state="session")


def _brief_caption(n_terms: int, most_terms: int | None) -> str:
    if most_terms is None or n_terms <= most_terms:
        return phrase("Every covariate; lines at 0.1 and 0.2.")
    return phrase("The {n_shown} of {n} terms that differ most.", n_shown=most_terms, n=n_terms)
