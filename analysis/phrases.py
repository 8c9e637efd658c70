"""Sentences that remember how they were made, so that a reader of another language can be given them in hers.

A phrase is its English text and nothing less: it is printed, stored, compared and exported as any ``str``. Beside the
text it keeps the template and the values it was made of. Whoever shows it to a person may put the template into another
language and fill the values in again; nothing in analysis ever does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Reader = Callable[[str, str | None, Mapping[str, Any]], str]
"""Says a template, its context and its values, which it has said already, in some language."""


class Phrase(str):
    """An English text with the template and the values it was made of.

    Made by :func:`phrase`. Equal to its text, with the same hash; pickled and copied with its parts.

    Attributes
    ----------
    template : str
        With a field in braces for each value, as ``str.format`` has them.
    context : str or None
        What tells this text from the same English text of another meaning.
    values : mapping of str to object
        What stands in the fields. Phrases among them are said in the reader's language; any other text, such as a
        label or a column's name, stays as it is.
    """

    __slots__ = ("context", "template", "values")
    template: str
    context: str | None
    values: Mapping[str, Any]

    def __new__(cls, template: str, context: str | None = None, values: Mapping[str, Any] | None = None) -> "Phrase":
        """Fill the values into the template; without values it is the text."""
        made = super().__new__(cls, template.format_map(values) if values else template)
        made.template, made.context, made.values = template, context, dict(values or {})
        return made

    def said(self, reader: Reader) -> str:
        """The text as this reader says it."""
        return reader(self.template, self.context, {name: say(value, reader) for name, value in self.values.items()})

    def __add__(self, more: str) -> "Phrase":
        """Both, one after the other, each with its parts."""
        return _Joined((self, more))

    def __radd__(self, before: str) -> "Phrase":
        """Both, one after the other, each with its parts."""
        return _Joined((before, self))

    def capitalize(self) -> "Phrase":
        """As of any text; see :func:`capitalised`, which leaves the other letters as they are."""
        return _Cased(super().capitalize(), self)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is pickled."""
        return type(self), (self.template, self.context, dict(self.values))


_FULL_WIDTH = ("、", "。", "；", "：", "）", "」")
"""Marks of Japanese that hold the blank after them."""


class _Joined(Phrase):
    """Several texts one after the other."""

    __slots__ = ()

    def __new__(cls, parts: Iterable[str]) -> "_Joined":
        kept = tuple(parts)
        made: _Joined = str.__new__(cls, "".join(kept))
        made.template, made.context, made.values = "", None, {str(place): part for place, part in enumerate(kept)}
        return made

    def said(self, reader: Reader) -> str:
        told = ""
        for part in self.values.values():
            if part != " " or not told.endswith(_FULL_WIDTH):
                told += say(part, reader)
        return told

    def __reduce__(self) -> tuple[Any, ...]:
        return _Joined, (tuple(self.values.values()),)


class _Cased(Phrase):
    """A text with another first letter, which languages without capitals do not know."""

    __slots__ = ()

    def __new__(cls, text: str, of: str) -> "_Cased":
        made: _Cased = str.__new__(cls, text)
        made.template, made.context, made.values = "", None, {"of": of}
        return made

    def said(self, reader: Reader) -> str:
        return str(say(self.values["of"], reader))

    def __reduce__(self) -> tuple[Any, ...]:
        return _Cased, (str(self), self.values["of"])


class _Unstopped(Phrase):
    """A sentence without its full stop, to stand inside another."""

    __slots__ = ()

    def __new__(cls, of: str) -> "_Unstopped":
        made: _Unstopped = str.__new__(cls, of.removesuffix("."))
        made.template, made.context, made.values = "", None, {"of": of}
        return made

    def said(self, reader: Reader) -> str:
        return str(say(self.values["of"], reader)).rstrip(".。")

    def __reduce__(self) -> tuple[Any, ...]:
        return _Unstopped, (self.values["of"],)


class _Respaced(Phrase):
    """A text with one kind of blank in the place of another."""

    __slots__ = ()

    def __new__(cls, of: str, old: str, new: str) -> "_Respaced":
        made: _Respaced = str.__new__(cls, of.replace(old, new))
        made.template, made.context, made.values = "", None, {"of": of, "old": old, "new": new}
        return made

    def said(self, reader: Reader) -> str:
        return str(say(self.values["of"], reader)).replace(self.values["old"], self.values["new"])

    def __reduce__(self) -> tuple[Any, ...]:
        return _Respaced, tuple(self.values.values())


