"""The card of the covariates, and of the columns that must not be adjusted for."""

from collections.abc import Mapping

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.data.card import action, card, draw_words
from ui.data.questions import Question, doubtful_covariates
from ui.data.words import number_of
from ui.exhibit import plain
from ui.form import AUTOMATIC, covariates_in_order, with_covariates
from ui.form.columns import IDLE_ROLES, KNOWN_LATER
from ui.form.study import possible_covariates
from ui.workspace import Workspace

KINDS = {
    "numeric": phrase("number", "a column's type"),
    "categorical": phrase("categories"),
    "date": phrase("date", "a column's type"),
    "text": phrase("text", "a column's type"),
}


def draw_covariates(question: Question) -> None:
    """Say what is made comparable; each covariate is a chip that can be taken off, and others can be added."""
    desk = session.workspace()
    chosen = [item.column for item in covariates_in_order(desk.form)]
    doubtful = doubtful_covariates(desk)
    listed = ", ".join(doubtful)
    words = (
        phrase("Please check whether {listed} was known at time zero.", listed=listed)
        if len(doubtful) == 1
        else phrase("Please check whether {listed} were known at time zero.", listed=listed)
    )
    sentence = phrase(
        "{columns} known before treatment, by which the arms are made comparable",
        columns=number_of(len(chosen), "column"),
    )
    with card(
        question, phrase("Covariates"), sentence, (words if doubtful and question.is_open else "",), body=_draw_chips
    ):
        pass


def _draw_chips() -> None:
    desk = session.workspace()
    kinds = _kinds(desk)
    offered = possible_covariates(desk.form)
    session.show("covariate chips", [item.column for item in covariates_in_order(desk.form)])
    st.multiselect(
        phrase("Covariates"),
        offered,
        key="covariate chips",
        on_change=_take,
        label_visibility="collapsed",
        format_func=lambda name: _with_kind(name, kinds),
        placeholder=phrase("Choose what must be comparable"),
    )


def _with_kind(name: str, kinds: Mapping[str, str]) -> str:
    return phrase("{name} · {kind}", name=name, kind=kinds.get(name, phrase("not in the file")))


def _kinds(desk: Workspace) -> dict[str, str]:
    found = {item.column: KINDS[item.type] for item in desk.guess().columns}
    told = {item.column: KINDS[item.kind] for item in desk.form.roles if item.kind != AUTOMATIC}
    return found | told


def _take() -> None:
    desk = session.workspace()
    desk.change(with_covariates(desk.form, session.shown("covariate chips") or ()))


def draw_known_later() -> None:
    """Say which columns are known only after time zero; a chip tells why, and can be used all the same."""
    desk = session.workspace()
    reasons = {item.column: item.reason for item in desk.guess().columns}
    guessed = {item.column for item in desk.guess().columns if item.role == "after"}
    dated = desk.form.dates.roles()
    columns = [
        item.column
        for item in desk.form.roles
        if item.column not in dated
        and (item.role == KNOWN_LATER or (item.role in IDLE_ROLES and item.column in guessed))
    ]
    if not columns:
        return
    with st.container(border=True, key="card known later", gap="xsmall"):
        draw_words(
            phrase("Not for adjustment"),
            phrase(
                "{columns} known only after time zero: to adjust for them would hide a part of the effect",
                columns=number_of(len(columns), "column"),
            ),
            (phrase("Choose one to see why."),),
        )
        chosen = st.pills(phrase("Columns known only later"), columns, key="known later", label_visibility="collapsed")
        if chosen is not None and chosen in columns:
            st.caption(
                plain(
                    phrase(
                        "{column}: {reason}.",
                        column=chosen,
                        reason=reasons.get(chosen, phrase("set in the table of columns")),
                    )
                )
            )
            action(
                phrase("Use anyway"),
                "warning",
                f"known later {chosen}",
                _use,
                chosen,
                help=phrase("It becomes a covariate; the checks will say what speaks against it."),
            )


def _use(column: str) -> None:
    desk = session.workspace()
    chosen = [item.column for item in covariates_in_order(desk.form)]
    desk.change(with_covariates(desk.form, [*chosen, column]))
