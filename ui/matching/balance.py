"""Balance in numbers: term by term, of squares and products, within subgroups, of other columns, of the prognosis."""

from collections.abc import Callable

from analysis.design.balance import (
    Convention,
    CovariateBalance,
    describe_convention,
    second_order_balance,
    software_like,
)
from analysis.design.description import design_name
from analysis.phrases import join_phrases, phrase, without_stop
from analysis.reporting.printed.design import balance_rows
from analysis.reporting.tables import balance_table
from analysis.settings import BalanceSettings
from ui import screen as st
from ui import session
from ui.exhibit import draw_notes, draw_table
from ui.exhibits.balance import balance_of_others
from ui.exhibits.population import design_word, shows
from ui.matching.prognosis import draw_prognosis
from ui.matching.subgroups import draw_subgroups
from ui.workspace import StudyState

VIEW = "view of balance"


def draw_balance(state: StudyState) -> None:
    """Draw one of the views of balance; only the chosen one is computed."""
    views: dict[str, Callable[[StudyState], None]] = {
        phrase("Covariates"): _draw_covariates,
        phrase("Squares and products"): _draw_second_order,
        phrase("Within subgroups"): draw_subgroups,
        phrase("Not in the model"): _draw_others,
        phrase("Prognostic score"): draw_prognosis,
    }
    if session.shown(VIEW) not in views:
        session.show(VIEW, "Covariates")
    chosen = st.segmented_control(
        phrase("Balance of what"),
        list(views),
        key=VIEW,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    views[str(chosen)](state)


def convention_words(convention: BalanceSettings) -> str:
    """What differences are divided by, and whose software says the same."""
    found = software_like(convention)
    divisor = describe_convention(convention)
    if not found:
        return phrase("SMD: difference of means, treated minus control, over the {divisor}.", divisor=divisor)
    names = join_phrases((_software_words(item) for item in found), "; ")
    return phrase(
        "SMD: difference of means, treated minus control, over the {divisor}, as in {names}.",
        divisor=divisor,
        names=names,
    )


def _software_words(found: Convention) -> str:
    """A software's name, and in brackets what it does otherwise."""
    if not found.differs:
        return found.name
    return phrase("{software} ({differs})", software=found.name, differs=without_stop(found.differs))


def _draw_covariates(state: StudyState) -> None:
    assert state.balance is not None
    _draw_terms(state, state.balance, "balance", phrase("of the covariates"))


def _draw_second_order(state: StudyState) -> None:
    patients, design, settings = state.patients, state.design, state.settings
    assert patients is not None and design is not None and settings is not None
    found: CovariateBalance = session.computed(
        ("second order", design, settings.balance),
        lambda: second_order_balance(patients.covariates, patients.treated, design.weights, settings.balance),
        phrase("Measuring squares and products …"),
    )
    _draw_terms(
        state,
        found,
        "second order balance",
        phrase("of squares and of products of two covariates, centred first"),
        largest_first=True,
    )
    draw_notes(found.notes)


def _draw_others(state: StudyState) -> None:
    found = balance_of_others(state)
    if found is None:
        st.caption(
            phrase(
                "No column beside the covariates is named for the balance table. Name some under "
                "Balance and centres in the sidebar, or under balance: also in the study file: "
                "columns that the score does not use and that should come out alike all the same."
            )
        )
        return
    _draw_terms(state, found, "balance of others", phrase("of columns that have no part in the score"))
    draw_notes(found.notes)


def _draw_terms(state: StudyState, found: CovariateBalance, name: str, of: str, *, largest_first: bool = False) -> None:
    """The table of a balance, in the order of the study or by size."""
    assert state.patients is not None
    word = design_name(design_word(state))
    draw_table(
        balance_rows(
            found,
            state.patients.treated_label,
            state.patients.control_label,
            before=shows("before"),
            after=shows("after"),
            largest_first=largest_first,
        ),
        name=name,
        file=lambda: balance_table(found),
        caption=phrase(
            "Balance {of}, {n_treated_before:,} + {n_control_before:,} patients before {word}, "
            "{n_treated_after:,} + {n_control_after:,} after. {convention} VR: variance ratio, "
            "treated over control, numbers only. KS: largest distance between the two cumulative "
            "distributions.",
            of=of,
            n_treated_before=found.n_treated_before,
            n_control_before=found.n_control_before,
            word=word,
            n_treated_after=found.n_treated_after,
            n_control_after=found.n_control_after,
            convention=convention_words(found.convention),
        ),
    )
