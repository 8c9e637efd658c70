"""The guide of a first visit: three steps under the page's title, until a person is done with them.

Where it stands is kept in the session on purpose: a widget's own state ends when its page is left.
"""

from dataclasses import dataclass

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.access import visits
from ui.language import as_html

GONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the guide.

    Attributes
    ----------
    heading, words : str
        What it says.
    page, title : str
        The page it speaks of, and that page's title.
    link : str
        What leads there.
    """

    heading: str
    words: str
    page: str
    title: str
    link: str


STEPS = (
    Step(
        heading=phrase("Two treatments, compared among alike patients"),
        words=phrase(
            "A sample study of two arms is open, so that everything can be tried at once. For your own patients, drop "
            "their file on the Data page: it is held in memory only, never written to a disk, and gone when you leave."
        ),
        page="data",
        title=phrase("Data"),
        link=phrase("Bring your own file"),
    ),
    Step(
        heading=phrase("Move the caliper; watch the balance and the curves"),
        words=phrase(
            "The caliper, in the column on the left, says how different a pair may be: a narrower one makes closer pairs "
            "and leaves more patients out. The switch above it shows every figure before and after, or both to compare."
        ),
        page="overview",
        title=phrase("Overview"),
        link=phrase("See it on the overview"),
    ),
    Step(
        heading=phrase("Take it with you"),
        words=phrase(
            "Every figure has its own download, for print or for slides. The Report page has all tables and figures, "
            "the text for your manuscript, and the study file: dropped on the Data page another day, together with the "
            "cohort, it brings everything back."
        ),
        page="report",
        title=phrase("Report"),
        link=phrase("Go to the report"),
    ),
)


def draw_guide(title: str) -> None:
    """Make room for the step that a person has come to; nothing where the guide is over, or something else matters more.

    Where the page is new the step is drawn at once, and after the page wherever it stands there already: no figure waits
    for it then, and nothing moves.

    Parameters
    ----------
    title : str
        Of the page on which it is drawn: a step does not lead to where it stands.
    """
    session.remember("guide to draw", None)
    if not _is_due():
        session.remember("guide stands on", None)
        return
    place = st.container(key="guide-place")
    if session.remembered("guide stands on") == title:
        session.remember("guide to draw", (place, title))
        return
    session.remember("guide stands on", str(title))
    with place:
        st.fragment(_draw_step)(title)


def draw_waiting_guide() -> None:
    """Draw the step for which room was made, after the page."""
    waiting = session.remembered("guide to draw")
    if waiting is not None:
        session.remember("guide to draw", None)
        place, title = waiting
        with place:
            st.fragment(_draw_step)(title)


def show_guide() -> None:
    """Begin again with the first step, whatever lies on the desk."""
    session.remember("guide", 0)
    session.remember("guide asked for", True)


def _is_due() -> bool:
    if session.remembered("guide", 0) == GONE:
        return False
    desk = session.workspace()
    if not desk.is_sample and not session.remembered("guide asked for"):
        _go(GONE)  # who has brought a cohort has found the way
        return False
    if session.is_waiting() or desk.is_covered:
        return False
    state = session.study_state()
    return not (state.problems or state.design_problems)


def _draw_step(title: str) -> None:
    """Draw the present step; a fragment, so that going through the guide draws no figure anew."""
    number = session.remembered("guide", 0)
    if number == GONE:
        return
    step, is_last = STEPS[number], number == len(STEPS) - 1
    with st.container(border=True, key="guide"):
        place = phrase("{number} of {n}", number=number + 1, n=len(STEPS))
        st.html(
            f'<div class="mce-guide" role="note"><p><span>{as_html(place)}</span><b>{as_html(step.heading)}</b></p>'
            f"<p>{as_html(step.words)}</p></div>"
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="guide-steps"):
            if step.title != title:
                st.page_link(f"pages/{step.page}.py", label=step.link, icon=":material/arrow_forward:")
            st.button(phrase("Skip"), key="guide skip", type="tertiary", on_click=_go, args=(GONE,),
                      help=phrase("Closes the guide for this session. Help brings it back."))  # fmt: skip
            if number:
                st.button(phrase("Back", "to the step before"), key="guide back", on_click=_go, args=(number - 1,))
            st.button(
                phrase("Done") if is_last else phrase("Next"), key="guide next", type="primary", on_click=_go,
                args=(GONE if is_last else number + 1,),
            )  # fmt: skip


def _go(number: int) -> None:
    session.remember("guide", number)
    visits.touch(visits.present_visit())
