"""The interactive cross-table of two criteria."""

import plotly.graph_objects as go

from analysis.phrases import as_said, phrase
from analysis.study.agreement import CriteriaAgreement
from charts.agreement.content import AgreementContent, CrossCell, agreement_content
from charts.canvas import EDGE, Layout, hidden_axis, screen_axis, screen_figure, screen_layout, screen_note
from charts.legend import LegendEntry, screen_legend
from charts.lettering import plotly_text, short_label
from charts.style import (
    DARK,
    LIGHT,
    RESPONSE_COLOUR,
    SCREEN_SIZE,
    Theme,
    blended,
    format_count,
    format_percent,
    lettering_on,
)

_CELL_WIDTH = 88
_CELL = 46
_LEFT = 92
_HEAD = 46
_STRONGEST = 0.75


def agreement_figure(found: CriteriaAgreement, *, theme: Theme = LIGHT, width: int = 640) -> go.Figure:
    """Draw the table of both arms, a cell the darker the more patients are in it, agreement framed.

    Parameters
    ----------
    found : CriteriaAgreement
        Two criteria in one population.
    theme, width
        Colours of the page; about how many pixels wide the figure will be.
    """
    content = agreement_content(found)
    size = len(content.categories)
    legend = screen_legend([LegendEntry(words=sentence) for sentence in content.sentences], width)
    top = legend.height + 14 + _HEAD
    right = max(18, width - _LEFT - _CELL_WIDTH * size)
    layout = screen_layout(theme, height=top + _CELL * size + 14, left=_LEFT, right=right, top=top, bottom=14)
    layout["xaxis"] = hidden_axis(range=[0, size])
    layout["yaxis"] = screen_axis(
        theme,
        range=[size, 0],
        tickvals=[place + 0.5 for place in range(size)],
        ticktext=[f"<b>{name}</b>" for name in content.categories],
        ticks="",
        showline=False,
        ticklabelstandoff=4,
    )
    marks, notes = legend.draw(theme, left=_LEFT, above=top - EDGE)
    heads = [
        screen_note(
            theme, f"<b>{name}</b>", x=place + 0.5, xref="x", xanchor="center", y=1.0, yanchor="bottom", yshift=4
        )
        for place, name in enumerate(content.categories)
    ]
    ink = {"size": SCREEN_SIZE, "color": theme.muted}
    room = (width - _LEFT) / SCREEN_SIZE
    names = [
        screen_note(
            theme,
            plotly_text(short_label(f"{content.second} →", room)),
            x=0.0,
            y=1.0,
            yanchor="bottom",
            yshift=24,
            font=ink,
        ),
        screen_note(
            theme,
            plotly_text(short_label(f"↓ {content.first}", (_LEFT - 8) / SCREEN_SIZE)),
            x=0.0,
            xshift=EDGE - _LEFT,
            y=1.0,
            yanchor="bottom",
            yshift=4,
            font=ink,
        ),
    ]
    layout["shapes"] = [*(_cell(content, cell, theme) for cell in content.cells), *marks]
    layout["annotations"] = [*notes, *heads, *names, *(_words(content, cell, theme) for cell in content.cells)]
    hover = {
        "type": "scatter",
        "mode": "markers",
        "x": [cell.column + 0.5 for cell in content.cells],
        "y": [cell.row + 0.5 for cell in content.cells],
        "marker": {"size": 24, "opacity": 0},
        "customdata": [
            [content.categories[cell.row], content.categories[cell.column], format_count(cell.count)]
            for cell in content.cells
        ],
        "hovertemplate": f"{plotly_text(content.first)}: %{{customdata[0]}}<br>{plotly_text(content.second)}: "
        "%{customdata[1]}<br>" + as_said(phrase("{n} patients", n="%{customdata[2]}")) + "<extra></extra>",
    }
    return screen_figure([hover], layout)


def cell_fill(content: AgreementContent, cell: CrossCell, background: str) -> str:
    """The colour of a cell: of what the second criterion says, the stronger the more patients."""
    strength = _STRONGEST * (cell.share / content.most) ** 0.5
    return blended(RESPONSE_COLOUR[content.categories[cell.column]], strength, background)


def _cell(content: AgreementContent, cell: CrossCell, theme: Theme) -> Layout:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "y",
        "x0": cell.column + 0.03,
        "x1": cell.column + 0.97,
        "y0": cell.row + 0.05,
        "y1": cell.row + 0.95,
        "fillcolor": cell_fill(content, cell, theme.background),
        "line": {"color": theme.text if cell.agrees else theme.grid, "width": 1.5 if cell.agrees else 1},
        "layer": "below",
    }


def _words(content: AgreementContent, cell: CrossCell, theme: Theme) -> Layout:
    fill = cell_fill(content, cell, theme.background)
    ink = lettering_on(fill) if cell.count or theme is not DARK else theme.muted
    text = f"<b>{format_count(cell.count)}</b><br>{format_percent(cell.share)}" if cell.count else "0"
    return screen_note(
        theme,
        text,
        x=cell.column + 0.5,
        xref="x",
        xanchor="center",
        y=cell.row + 0.5,
        yref="y",
        yanchor="middle",
        align="center",
        font={"size": SCREEN_SIZE, "color": ink},
    )
