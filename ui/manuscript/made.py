"""Files that take seconds: made when asked for, with progress, and kept until what they tell has changed."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

from analysis.errors import AnalysisError
from analysis.manuscript.documents.progress import OnProgress
from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.exhibit import file_name, plain
from ui.language import said


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """One document that is offered.

    Attributes
    ----------
    label, name, extension, media_type : str
    make : callable
        Gives the bytes; is told where to report its progress.
    """

    label: str
    name: str
    extension: str
    media_type: str
    make: Callable[[OnProgress], bytes]


def draw_documents(documents: tuple[Document, ...], key: Hashable) -> None:
    """Offer each document: a button that makes it, and once it is made its download.

    Parameters
    ----------
    documents : tuple of Document
    key : hashable
        Of everything that they tell.
    """
    asked: Document | None = None
    with st.container(horizontal=True):
        for document in documents:
            content = _kept(document, key)
            if content is None:
                if st.button(document.label, key=f"make {document.name}", icon=":material/draft:"):
                    asked = document
                continue
            st.download_button(
                phrase("Download: {label}", label=document.label),
                session.of_this_session(partial(_given, content), document.name),
                file_name=file_name(document.name, document.extension),
                mime=document.media_type,
                key=f"download {document.name}",
                on_click="ignore",
                icon=":material/download:",
                type="primary",
            )
    if asked is not None and _make(asked, key):
        st.rerun()


def _kept(document: Document, key: Hashable) -> bytes | None:
    kept: tuple[Hashable, bytes] | None = session.remembered(f"document {document.name}")
    if kept is None:
        return None
    if kept[0] != key:
        session.remember(f"document {document.name}", None)  # of an earlier study: megabytes that nobody asks for
        return None
    return kept[1]


def _given(content: bytes) -> bytes:
    return content


def _make(document: Document, key: Hashable) -> bool:
    bar = st.progress(0.0, text=phrase("{label}: waiting for its turn …", label=document.label))

    def tell(part: str, done: int, planned: int) -> None:
        bar.progress(min(1.0, done / max(planned, 1)), text=said(progress_words(document.label, part, done, planned)))

    try:
        content = document.make(tell)
    except AnalysisError as error:
        bar.empty()
        for problem in error.problems:
            st.error(plain(problem), icon=":material/error:")
        return False
    session.remember(f"document {document.name}", (key, content))
    return True


def progress_words(label: str, part: str, done: int, planned: int) -> str:
    """How far a document is.

    Examples
    --------
    >>> progress_words("Report, Word", "weights", 3, 20), progress_words("Report, Word", "", 20, 20)
    ('Report, Word: weights (3 of 20)', 'Report, Word: 20 of 20')
    """
    counts = {"label": label, "done": done, "planned": planned}
    if not part:
        return phrase("{label}: {done} of {planned}", **counts)
    return phrase("{label}: {part} ({done} of {planned})", part=part, **counts)
