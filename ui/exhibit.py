"""A figure or a table with its caption, its downloads and its data."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from analysis.notes import Note
from analysis.phrases import phrase
from analysis.reporting.csv_files import csv_bytes
from analysis.settings import ManuscriptSettings
from charts.files import FigureFormat, figure_file
from charts.journal import manuscript_style
from charts.style import DARK, LIGHT, PLOTLY_CONFIG, Theme
from ui import screen as st
from ui import session
from ui.figure_style import asked_style, draw_preview, draw_style_choices
from ui.guide.keys import note_figure
from ui.language import as_html, in_words, language, said
from ui.language.letters import letter_by_letter
from ui.missing_letters import draw_missing_letters, texts_of
from ui.numbers_table import draw_numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS: dict[FigureFormat, tuple[str, str]] = {
    "png": ("PNG, 300 dpi", "image/png"),
    "svg": ("SVG", "image/svg+xml"),
    "pdf": ("PDF", "application/pdf"),
    "eps": ("EPS", "application/postscript"),
    "tiff": ("TIFF, 300 dpi", "image/tiff"),
    "pptx": (
        phrase("PowerPoint, editable"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
}

A_DRAWING = 0.09
"""Seconds in which a browser draws two curves. What is sent within them is drawn in the same breath, and nothing of it is seen
before all of it: five figures appear after about 290 ms, two of five after about 205 and the others after 320."""

MOST_ROWS_SHOWN = 40
"""A table up to this length is shown whole; a longer one scrolls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One figure as it stands on a page.

    Attributes
    ----------
    name : str
        What the figure is, for its key and its file names, such as ``survival OS``.
    title, caption : str
        What it shows, and of whom, by which method.
    alt : str
        The figure in words, for readers who cannot see it.
    figure : callable
        Draws the interactive figure in a theme.
    publication : callable
        Draws the figure for print.
    table : callable
        The figure's numbers.
    notes : sequence of Note
        What a reader should know before trusting it.
    follows_population : bool
        False for what is the same before and after matching; its files' names then do not say which.
    """

    name: str
    title: str
    caption: str
    alt: str
    figure: Callable[[Theme], go.Figure]
    publication: Callable[[], "Figure"]
    table: Callable[[], pd.DataFrame]
    notes: Sequence[Note] = ()
    follows_population: bool = True


def theme() -> Theme:
    """The colours of the page as the browser shows it."""
    return DARK if session.dark() else LIGHT


def card_columns(key: str, shares: Sequence[int] = (1, 1)) -> list[Any]:
    """Columns for cards, which stand below each other where the window is narrow."""
    return st.container(key=f"cards {key}").columns(shares)


def let_browser_draw() -> None:
    """Wait until what was sent so far can be seen, where more figures follow; nobody else waits meanwhile."""
    time.sleep(A_DRAWING)


def draw_exhibit(
    exhibit: Exhibit, *, controls: Callable[[], None] | None = None, on_point: Callable[[], None] | None = None
) -> None:
    """Draw a figure in a card, with its caption and its downloads under it.

    Parameters
    ----------
    exhibit : Exhibit
        What is drawn.
    controls : callable, optional
        Draws the widgets that belong to the figure, between its title and the figure.
    on_point : callable, optional
        Called when a point of the figure was clicked; :func:`clicked_points` then tells which.
    """
    note_figure(exhibit.name)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"### {plain(exhibit.title)}")
            downloads = st.popover(
                phrase("Download"), icon=":material/download:", type="tertiary", key=f"downloads {exhibit.name}",
                on_change="rerun",
            )  # fmt: skip
            if downloads.open:  # eight buttons for each figure are sent when somebody looks, not at every move
                with downloads:
                    _draw_downloads(exhibit)
        if controls is not None:
            controls()
        with in_words():
            figure = exhibit.figure(theme())
        clicks: dict[str, Any] = {} if on_point is None else {"on_select": on_point, "selection_mode": "points"}
        if on_point is not None:
            figure.update_traces(selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}})
        st.plotly_chart(
            figure, theme=None, config=PLOTLY_CONFIG, key=f"figure {exhibit.name}", alt=exhibit.alt, **clicks
        )
        st.caption(plain(exhibit.caption))
        draw_notes(exhibit.notes)


def clicked_points(exhibit_name: str) -> list[dict[str, Any]]:
    """The points of a figure that were clicked, each with the ``customdata`` it was drawn with."""
    found = session.shown(f"figure {exhibit_name}")
    return list(found["selection"]["points"]) if found else []


def draw_table(
    table: pd.DataFrame, *, name: str, caption: str, file: Callable[[], pd.DataFrame] | None = None, **looks: Any
) -> Any:
    """Draw a table with its caption and its download.

    Parameters
    ----------
    table : DataFrame
        What is shown: formatted text.
    name : str
        For the key and the file's name.
    caption : str
        What the table shows.
    file : callable, optional
        The table that is downloaded, with full precision; the shown one when absent.
    **looks
        Passed on to Streamlit's table.
    """
    looks = {"height": "content" if len(table) <= MOST_ROWS_SHOWN else "auto"} | looks
    key = f"table {name}"
    if "on_select" not in looks:
        # Columns are measured once for a key: where another population needs wider ones, they are measured anew.
        longest = [max(map(len, table[column].astype(str)), default=0) for column in table.columns]
        key += f" {language()} {'-'.join(map(str, longest))}"
    chosen = st.dataframe(table, hide_index=True, key=key, **looks)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(plain(caption))
        numbers = file or (lambda: table)
        if session.hidden_below():
            return chosen  # the Report page has the tables in which small counts are hidden
        st.download_button(
            "CSV", session.of_this_session(lambda: csv_bytes(numbers()), "table csv"),
            file_name=file_name(name, "csv"), mime="text/csv",
            icon=":material/download:", key=f"csv table {name}", on_click="ignore", type="tertiary",
            help=phrase("The table as shown") if file is None else phrase("The numbers with full precision"),
        )  # fmt: skip
    return chosen


def key_figure(name: str, main: str, lines: Sequence[str], ghost: str = "", *, arms: str = "") -> str:
    """One number that matters, as a card of HTML: its name, the number of which arms, lines, and what stands back."""
    beside = f" <small>{as_html(arms)}</small>" if arms else ""
    parts = [f'<div class="name">{as_html(name)}</div>', f'<div class="main">{as_html(main)}{beside}</div>']
    parts += [f'<div class="line">{as_html(line)}</div>' for line in lines if line]
    parts += [f'<div class="ghost">{as_html(ghost)}</div>'] if ghost else []
    return f'<div class="mce-figure">{"".join(parts)}</div>'


def draw_notes(notes: Sequence[Note]) -> None:
    """Say beneath an exhibit what a reader should know; the same sentence once."""
    for text in dict.fromkeys(note.text for note in notes):
        st.caption(f":material/info: {plain(text)}")


def file_name(name: str, extension: str) -> str:
    """A file name that says what the file holds and of whom, safe on every system."""
    desk = session.workspace()
    study = "sample" if desk.is_sample else desk.name.rsplit(".", 1)[0]
    words = re.sub(r"[^\w]+", "_", f"{study} {name}", flags=re.UNICODE).strip("_")[:120]
    early = "_outcomes_opened_early" if desk.record.sight == "opened early" else ""
    return f"{words}{early}.{extension}"


def exhibit_file(exhibit: Exhibit) -> str:
    """What an exhibit's files are called: its name, and the population it shows."""
    if not exhibit.follows_population:
        return exhibit.name
    shown = {
        session.BEFORE: "before",
        session.MATCHED: "matched",
        session.WEIGHTED: "weighted",
        session.COMPARE: "before and after",
    }
    return f"{exhibit.name} {shown[session.population()]}"


