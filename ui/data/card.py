"""A card that asks one question: what was understood, how sure that is, and what can be done about it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.data.questions import Question
from ui.language import as_html

CERTAINTY = {"sure": phrase("sure"), "likely": phrase("likely"), "doubtful": phrase("please check"), "set": ""}


@contextmanager
def card(
    question: Question, subject: str, sentence: str, lines: Sequence[str] = (), body: Callable[[], None] | None = None
) -> Iterator[None]:
    """Draw a question's card; what is drawn inside stands in one row under its words.

    Parameters
    ----------
    question : Question
        What is asked.
    subject : str
        The card's title.
    sentence : str
        What was understood.
    lines : sequence of str, optional
        What stands below it, smaller.
    body : callable, optional
        Draws what stands between the words and the row of buttons.
    """
    key = question.answer.key
    with st.container(border=True, key=f"card {key}", gap="xsmall"):
        draw_words(subject, sentence, lines, certainty=_certainty_words(question))
        if body is not None:
            body()
        with st.container(horizontal=True, gap="small", key=f"actions {key}", vertical_alignment="center"):
            if not question.confirmed and question.certainty != "set":
                action(phrase("Confirm"), "check", key, _confirm, question, kind="secondary")
            yield


def draw_words(subject: str, sentence: str, lines: Sequence[str] = (), *, certainty: str = "") -> None:
    """Draw a card's title, its sentence and smaller lines, with how sure it is on the right."""
    sure = f'<span class="sure {certainty.replace(" ", "-")}">{as_html(certainty)}</span>' if certainty else ""
    smaller = "".join(f'<p class="small">{as_html(line)}</p>' for line in lines if line)
    st.html(
        f'<div class="mce-card"><div class="head"><span class="subject">{as_html(subject)}</span>{sure}</div>'
        f"<p>{as_html(sentence)}</p>{smaller}</div>"
    )


def action(
    words: str, icon: str, key: str, do: Callable[..., None], *args: Any, kind: Any = "tertiary", help: str = ""
) -> None:
    """A button that changes something at once."""
    st.button(
        words, icon=f":material/{icon}:", key=f"{words} {key}", on_click=do, args=args, type=kind, help=help or None
    )


def _certainty_words(question: Question) -> str:
    return phrase("confirmed") if question.confirmed else CERTAINTY[question.certainty]


def _confirm(question: Question) -> None:
    session.workspace().confirm(question.answer.key, question.answer.content)
