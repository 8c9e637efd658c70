"""The flow of patients on screen."""

import plotly.graph_objects as go

from analysis.cohort.selection import StudyCohort
from charts.canvas import LINE_HEIGHT, Layout, hidden_axis, screen_figure, screen_layout, screen_note
from charts.flow.content import ChosenPatients, flow_content
from charts.flow.diagram import Box, Connector, Ruler, flow_diagram
from charts.lettering import plotly_text, wrap_label
from charts.style import CONTROL_COLOUR, LIGHT, SCREEN_SIZE, TREATED_COLOUR, DesignWord, Theme, faded

_SIDE = 6
_PAD = 7.0
_GAP = 16.0
_COLOUR: dict[str, str] = {"treated": TREATED_COLOUR, "control": CONTROL_COLOUR}


def flow_figure(
    patients: StudyCohort,
    matching: ChosenPatients | None = None,
    *,
    theme: Theme = LIGHT,
    width: int = 560,
    design_word: DesignWord = "matching",
    analysed: bool = False,
) -> go.Figure:
    """Draw how many patients of each arm reached each step, and why the others did not.

    Parameters
    ----------
    patients : StudyCohort
        Who was read, who was left out, and who has complete covariates.
    matching : MatchedSets, Design or None
        Who was matched or weighted; None while there is no design.
    theme : Theme
        Colours of the page.
    width : int
        About how many pixels wide the figure will be shown.
    design_word : {"matching", "weighting"}
        What the patients at the end have become: matched in sets, or weighted.
    analysed : bool
        Whether to go on to those analysed for each endpoint, which tells of outcomes.
    """
    wide = float(width - 2 * _SIDE)
    ruler = Ruler(
        width=wide,
        line=float(LINE_HEIGHT),
        pad=_PAD,
        gap=_GAP,
        wrap=lambda text, room: wrap_label(text, room / SCREEN_SIZE),
    )
    diagram = flow_diagram(flow_content(patients, matching, design_word, analysed=analysed), ruler)
    layout = screen_layout(theme, height=diagram.height + 2 * _SIDE, left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
    layout["xaxis"] = hidden_axis(range=[-1.0, wide + 1.0])
    layout["yaxis"] = hidden_axis(range=[diagram.height + 1.0, -1.0])
    layout["shapes"] = [
        *(_line(connector, theme) for connector in diagram.connectors),
        *(_box(box, theme) for box in diagram.boxes),
    ]
    layout["annotations"] = [
        *(note for box in diagram.boxes for note in _lettering(box, theme)),
        *(_arrow(connector, theme) for connector in diagram.connectors if connector.arrow),
    ]
    corners = {"type": "scatter", "mode": "markers", "x": [0.0, wide], "y": [0.0, diagram.height]}
    return screen_figure([{**corners, "marker": {"opacity": 0}, "hoverinfo": "skip"}], layout)


def _box(box: Box, theme: Theme) -> Layout:
    colour = _COLOUR.get(box.kind, theme.axis)
    faint = box.kind == "left out"
    return {
        "type": "rect",
        "x0": box.left,
        "x1": box.left + box.width,
        "y0": box.top,
        "y1": box.top + box.height,
        "line": {"color": theme.grid if faint else colour, "width": 1 if faint else 1.5},
        "fillcolor": theme.band if faint else faded(colour, 0.1) if box.kind in _COLOUR else "rgba(0,0,0,0)",
    }


def _lettering(box: Box, theme: Theme) -> list[Layout]:
    faint = box.kind == "left out"
    ink = {"size": SCREEN_SIZE, "color": theme.muted if faint else theme.text}
    return [
        screen_note(
            theme,
            f"<b>{plotly_text(line)}</b>" if row < box.n_bold else plotly_text(line),
            xref="x",
            yref="y",
            x=box.left,
            xshift=_PAD,
            y=box.top + _PAD + LINE_HEIGHT * (row + 0.5),
            yanchor="middle",
            font=ink,
        )
        for row, line in enumerate(box.lines)
    ]


def _line(connector: Connector, theme: Theme) -> Layout:
    (x, y), *rest = connector.points
    path = f"M {x:.1f},{y:.1f} " + " ".join(f"L {right:.1f},{down:.1f}" for right, down in rest)
    return {"type": "path", "path": path, "line": {"color": theme.axis, "width": 1.25}}


def _arrow(connector: Connector, theme: Theme) -> Layout:
    (from_x, from_y), (x, y) = connector.points[-2:]
    return {
        "x": x,
        "y": y,
        "ax": from_x,
        "ay": from_y,
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "text": "",
        "showarrow": True,
        "arrowhead": 2,
        "arrowsize": 1,
        "arrowwidth": 1.25,
        "arrowcolor": theme.axis,
        "standoff": 0,
    }