def plain(text: str) -> str:
    """Text that Streamlit shows letter by letter, in the session's language: Markdown and icons have no meaning in it."""
    return letter_by_letter(said(text))


def format_words(extension: FigureFormat, asked: ManuscriptSettings) -> str:
    """What the button of a format says, with the resolution of pixels."""
    words = FORMATS[extension][0]
    return words.replace("300", str(asked.resolution)) if "300" in words else words


def printed_file(exhibit: Exhibit, extension: FigureFormat, asked: ManuscriptSettings, told: str = "") -> bytes:
    """A figure as a file, printed as the study's manuscript asks; ``told`` is for readers who do not see it."""
    with manuscript_style(asked):
        figure = exhibit.publication()
    return figure_file(figure, extension, dpi=asked.resolution, title=told, heading=exhibit.title)


WITHOUT_COUNTS = ("balance", "overlap")
"""Figures that print no count of patients."""


def _draw_downloads(exhibit: Exhibit) -> None:
    name, below = exhibit_file(exhibit), session.hidden_below()
    if below:
        st.caption(
            phrase(
                "Counts below {limit} are hidden in files: the Report page has the figures and tables without them.",
                limit=below,
            )
        )
        if exhibit.name not in WITHOUT_COUNTS:
            return
    draw_missing_letters([exhibit.title, exhibit.alt, exhibit.caption, *texts_of(exhibit.table())])
    asked, told = asked_style(), f"{exhibit.alt} {session.provenance()}".strip()
    for extension, (_, mime) in FORMATS.items():
        st.download_button(
            format_words(extension, asked),
            session.of_this_session(partial(printed_file, exhibit, extension, asked, told), f"figure {extension}"),
            file_name=file_name(name, extension), mime=mime, key=f"{extension} {exhibit.name}", on_click="ignore",
            type="tertiary",
        )  # fmt: skip
    if not below:
        st.download_button(
            phrase("Data, CSV"), session.of_this_session(lambda: csv_bytes(exhibit.table()), "figure data"),
            file_name=file_name(name, "csv"), mime="text/csv", key=f"csv {exhibit.name}", on_click="ignore", type="tertiary",
        )  # fmt: skip
        if st.toggle(phrase("The numbers as a table"), key=f"numbers {exhibit.name}"):
            draw_numbers(exhibit.title, exhibit.table(), frozenset(session.workspace().cohort.table.columns))
    if st.toggle(phrase("For a journal: choices, preview, checks"), key=f"printed {exhibit.name}"):
        draw_style_choices(exhibit.name)
        draw_preview(exhibit.publication, exhibit.name)
