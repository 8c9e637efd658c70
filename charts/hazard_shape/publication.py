"""The figure of the hazard ratio over follow-up for a journal's page."""

from typing import TYPE_CHECKING

from analysis.outcomes.smoothed_hazard_ratio import SmoothedHazardRatio
from charts.column import in_column
from charts.fonts import cut_print, print_font, print_text
from charts.hazard_shape.content import hazard_shape_content
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.page import FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage, is_wide, line_step
from charts.style import BAND_OPACITY, DOUBLE_COLUMN_MM, LIGHT, POPULATION_COLOUR, format_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEFT = 12.5
_RIGHT = 4.0
_AXIS_ROOM = 9.0


@in_column
def hazard_shape_publication(
    smooth: SmoothedHazardRatio,
    *,
    treated_label: str,
    control_label: str,
    time_unit: str = "months",
    p_value: float | None = None,
    width: float = DOUBLE_COLUMN_MM,
) -> "Figure":
    """Draw the hazard ratio over follow-up for print; arguments as on screen, ``width`` in millimetres."""
    from matplotlib.ticker import NullFormatter, NullLocator

    content = hazard_shape_content(
        smooth,
        treated_label=treated_label,
        control_label=control_label,
        time_unit=time_unit,
        p_value=p_value,
        most_ticks=10 if is_wide(width) else 6,
    )
    entries = [
        LegendEntry(words=content.sentence),
        LegendEntry(
            words=f"Hazard ratio, smoothed, with {content.level_name}", colour=POPULATION_COLOUR["after"], kind="line"
        ),
        LegendEntry(words="One hazard ratio throughout (Cox)", colour=LIGHT.text, kind="line", arm="control"),
    ]
    sizes = PrintedPage(width, width)
    notes = sizes.wrap(content.note, width - 2 * MARGIN, sizes.small)
    top = MARGIN + print_legend_height(sizes, entries) + 2.5
    height = 0.42 * width if is_wide(width) else 0.6 * width
    foot = top + height + _AXIS_ROOM
    page = PrintedPage(width, foot + line_step(sizes.small) * len(notes) + MARGIN)
    print_legend(page, entries, MARGIN)
    axes = page.axes(_LEFT, top, width - _LEFT - _RIGHT, height)
    axes.set_yscale("log")
    axes.set_ylim(*content.range)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    page.ticks(axes, "x", content.ticks, content.tick_text)
    page.ticks(axes, "y", content.levels, [format_number(ratio, "g") for ratio in content.levels])
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.axhline(1.0, color=FAINT_INK, linewidth=0.6, linestyle=(0, (1.2, 1.6)))
    axes.axhline(content.constant, color=INK, linewidth=0.9, linestyle=(0, (4, 1.6)))
    axes.plot(
        content.at,
        content.residual,
        linestyle="none",
        marker="o",
        markersize=1.8,
        color=POPULATION_COLOUR["before"],
        alpha=0.6,
    )
    axes.fill_between(
        content.position,
        content.lower,
        content.upper,
        color=POPULATION_COLOUR["after"],
        alpha=BAND_OPACITY,
        linewidth=0,
    )
    axes.plot(content.position, content.ratio, color=POPULATION_COLOUR["after"], linewidth=1.3)
    font = print_font(page.base)
    across = print_text(cut_print(content.time_title, 0.9 * (width - _LEFT), page.base))
    axes.set_xlabel(across, fontproperties=font, color=INK, labelpad=2)
    upright = print_text(cut_print(content.title, height, page.base))
    axes.set_ylabel(upright, fontproperties=font, color=INK, labelpad=2)
    page.write_lines(notes, MARGIN, foot, size=page.small, color=FAINT_INK)
    return page.figure
