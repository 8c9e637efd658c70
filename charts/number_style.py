"""How a journal writes its numbers: decimal mark, thousands, P values and intervals, as data files say.

Whatever is printed inside ``with number_style("lancet"):`` follows that style. Outside it the house's own holds. The
setting is that of the running context: a thread that is started inside does not have it, and a generator must not
keep it across what it yields.
"""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from ruamel.yaml import YAML

from analysis.errors import SettingsError
from analysis.phrases import phrase

PRule = Literal["three decimals", "by size", "two significant"]

FOLDER: Final = Path(__file__).resolve().parent / "journals"
MINUS: Final = "\u2212"
NARROW_BLANK: Final = "\u202f"
_FIVE_PERCENT: Final = 0.05
_NEAR_FIVE_PERCENT: Final = (0.045, 0.055)
_MOST_DECIMALS: Final = 7
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStyle:
    """How numbers are written.

    Attributes
    ----------
    name, title : str
        What the study file and the screen call it.
    decimal_mark : {".", "·"}
        Between units and tenths.
    thousands : str
        Between thousands, from ``thousands_from`` on.
    thousands_from : int
        1,000 or 10,000.
    p_letter : str
        ``p`` or ``P``.
    p_spaced : bool
        Whether blanks stand round the sign after the letter.
    p_rule : {"three decimals", "by size", "two significant"}
        How many digits a P value has. By size means two decimals from 0.01 on and three below it, and three wherever
        two would round to 0.05. By size and with two significant digits, a P value below 0.05 that would still be
        rounded to it has as many more as show that it is below.
    p_smallest, p_largest : float
        Below and above which only that is said.
    p_leading_zero : bool
        Whether a zero stands before the decimal mark of a P value.
    interval : {"dash", "word"}
        What joins two limits without a sign; limits with one are joined by "to" in every style.
    dash : str
        The dash of intervals.
    percent_space : bool
        Whether a blank stands before %.
    source : str
        Where the rules are from.
    verified : bool
        Whether the source states them; otherwise they are what is commonly used.
    """

    name: str
    title: str
    decimal_mark: str = "."
    thousands: str = ","
    thousands_from: int = 1000
    p_letter: str = "p"
    p_spaced: bool = True
    p_rule: PRule = "three decimals"
    p_smallest: float = 0.001
    p_largest: float = 0.999
    p_leading_zero: bool = True
    interval: Literal["dash", "word"] = "dash"
    dash: str = "–"
    percent_space: bool = False
    source: str = ""
    verified: bool = False

    @property
    def percent(self) -> str:
        """What follows a percentage."""
        return f"{NARROW_BLANK}%" if self.percent_space else "%"


def read_journal_file(name: str) -> dict[str, Any]:
    """A data file of this folder as plain values."""
    return dict(YAML(typ="safe", pure=True).load((FOLDER / name).read_text(encoding="utf-8")))


NUMBER_STYLES: Final[Mapping[str, NumberStyle]] = {
    name: NumberStyle(name=name, **rules) for name, rules in read_journal_file("number_styles.yaml").items()
}
HOUSE: Final = NUMBER_STYLES["house"]

_IN_FORCE: ContextVar[NumberStyle] = ContextVar("number_style", default=HOUSE)


def number_style_in_force() -> NumberStyle:
    """The style that numbers are written in here and now."""
    return _IN_FORCE.get()


@contextmanager
def number_style(style: NumberStyle | str) -> Iterator[NumberStyle]:
    """Write every number inside in this style.

    Parameters
    ----------
    style : NumberStyle or str
        A style, or the name of one of ``NUMBER_STYLES``.

    Raises
    ------
    SettingsError
        When no style has this name.

    Examples
    --------
    >>> with number_style("lancet"):
    ...     print(styled("12,345.6%"), styled_p(0.0464))
    12\u202f345·6% 0·046
    """
    chosen = style if isinstance(style, NumberStyle) else chosen_style(style)
    token = _IN_FORCE.set(chosen)
    try:
        yield chosen
    finally:
        _IN_FORCE.reset(token)


def chosen_style(name: str) -> NumberStyle:
    """The style of this name; a `SettingsError` where there is none."""
    if name not in NUMBER_STYLES:
        raise SettingsError(
            phrase(
                "manuscript.number_style must be one of {names}; found {found}. Choose one of them, or leave it out for the "
                "journal's own.",
                names=", ".join(NUMBER_STYLES),
                found=repr(name[:40]),
            )
        )
    return NUMBER_STYLES[name]


def styled(printed: str) -> str:
    """A number as the house prints it, in the style in force.

    Parameters
    ----------
    printed : str
        Digits with commas between thousands and a point before decimals, perhaps with a sign before and ``%`` after
        them; never a label, which would be changed too.

    Examples
    --------
    >>> styled("2,643.5")
    '2,643.5'
    >>> with number_style("ama"):
    ...     styled("2,643.5")
    '2643.5'
    """
    style = _IN_FORCE.get()
    if style is HOUSE:
        return printed
    return _NUMBER.sub(lambda found: _rewritten(found.group(), style), printed)


def _rewritten(number: str, style: NumberStyle) -> str:
    digits = number.removesuffix("%")
    whole, point, decimals = digits.partition(".")
    plain = whole.replace(",", "")
    if "," in whole:
        whole = f"{int(plain):,d}".replace(",", style.thousands) if int(plain) >= style.thousands_from else plain
    tail = style.decimal_mark + decimals if point else ""
    return whole + tail + (style.percent if number.endswith("%") else "")


def styled_p(p_value: float) -> str:
    """A P value in the style in force, with ``<`` and ``>`` at the ends.

    Examples
    --------
    >>> styled_p(0.0463), styled_p(0.00004)
    ('0.046', '<0.001')
    >>> with number_style("ama"):
    ...     styled_p(0.0463), styled_p(0.31), styled_p(0.00004), styled_p(0.998)
    ('.046', '.31', '<.001', '>.99')
    """
    style = _IN_FORCE.get()
    if p_value < style.p_smallest:
        return "<" + _p_digits(f"{style.p_smallest:.10g}", style)
    if p_value > style.p_largest:
        return ">" + _p_digits(f"{style.p_largest:.10g}", style)
    return _p_digits(f"{p_value:.{p_decimals(p_value, style)}f}", style)


def p_decimals(p_value: float, style: NumberStyle) -> int:
    """Decimals of a P value that is neither too small nor too large to be written out.

    Examples
    --------
    >>> p_decimals(0.0463, NUMBER_STYLES["ama"]), p_decimals(0.31, NUMBER_STYLES["ama"])
    (3, 2)
    >>> p_decimals(0.0032, NUMBER_STYLES["lancet"]), p_decimals(0.0497, NUMBER_STYLES["nejm"])
    (4, 4)
    """
    if style.p_rule == "three decimals":
        return 3
    if style.p_rule == "two significant":
        usual = 1 - math.floor(math.log10(float(f"{p_value:.1e}")))
    else:
        low, high = _NEAR_FIVE_PERCENT
        usual = 3 if p_value < 0.01 or low <= p_value < high else 2
    below = p_value < _FIVE_PERCENT and float(f"{p_value:.{usual}f}") >= _FIVE_PERCENT
    return (
        next((more for more in range(usual, _MOST_DECIMALS) if round(p_value, more) < _FIVE_PERCENT), usual)
        if below
        else usual
    )


def _p_digits(printed: str, style: NumberStyle) -> str:
    shown = printed if style.p_leading_zero else printed.removeprefix("0")
    return shown.replace(".", style.decimal_mark)
