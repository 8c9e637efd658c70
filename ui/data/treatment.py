"""The card of the treatment: who is compared with whom."""

from analysis.phrases import join_phrases, phrase
from ui import screen as st
from ui import session
from ui.data.card import action, card
from ui.data.questions import Question
from ui.data.words import number_of
from ui.form import COVARIATE, TREATMENT, UNUSED
from ui.form.changes import with_swapped_arms, with_treatment
from ui.workspace import StudyState, Workspace


def draw_treatment(question: Question, state: StudyState) -> None:
    """Say which arms are compared, and let them be swapped or chosen anew."""
    desk = session.workspace()
    column = next(iter(desk.form.columns(TREATMENT)), None)
    with card(question, phrase("Treatment"), _sentence(desk, state, column), (_counts(state),)):
        if desk.form.treated is not None and desk.form.control is not None:
            action(phrase("Swap the arms"), "swap_horiz", "arms", _swap)
        with st.popover(
            phrase("Choose another column"), type="tertiary", icon=":material/edit:", key="choose treatment"
        ):
            _draw_choice(desk, column)


def _sentence(desk: Workspace, state: StudyState, column: str | None) -> str:
    if column is None:
        return phrase("No column tells the treatment yet. Choose it, and which of its arms is treated.")
    form = desk.form
    if form.treated is None or form.control is None:
        return phrase("From column {column}. Choose the treated arm and the arm it is compared with.", column=column)
    if not state.flow:
        return phrase(
            "{treated} compared with {control} (the reference), from column {column}",
            treated=form.treated,
            control=form.control,
            column=column,
        )
    read = state.flow[0]
    return phrase(
        "{treated} ({n_treated:,}) compared with {control} ({n_control:,}, the reference), from column {column}",
        treated=form.treated,
        n_treated=read.treated,
        control=form.control,
        n_control=read.control,
        column=column,
    )


def _counts(state: StudyState) -> str:
    """How many of the patients of either arm go on to matching."""
    if state.patients is None or not state.flow:
        return ""
    read, n_treated = state.flow[0], int(state.patients.treated.sum())
    n_control = state.patients.treated.size - n_treated
    sentences: list[str] = []
    if read.other:
        sentences.append(phrase("{rows} of other arms are left out.", rows=number_of(read.other, "row")))
    if (n_treated, n_control) != (read.treated, read.control):
        sentences.append(
            phrase(
                "{n_treated:,} and {n_control:,} of them go on to matching; the flow of patients says who does not.",
                n_treated=n_treated,
                n_control=n_control,
            )
        )
    return join_phrases(sentences)


def _draw_choice(desk: Workspace, column: str | None) -> None:
    offered = [item.column for item in desk.form.roles if item.role in (TREATMENT, UNUSED, COVARIATE)]
    session.show("treatment column", column)
    st.selectbox(
        phrase("Column of the treatment"),
        offered,
        key="treatment column",
        index=None,
        placeholder=phrase("Choose"),
        on_change=_take_column,
    )
    labels = desk.labels(column)
    for name, words in (("treated", phrase("Treated arm")), ("control", phrase("Control arm (the reference)"))):
        value = getattr(desk.form, name)
        session.show(f"arm {name}", value)
        st.selectbox(
            words,
            labels if value is None or value in labels else [*labels, value],
            key=f"arm {name}",
            index=None,
            placeholder=phrase("Choose"),
            on_change=_take_arm,
            args=(name,),
        )


def _swap() -> None:
    desk = session.workspace()
    desk.change(with_swapped_arms(desk.form))


def _take_column() -> None:
    desk = session.workspace()
    column = session.shown("treatment column")
    if column is None:  # cleared, as Escape does it: a study has a treatment, and the list shows it again
        return
    labels = desk.labels(column)
    treated, control = (labels[1], labels[0]) if len(labels) == 2 else (None, None)
    desk.change(with_treatment(desk.form, column, treated, control))


def _take_arm(name: str) -> None:
    desk = session.workspace()
    chosen = session.shown(f"arm {name}")
    if chosen is None:
        return
    arms = {"treated": desk.form.treated, "control": desk.form.control}
    other = "control" if name == "treated" else "treated"
    if arms[other] == chosen:  # the two change places
        arms[other] = arms[name]
    arms[name] = chosen
    desk.change(with_treatment(desk.form, next(iter(desk.form.columns(TREATMENT)), None), **arms))