def phrase(template: str, context: str | None = None, /, **values: Any) -> str:
    """A text that a person will read, which may be said in another language.

    Parameters
    ----------
    template : str
        A literal, so that the catalogues of languages can be made from the source. With values, as ``str.format`` has
        it; without, the text itself.
    context : str, optional
        A literal too: what tells this text from the same English text of another meaning.
    **values
        What stands in the fields: numbers, labels as they are, other phrases.

    Examples
    --------
    >>> found = phrase("{n:,} patients have no {column}.", n=1200, column="age")
    >>> found == "1,200 patients have no age.", found.template
    (True, '{n:,} patients have no {column}.')
    """
    return Phrase(template, context, values)


def join_phrases(parts: Iterable[str], separator: str = " ") -> str:
    """Texts one after the other with a separator between, each keeping its parts.

    Examples
    --------
    >>> join_phrases(["age", phrase("sex")], ", ")
    'age, sex'
    """
    between = _SEPARATORS.get(separator, separator)
    joined: list[str] = []
    for part in parts:
        joined += [between, part] if joined else [part]
    return _Joined(joined)


_SEPARATORS = {", ": phrase(", "), "; ": phrase("; ")}
"""What stands between parts in other languages too; most have marks of their own."""


def capitalised(text: str) -> str:
    """A text that begins with a capital letter, as a sentence does.

    Examples
    --------
    >>> capitalised(phrase("nobody was left out."))
    'Nobody was left out.'
    """
    return _with_first(text, text[:1].upper())


def uncapitalised(text: str) -> str:
    """A text that begins with a small letter, as a part of a sentence does.

    Examples
    --------
    >>> uncapitalised(phrase("All patients"))
    'all patients'
    """
    return _with_first(text, text[:1].lower())


def without_stop(sentence: str) -> str:
    """A sentence without its full stop, to stand inside another.

    Examples
    --------
    >>> without_stop(phrase("Sizes without a sign."))
    'Sizes without a sign'
    """
    return _Unstopped(sentence) if isinstance(sentence, Phrase) else sentence.removesuffix(".")


def respaced(text: str, old: str, new: str) -> str:
    """A text with one kind of blank in the place of another, whatever language it is said in.

    Examples
    --------
    >>> respaced(phrase("{n} of them", n=3), " ", "_")
    '3_of_them'
    """
    return _Respaced(text, old, new) if isinstance(text, Phrase) else text.replace(old, new)


def exchanged(text: str, parts: Mapping[str, str]) -> str:
    """A text with other phrases in the place of some that it is made of.

    Examples
    --------
    >>> arm, group = phrase("the treated arm"), phrase("those who responded")
    >>> exchanged(phrase("Few of {whom} had the event.", whom=arm), {arm: group})
    'Few of those who responded had the event.'
    """
    if not isinstance(text, Phrase) or text in parts:
        return parts.get(text, text)
    values = {name: exchanged(value, parts) if isinstance(value, str) else value for name, value in text.values.items()}
    if isinstance(text, _Joined):
        return _Joined(values.values())
    return Phrase(text.template, text.context, values) if text.template else text


def _with_first(text: str, letter: str) -> str:
    changed = letter + str(text)[1:]
    return _Cased(changed, text) if isinstance(text, Phrase) else changed


def say(value: Any, reader: Reader) -> Any:
    """A phrase as the reader says it; anything else as it is."""
    return value.said(reader) if isinstance(value, Phrase) else value


_IN_FORCE: ContextVar[Reader | None] = ContextVar("reader of phrases", default=None)


@contextmanager
def said_by(reader: Reader | None) -> Iterator[None]:
    """Draw for a reader: :func:`as_said` gives every phrase inside as this reader says it."""
    token = _IN_FORCE.set(reader)
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


def as_said(text: str) -> str:
    """A text as the reader in force says it; as it is where nobody is, and where it is no phrase."""
    reader = _IN_FORCE.get()
    return text if reader is None else str(say(text, reader))
