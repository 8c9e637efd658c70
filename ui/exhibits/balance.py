"""Balance as an exhibit: the Love plot, and the table beside it."""

from analysis.reporting.tables import balance_table
from charts.balance import describe_love, love_figure, love_publication
from ui.exhibit import Exhibit
from ui.exhibits.population import chosen_population, population_caption
from ui.workspace import StudyState


def love_exhibit(
    state: StudyState, *, width: int = 440, compact: bool = False, most_terms: int | None = None
) -> Exhibit | None:
    """The Love plot in the chosen population; None while there is no balance to show."""
    balance = state.balance
    if balance is None:
        return None
    population = chosen_population(balance, balance if state.design is not None else None)
    assert population is not None
    return Exhibit(
        name="balance",
        title="Balance of the covariates",
        caption=_brief_caption(len(balance.terms), most_terms)
        if compact
        else f"Standardised mean differences, {population_caption(state, population)}. "
        "Lines at 0.1 and 0.2; the band is what chance alone would give at this size.",
        alt=describe_love(balance, population=population),
        figure=lambda theme: love_figure(
            balance, population=population, theme=theme, width=width, most_terms=most_terms, compact=compact
        ),
        publication=lambda: love_publication(balance, population=population),
        table=lambda: balance_table(balance),
        notes=() if compact else balance.notes,
    )


def _brief_caption(n_terms: int, most_terms: int | None) -> str:
    if most_terms is None or n_terms <= most_terms:
        return "Every covariate; lines at 0.1 and 0.2."
    return f"The {most_terms} of {n_terms} terms that differ most."
