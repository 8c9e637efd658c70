"""The caliper: every useful one on a picture, one of them taken by a button, all of them under a slider."""

from functools import partial

import plotly.graph_objects as go

from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.study.caliper_path import CaliperPath
from charts.caliper_path.content import caliper_words, format_width
from charts.style import PLOTLY_CONFIG, format_number
from ui import screen as st
from ui import session
from ui.exhibit import clicked_points, draw_exhibit, plain, theme
from ui.exhibits.caliper_path import caliper_path_exhibit, scrubber, study_path
from ui.language import in_words
from ui.matching.endpoint import draw_endpoint
from ui.workspace import StudyState

CHOSEN = "caliper on the path"


def draw_caliper(state: StudyState) -> None:
    """Draw the caliper path, what can be done with one caliper of it, and the slider over all."""
    endpoint = draw_endpoint(state, phrase("Effect on"), "endpoint of the caliper path")
    try:
        path = study_path(state, endpoint)
    except AnalysisError as error:
        st.info("\n\n".join(plain(text) for text in error.problems), icon=":material/info:")
        return
    draw_exhibit(caliper_path_exhibit(state, path), on_point=partial(_choose_clicked, path))
    _draw_choice(path)
    with st.container(border=True):
        st.markdown(
            phrase("### Balance and curves while the caliper moves")
            if len(path.times)
            else phrase("### Balance while the caliper moves")
        )
        st.plotly_chart(
            _scrubber(state, path),
            theme=None,
            config=PLOTLY_CONFIG,
            key="figure scrubber",
            alt=phrase(
                "{figures} at one caliper, with a slider over {n} calipers from {least} to {most}. The numbers are in the "
                "table of the caliper path.",
                figures=phrase("Love plot and survival curves") if len(path.times) else phrase("Love plot"),
                n=len(path.caliper),
                least=format_number(float(path.caliper[0]), ".3g"),
                most=format_number(float(path.caliper[-1]), ".3g"),
            ),
        )
        st.caption(phrase("Drag the slider, or click beside it. Nothing of the study changes until a caliper is used."))


def _scrubber(state: StudyState, path: CaliperPath) -> go.Figure:
    with in_words():
        return scrubber(state, path, theme())


def _draw_choice(path: CaliperPath) -> None:
    """One caliper of the path in words, and the button that makes it the study's."""
    calipers = [float(width) for width in path.caliper]
    if session.shown(CHOSEN) not in calipers:
        session.show(CHOSEN, calipers[path.current if path.knee is None else path.knee])
    with st.container(horizontal=True, vertical_alignment="bottom", key="caliper choice"):
        st.selectbox(
            phrase("A caliper of the path"),
            calipers,
            key=CHOSEN,
            width=240,
            persist_state="session",
            format_func=lambda width: _choice_words(path, calipers.index(width)),
            help=phrase("Click a point of the figure, or choose here."),
        )
        row = calipers.index(session.shown(CHOSEN))
        st.button(
            phrase("Use this caliper"),
            key="use caliper",
            type="primary",
            icon=":material/check:",
            disabled=row == path.current,
            on_click=_use,
            args=(calipers[row],),
            help=phrase("One change of the study, which can be undone."),
        )
    st.caption(plain(phrase("{sentence}.", sentence=caliper_words(path, row))))


def _choice_words(path: CaliperPath, row: int) -> str:
    """A caliper's width, and what it is where it is the study's or the suggested one."""
    width = format_width(path.caliper[row])
    if row == path.current == path.knee:
        return phrase("{width} (now, as suggested)", width=width)
    if row == path.current:
        return phrase("{width} (now)", width=width)
    return phrase("{width} (suggested)", width=width) if row == path.knee else width


def _choose_clicked(path: CaliperPath) -> None:
    for point in clicked_points("caliper path"):
        row = int(point["customdata"][0])
        if row < path.caliper.size:
            session.show(CHOSEN, float(path.caliper[row]))


def _use(caliper: float) -> None:
    session.workspace().change_matching(caliper=caliper)
