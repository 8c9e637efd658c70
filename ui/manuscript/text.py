"""Methods, results and checklists on the page, to be read and copied before anything is downloaded."""

from functools import partial

import pandas as pd

from analysis.manuscript.checklists import Checklist, checklist_table, checklists
from analysis.manuscript.publication import Publication
from analysis.manuscript.text import TextSection, manuscript_text
from analysis.phrases import phrase
from charts.journal import manuscript_style
from ui import screen as st
from ui.exhibit import draw_table
from ui.manuscript.publication import Manuscript

SHOWN = (phrase("Methods"), phrase("Results"), phrase("Checklists"))


def draw_text(manuscript: Manuscript) -> None:
    """What the documents say, where it is asked for; each text can be copied."""
    wanted = st.segmented_control(phrase("Read it here"), SHOWN, key="manuscript read here")
    if wanted is None:
        return
    publication = manuscript.publication()
    with manuscript_style(publication.result.settings.manuscript):
        if wanted == "Checklists":
            _draw_checklists(publication)
            return
        text = manuscript_text(publication)
    if wanted == "Methods":
        sources = "\n".join(
            f"{item.number}. {item.text}" + (f" doi:{item.doi}" if item.doi else "") for item in text.references
        )
        _draw_block(f"{_joined(text.methods)}\n\n{sources}".strip())
    else:
        _draw_block(_joined(text.results))


def _joined(sections: tuple[TextSection, ...]) -> str:
    return "\n\n".join("\n".join((section.heading, *section.paragraphs)) for section in sections)


def _draw_block(text: str) -> None:
    st.code(text, language=None, wrap_lines=True, height=420)


def _draw_checklists(publication: Publication) -> None:
    for found in checklists(publication):
        draw_table(
            _frame(found),
            name=f"checklist {found.name}",
            caption=_caption(found),
            file=partial(_frame, found),
        )


def _frame(found: Checklist) -> pd.DataFrame:
    table = checklist_table(found)
    heads = [column.head for column in table.columns]
    return pd.DataFrame([row.cells for row in table.rows if not row.heading], columns=heads)


def _caption(found: Checklist) -> str:
    filled = sum(item.status == "filled" for item in found.items)
    return phrase(
        "{title}: {filled} of {n_items} items filled from the run.",
        title=found.title,
        filled=filled,
        n_items=len(found.items),
    )
