"""How balance is written and of which further columns, and what becomes of centres."""

from dataclasses import replace

from analysis.design.balance import CONVENTIONS, describe_convention, software_like
from analysis.phrases import phrase
from analysis.settings import BalanceSettings
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.form import covariates_in_order
from ui.form.design import CentreUse, centre_use, with_centre_use
from ui.sidebar.columns import known_columns
from ui.sidebar.fields import draw_columns, draw_select
from ui.workspace import Workspace

OWN = phrase("As set below")
DENOMINATORS = {
    "pooled": phrase("both arms (pooled)"),
    "treated": phrase("the treated arm"),
    "control": phrase("the control arm"),
}
WHEN = {"fixed": phrase("all patients, kept fixed"), "recomputed": phrase("the patients compared")}
SHARES = {"standardised": phrase("Standardised like means"), "raw": phrase("Left as differences")}
RULE = ("denominator", "after", "binary")

USES: dict[CentreUse, str] = {
    "left out": phrase("Shown only"),
    "stratum": phrase("Sets within a centre"),
    "covariate": phrase("A covariate of the score"),
    "both": phrase("Both"),
}
NO_CENTRE = phrase("None")


def draw_balance(desk: Workspace) -> None:
    """Draw the convention of differences, further columns of the balance table, and the centres."""
    _draw_convention(desk)
    chosen = {item.column for item in covariates_in_order(desk.form)}
    draw_columns(
        desk,
        "balance",
        "also",
        phrase("Also show balance of"),
        [name for name in known_columns(desk) if name not in chosen],
        help=phrase("Columns outside the score: does the design balance them too? A missing value leaves nobody out."),
    )
    _draw_centre(desk)


def _draw_convention(desk: Workspace) -> None:
    names = [convention.name for convention in CONVENTIONS]
    session.show("convention", _convention(desk.form.balance))
    st.selectbox(
        phrase("Differences as in"),
        [*names, OWN],
        key="convention",
        on_change=_take_convention,
        help=phrase(
            "Software standardises differences in different ways; this gives the numbers of the one you compare with."
        ),
    )
    draw_select(desk, "balance", "denominator", phrase("Divided by the SD of"), DENOMINATORS)
    draw_select(desk, "balance", "after", phrase("This SD is that of"), WHEN)
    draw_select(desk, "balance", "binary", phrase("Shares"), SHARES)
    st.caption(plain(phrase("Divided by the {divisor}.", divisor=describe_convention(desk.form.balance))))


def _convention(balance: BalanceSettings) -> str:
    """The software chosen last while it fits, or the first that writes differences in this way."""
    found = [convention.name for convention in software_like(balance)]
    last = session.remembered("convention")
    return last if last in found else next(iter(found), OWN)


def _take_convention() -> None:
    name = session.shown("convention")
    chosen = next((convention.settings for convention in CONVENTIONS if convention.name == name), None)
    session.remember("convention", name)
    if chosen is not None:
        session.workspace().change_settings("balance", **{key: getattr(chosen, key) for key in RULE})


def _draw_centre(desk: Workspace) -> None:
    form = desk.form
    offered = known_columns(desk)
    session.show("centre", form.centre or NO_CENTRE)
    st.selectbox(
        phrase("Column of centres"),
        [NO_CENTRE, *offered, *([] if form.centre in (None, *offered) else [form.centre])],
        key="centre",
        on_change=_take_centre,
        help=phrase("Balance and effects are then also given centre by centre."),
    )
    if form.centre is None:
        return
    use = centre_use(form)
    session.show("centre use", use)
    st.selectbox(
        phrase("Centres are"),
        _uses(desk, use),
        key="centre use",
        format_func=USES.__getitem__,
        on_change=_take_use,
        help=phrase("Sets within a centre cannot differ by centre; as a covariate centres are balanced on average."),
    )


def _uses(desk: Workspace, use: CentreUse) -> list[CentreUse]:
    """Sets within centres need sets; both uses at once are offered where a study has them."""
    offered: list[CentreUse] = (
        ["left out", "covariate"] if desk.form.is_weighted else ["left out", "stratum", "covariate"]
    )
    return offered if use in offered else [*offered, use]


def _take_centre() -> None:
    """A column of centres that is chosen anew is only shown, and the use of the earlier one ends with it."""
    desk, name = session.workspace(), session.shown("centre")
    form = with_centre_use(desk.form, "left out") if desk.form.centre is not None else desk.form
    desk.change(replace(form, centre=None if name == NO_CENTRE else name))


def _take_use() -> None:
    desk = session.workspace()
    desk.change(with_centre_use(desk.form, session.shown("centre use")))
