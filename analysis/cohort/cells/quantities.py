"""One cell that holds a number: its sign, the limit it stands for, its separators and its unit."""

import re
from dataclasses import dataclass
from typing import Literal

from analysis.cohort.cells.writing import plain_writing

Separators = Literal["plain", "decimal_point", "comma_groups", "other_groups", "comma_decimal", "dot_groups"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number as a cell writes it.

    Attributes
    ----------
    value : float
        The number; for a limit the limit itself. A number whose commas may be thousands is given as if they were.
    limit : {-1, 0, 1}
        -1 for "<0.5" and what else is below a limit, 1 for above, 0 for a measured number.
    separators : str
        ``plain``, ``decimal_point`` (3.5), ``comma_groups`` (12,345), ``other_groups`` (12 345 or 12'345),
        ``comma_decimal`` (3,5) or ``dot_groups`` (1.234,5).
    certain : bool
        True where the separators can be read in one way only: 1,234,567 or 1,234.5, but neither 1,234 nor 1.234.
    fraction : float
        The number if its comma is a decimal one; ``value`` where there is no such doubt.
    unit : str
        The unit after the number, "" without one.
    """

    value: float
    limit: Literal[-1, 0, 1]
    separators: Separators
    certain: bool
    fraction: float
    unit: str


def read_quantity(text: str) -> Quantity | None:
    """Read a cell as a number with whatever stands around it.

    Codes with leading zeros, whole numbers of more than 15 digits, ranges and words are no numbers.

    Parameters
    ----------
    text : str
        A cell.

    Returns
    -------
    Quantity or None
        None when the cell is no number.

    Examples
    --------
    >>> found = read_quantity("> 1,000 ng/mL")
    >>> found.value, found.limit, found.unit
    (1000.0, 1, 'ng/mL')
    """
    found = _QUANTITY.fullmatch(plain_writing(text))
    if found is None:
        return None
    after = _AFTER.fullmatch(found["after"].strip())
    if after is None:
        return None
    unit = _UNITS.get(_unit_key(after["unit"].strip())) if after["unit"].strip() else ""
    limit = _limit(found["before"], after["limit"])
    if unit is None or limit is None:
        return None
    return _number(found["sign"] or "", found["core"], found["power"] or "", limit, unit)


_BEFORE = {
    **dict.fromkeys((">", ">=", "=>", "≥", "≧", "⩾", "more than", "greater than", "at least", "above", "over"), 1),
    **dict.fromkeys(("<", "<=", "=<", "≤", "≦", "⩽", "less than", "at most", "below", "under", "up to"), -1),
}
_BEHIND = {
    **dict.fromkeys(("이상", "초과", "以上", "超", "or more", "or above", "and above", "or higher"), 1),
    **dict.fromkeys(("이하", "미만", "以下", "未満", "or less", "or below", "and below", "or lower"), -1),
}


def _any_of(words: dict[str, int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_CORE = "|".join(
    (
        r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9.,])",
        r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:[.,][0-9]+)?(?![0-9.,]| ?[/^])",
        r"[1-9][0-9]{0,2}(?:'[0-9]{3})+(?:[.,][0-9]+)?(?![0-9.,])",
        r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+(?![0-9.,])",
        r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?![0-9.,])",
        r"[0-9]+,[0-9]+(?![0-9.,])",
        r"[0-9]+\.[0-9]+(?![0-9.,])",
        r"\.[0-9]+(?![0-9.,])",
        r"[0-9]+\.?(?![0-9.,])",
    )
)
_QUANTITY = re.compile(
    rf"(?P<before>{_any_of(_BEFORE)})? ?(?P<sign>[+-])?(?P<core>{_CORE})(?P<power>e[+-]?[0-9]{{1,3}})?(?P<after>.*)",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"(?P<unit>.*?)(?P<limit>{_any_of(_BEHIND)})?", re.IGNORECASE)


def _limit(before: str | None, behind: str | None) -> Literal[-1, 0, 1] | None:
    """A cell with a sign on both sides is not for us to understand."""
    if before and behind:
        return None
    limit = _BEFORE[before.lower()] if before else _BEHIND[behind.lower()] if behind else 0
    return 1 if limit > 0 else -1 if limit < 0 else 0


_UNIT_NAMES = (
    *("%", "percent", "kg", "g", "mg", "ug", "mcg", "ng", "pg", "lb", "lbs", "cm", "mm", "um", "cc", "ml", "dl"),
    *("g/dL", "g/L", "mg/dL", "mg/L", "mg/mL", "ug/dL", "ug/L", "ug/mL", "ng/dL", "ng/L", "ng/mL", "pg/mL", "mg/g"),
    *("U/L", "IU/L", "U/mL", "IU/mL", "mIU/mL", "mIU/L", "uIU/mL", "mAU/mL", "AU/mL", "copies/mL", "kU/L", "ukat/L"),
    *("mol/L", "mmol/L", "umol/L", "nmol/L", "pmol/L", "mmol/mol", "mEq/L", "mOsm/kg", "mmHg", "kPa", "ppm"),
    *("/uL", "/mm3", "/cmm", "/mL", "K/uL", "M/uL", "k/mm3", "cells/uL", "10^3/uL", "10^6/uL", "10^9/L", "10^12/L"),
    *("10^4/uL", "10^3/mm3", "103/uL", "106/uL", "109/L", "1012/L", "10e3/uL", "10e9/L", "만/uL", "万/uL", "fL"),
    *("kg/m2", "mg/m2", "m2", "mL/min", "mL/min/1.73m2", "mL/min/1.73 m2", "L/min", "bpm", "/min", "beats/min"),
    *("Gy", "cGy", "mSv", "MBq", "GBq", "mCi", "°C", "℃", "sec", "secs", "seconds", "s", "초", "秒"),
    *("min", "mins", "minutes", "분", "分", "h", "hr", "hrs", "hour", "hours", "시간", "時間"),
    *("d", "day", "days", "일", "日", "日間", "w", "wk", "wks", "week", "weeks", "주", "주간", "週", "週間"),
    *("mo", "mos", "mth", "mths", "month", "months", "개월", "か月", "ヶ月", "ヵ月", "カ月", "ケ月", "箇月"),
    *("y", "yr", "yrs", "year", "years", "y/o", "yo", "yrs old", "years old", "년", "년간", "年", "年間"),
    *("세", "살", "歳", "才", "점", "点", "points", "회", "回", "개", "個", "mg/day", "mg/d", "mg/일", "mg/日"),
    *("mg qd", "mg bid", "mg daily", "g/day", "mg/kg", "mg/kg/day", "cm2", "cm3", "mm2", "mm/h", "mm/hr"),
)
_SMALL = dict.fromkeys("dghswy", True)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹µμ㎎㎏㎝㎜", "0123456789uu\0\1\2\3")
_SQUARES = {"\0": "mg", "\1": "kg", "\2": "cm", "\3": "mm"}


def _unit_key(unit: str) -> str:
    """Units of one letter keep their case: 2 L may be a second line, 3 G a grade."""
    if len(unit) == 1 and unit.isascii() and unit.isalpha():
        return unit if unit in _SMALL else "?"
    key = unit.translate(_SUPERSCRIPTS)
    for square, letters in _SQUARES.items():
        key = key.replace(square, letters)
    key = key.casefold().replace(" ", "").replace("^", "").replace("**", "").rstrip(".")
    return key.removeprefix("x").removeprefix("×").removeprefix("*")


_UNITS: dict[str, str] = {}
for _name in _UNIT_NAMES:
    _UNITS.setdefault(_unit_key(_name), _name)


def _number(sign: str, core: str, power: str, limit: Literal[-1, 0, 1], unit: str) -> Quantity | None:
    separators, certain = _separators(core)
    digits = core.replace(" ", "").replace("'", "")
    grouped = digits.replace(",", "")
    if separators == "other_groups":
        grouped = digits.replace(",", ".")
    elif separators == "dot_groups":
        grouped = digits.replace(".", "").replace(",", ".")
    elif separators == "comma_decimal":
        grouped = digits.replace(",", ".")
    whole = grouped.split(".")[0]
    if len(whole) > 15 or (len(whole) > 1 and whole.startswith("0")):
        return None
    value = float(sign + grouped + power)
    fraction = float(sign + digits.replace(",", ".") + power) if _is_one_comma(core) else value
    return Quantity(value=value, limit=limit, separators=separators, certain=certain, fraction=fraction, unit=unit)


def _separators(core: str) -> tuple[Separators, bool]:
    if " " in core or "'" in core:
        return "other_groups", "'" in core or "." in core or "," in core
    if "," not in core and core.count(".") <= 1:
        has_point = "." in core.rstrip(".")
        return ("decimal_point" if has_point else "plain"), not re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", core)
    if "," not in core:
        return "dot_groups", True
    if re.fullmatch(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?", core):
        return "comma_groups", core.count(",") > 1 or "." in core
    return ("dot_groups", True) if "." in core else ("comma_decimal", True)


def _is_one_comma(core: str) -> bool:
    return core.count(",") == 1 and "." not in core and " " not in core and "'" not in core


NOT_MEASURED: frozenset[str] = frozenset(
    {
        *("not done", "nd", "n.d.", "n.d", "n/d", "not tested", "not measured", "not available", "not applicable"),
        *("not assessed", "not known", "not evaluable", "not recorded", "not reported", "no result", "no sample"),
        *("unknown", "unk", "unk.", "unavailable", "missing", "miss", "nm", "nk", "tnp", "qns", "test not performed"),
        *("hemolysis", "hemolyzed", "hemolysed", "haemolysis", "haemolysed", "haemolyzed", "clotted", "pending"),
        *("invalid", "cancelled", "canceled", "error", "?", "??", "???", "-", "--", "---", ".", "..", "…"),
        *("검사안함", "검사안됨", "검사못함", "검사없음", "미검", "미검사", "미측정", "미시행", "시행안함", "측정안함"),
        *("측정불가", "결과없음", "모름", "알수없음", "미상", "불명", "용혈", "검체부족", "확인불가", "기록없음"),
        *(
            "測定不能",
            "測定不可",
            "未検",
            "未検査",
            "未測定",
            "未実施",
            "未施行",
            "検査なし",
            "不明",
            "溶血",
            "欠測",
            "検体不足",
        ),
    }
)
"""What is typed where a value was not measured, folded as `fold_word` does. Missing among numbers and dates only."""


def fold_word(text: str) -> str:
    """Fold a word so that it can be looked up in `NOT_MEASURED`.

    Parameters
    ----------
    text : str
        A cell.

    Returns
    -------
    str
        Lower case in common width; Korean and Japanese words without white space.
    """
    plain = text if text.isascii() else (plain_writing(text) or text)
    folded = " ".join(plain.lower().split())
    return folded if folded.isascii() else folded.replace(" ", "")
