"""Reports as files, one for each format that is asked for."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from analysis.manuscript.documents.figures import draw_figures
from analysis.manuscript.documents.html import report_html
from analysis.manuscript.documents.progress import OnProgress
from analysis.manuscript.documents.report_docx import report_docx
from analysis.manuscript.documents.report_pptx import report_pptx
from analysis.manuscript.publication import Publication

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

REPORT_FORMATS: Final = ("html", "docx", "pptx")


def report_files(
    publication: Publication, formats: Sequence[str], on_progress: OnProgress | None = None
) -> Iterator[tuple[str, bytes]]:
    """Write a run as reports; figures are drawn once for the page and the document.

    Parameters
    ----------
    publication : Publication
    formats : sequence of {"html", "docx", "pptx"}
    on_progress : callable, optional
        Called with what is being made, how many parts are done and how many are planned.

    Yields
    ------
    name : str
        ``report.html``, ``report.docx`` and ``slides.pptx``.
    content : bytes
    """
    drawn: Mapping[str, Figure] | None = None
    if "html" in formats or "docx" in formats:
        drawn = draw_figures(publication, on_progress)
    for wanted in formats:
        if wanted == "html":
            yield "report.html", report_html(publication, figures=drawn, on_progress=on_progress)
        elif wanted == "docx":
            yield "report.docx", report_docx(publication, figures=drawn, on_progress=on_progress)
        elif wanted == "pptx":
            yield "slides.pptx", report_pptx(publication, on_progress=on_progress)
