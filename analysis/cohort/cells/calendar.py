"""One cell that holds a date, in the ways people and spreadsheets write it."""

import datetime
import re
from dataclasses import dataclass, replace
from typing import Literal

from analysis.cohort.cells.quantities import NOT_MEASURED, fold_word
from analysis.cohort.cells.writing import plain_writing
from analysis.phrases import phrase

FORMS: dict[str, str] = {
    "hyphens": "2022-07-14",
    "dots": "2022.7.14",
    "slashes": "2022/7/14",
    "words": "2022년 7월 14일",
    "kanji": "2022年7月14日",
    "era": "令和4年7月14日",
    "compact": "20220714",
    "month_name": "14-Jul-2022",
    "day_first": phrase("14/7/2022 (day first)"),
    "month_first": phrase("7/14/2022 (month first)"),
    "short": phrase("22-07-14 (two-digit years)"),
    "day_first_short": phrase("14-07-22 (two-digit years, day first)"),
    "month_first_short": phrase("07-14-22 (two-digit years, month first)"),
    "words_short": phrase("22년 7월 14일 (two-digit years)"),
    "month_name_short": phrase("14-Jul-22 (two-digit years)"),
    "day_number": phrase("Excel day numbers"),
}
"""The forms of dates and how each is shown in a note."""

TWO_DIGIT_PIVOT = 30
"""Two-digit years below this are of the 2000s, the others of the 1900s, as in spreadsheets."""

FIRST_DAY_NUMBER, LAST_DAY_NUMBER = 20_000, 80_000
"""Excel's day numbers (1900 system) that are taken for dates: from 1954 to 2119."""

EXCEL_EPOCH = datetime.date(1899, 12, 30)

OLDEST_YEAR, LATEST_YEAR = 1901, 2199
"""Years outside this range stand for "never" or "unknown"."""

Kind = Literal["date", "ordered", "short", "partial", "never", "impossible", "none", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """A cell of a column of dates.

    Attributes
    ----------
    kind : str
        ``date``; ``ordered`` and ``short`` (three numbers whose order the column must tell: day and month, or all three);
        ``partial`` (the day is unknown); ``never`` (a year such as 1900 or 9999); ``impossible`` (30 February);
        ``none`` (a word such as unknown or alive); ``other``.
    form : str
        A key of ``FORMS``, "" where there is no date.
    numbers : tuple of int
        Year, month, day of a date; the three numbers as written otherwise.
    seconds : float
        Time of the day.
    """

    kind: Kind
    form: str = ""
    numbers: tuple[int, int, int] = (0, 0, 0)
    seconds: float = 0.0


def read_date(text: str) -> WrittenDate:
    """Read a cell as a date, in whichever way it is written.

    Parameters
    ----------
    text : str
        A cell, not blank.

    Returns
    -------
    WrittenDate
        Of the kind ``other`` when it is nothing that a column of dates may hold.

    Examples
    --------
    >>> read_date("令和4年7月14日").numbers
    (2022, 7, 14)
    """
    plain = _MARK_OF_TEXT.sub("", _WEEKDAY.sub("", plain_writing(text))).lower()
    clock = _CLOCK.search(plain)
    seconds = 0.0
    if clock is not None:
        found = _seconds(clock)
        if found is None:
            return WrittenDate(kind="other")
        seconds, plain = found, plain[: clock.start()]
    plain = plain.strip(" ,")
    for pattern, read in _PATTERNS:
        match = pattern.fullmatch(plain)
        if match is not None:
            written = read(match)
            return replace(written, seconds=seconds) if clock is not None else written
    if clock is None and _names_no_day(plain):
        return WrittenDate(kind="none")
    return WrittenDate(kind="other")


_WEEKDAY = re.compile(r" ?\([월화수목금토일月火水木金土日]\)")
_MARK_OF_TEXT = re.compile(
    r"^'(?=[0-9]{4}[-/.]|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})"
)  # Excel's, before a date kept as text
_CLOCK = re.compile(
    r"(?:t| |, )(?P<half>오전|오후|午前|午後|am|pm)? ?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2}(?:\.[0-9]+)?))? ?(?P<after>am|pm)?(?: ?z| ?[+-][0-9]{2}:?[0-9]{2})?$"
)


def _seconds(clock: re.Match[str]) -> float | None:
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), float(clock["second"] or 0)
    half = clock["half"] or clock["after"]
    if hour > 23 or minute > 59 or second >= 60 or (half and hour > 12):
        return None
    if half in ("오후", "午後", "pm"):
        hour = hour % 12 + 12
    elif half:
        hour %= 12
    return 3600.0 * hour + 60.0 * minute + second


NO_EVENT_WORDS = frozenset(
    {
        *("alive", "living", "none", "no", "no event", "never", "ongoing", "continuing", "censored", "n"),
        *("생존", "생존중", "없음", "무", "진행중", "투약중", "치료중", "해당없음"),
        *("生存", "生存中", "なし", "無", "無し", "継続中", "投与中", "治療中", "該当なし"),
    }
)
"""What is typed in place of the date of something that has not happened."""


def _names_no_day(plain: str) -> bool:
    word = fold_word(plain)
    return word in NOT_MEASURED or word in NO_EVENT_WORDS


def date_of(form: str, year: int, month: int, day: int) -> WrittenDate:
    """Give a day of the calendar, or say that there is none.

    Parameters
    ----------
    form : str
        A key of ``FORMS``.
    year, month, day : int
        As written, the year in full.

    Returns
    -------
    WrittenDate
        Of the kind ``date``, ``never`` or ``impossible``.
    """
    numbers = (year, month, day)
    if not OLDEST_YEAR <= year <= LATEST_YEAR:
        return WrittenDate(kind="never", form=form, numbers=numbers)
    try:
        datetime.date(year, month, day)
    except ValueError:
        return WrittenDate(kind="impossible", form=form, numbers=numbers)
    return WrittenDate(kind="date", form=form, numbers=numbers)


def full_year(two_digits: int) -> int:
    """Give a two-digit year its century.

    Parameters
    ----------
    two_digits : int
        0 to 99.

    Returns
    -------
    int
        1930 to 2029.
    """
    return two_digits + (2000 if two_digits < TWO_DIGIT_PIVOT else 1900)


def _year_first(match: re.Match[str]) -> WrittenDate:
    if int(match[4]) in _NO_DAY:
        return _partial(match)
    form = {"-": "hyphens", ".": "dots", "/": "slashes"}[match[2]]
    return date_of(form, int(match[1]), int(match[3]), int(match[4]))


_NO_DAY = (0, 99)


def _in_words(match: re.Match[str]) -> WrittenDate:
    form = "words" if match["unit"] == "년" else "kanji"
    if len(match["year"]) == 4:
        return date_of(form, int(match["year"]), int(match["month"]), int(match["day"]))
    return date_of("words_short", full_year(int(match["year"])), int(match["month"]), int(match["day"]))


_ERAS = {
    **{"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867},
    **{"r": 2018, "h": 1988, "s": 1925, "t": 1911, "m": 1867},
}


def _of_era(match: re.Match[str]) -> WrittenDate:
    year = 1 if match["year"] == "元" else int(match["year"])
    return date_of("era", _ERAS[match["era"]] + year, int(match["month"]), int(match["day"]))


def _compact(match: re.Match[str]) -> WrittenDate:
    if len(set(match[0])) == 1 or match[1] == "0000":
        return WrittenDate(kind="never", form="compact")
    return date_of("compact", int(match[1]), int(match[2]), int(match[3]))


_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}


def _with_month_name(match: re.Match[str]) -> WrittenDate:
    month, day = _MONTHS[match["month"][:3]], int(match["day"])
    if len(match["year"]) == 4:
        return date_of("month_name", int(match["year"]), month, day)
    return date_of("month_name_short", full_year(int(match["year"])), month, day)


def _ordered(match: re.Match[str]) -> WrittenDate:
    numbers = (int(match[1]), int(match[3]), int(match[4]))
    if not OLDEST_YEAR <= numbers[2] <= LATEST_YEAR:
        return WrittenDate(kind="never", numbers=numbers)
    return WrittenDate(kind="ordered", numbers=numbers)


def _short(match: re.Match[str]) -> WrittenDate:
    return WrittenDate(kind="short", numbers=(int(match[1]), int(match[3]), int(match[4])))


def _short_year_first(match: re.Match[str]) -> WrittenDate:
    return date_of("short", full_year(int(match[1])), int(match[2]), int(match[3]))


def _day_number(match: re.Match[str]) -> WrittenDate:
    number = float(match[0])
    if number == 0:
        return WrittenDate(kind="never", form="day_number")
    if not FIRST_DAY_NUMBER <= number <= LAST_DAY_NUMBER:
        return WrittenDate(kind="other")
    day = EXCEL_EPOCH + datetime.timedelta(days=int(number))
    seconds = float(round(86_400 * (number % 1)))
    return WrittenDate(kind="date", form="day_number", numbers=(day.year, day.month, day.day), seconds=seconds)


def _partial(match: re.Match[str]) -> WrittenDate:
    years = [int(year) for year in re.findall(r"[0-9]{4}", match[0])]
    never = bool(years) and not OLDEST_YEAR <= years[0] <= LATEST_YEAR
    return WrittenDate(kind="never" if never else "partial")


_NAME = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>[0-9]{1,2})"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_UNKNOWN = r"(?:uk|un|unk|nk|xx?|\?\??|--|00|99|불명|미상|모름|不明|不詳)"

_PATTERNS = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (r"([0-9]{4}) ?([-/.]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,2})\.?", _year_first),
        (
            r"'?(?P<year>[0-9]{4}|[0-9]{2})(?P<unit>[년年]) ?(?P<month>[0-9]{1,2})[월月] ?(?P<day>[0-9]{1,2})[일日]",
            _in_words,
        ),
        (
            r"(?P<era>令和|平成|昭和|大正|明治|[rhstm]) ?(?P<year>[0-9]{1,2}|元)[年./-] ?"
            r"(?P<month>[0-9]{1,2})[月./-] ?(?P<day>[0-9]{1,2})日?",
            _of_era,
        ),
        (r"([0-9]{4})([0-9]{2})([0-9]{2})", _compact),
        (rf"{_DAY}(?:st|nd|rd|th)?[-\s./,]*{_NAME}[-\s./,]*{_YEAR}", _with_month_name),
        (rf"{_NAME}[-\s./]*{_DAY}(?:st|nd|rd|th)?(?:,|[-\s./])\s*(?P<year>[0-9]{{4}})", _with_month_name),
        (rf"(?P<year>[0-9]{{4}})[-\s./]*{_NAME}[-\s./]*{_DAY}", _with_month_name),
        (r"([0-9]{1,2}) ?([-/.]) ?([0-9]{1,2}) ?\2 ?([0-9]{4})\.?", _ordered),
        (r"([0-9]{1,2}) ?([-/.]) ?([0-9]{1,2}) ?\2 ?([0-9]{2})\.?", _short),
        (r"'([0-9]{2}) ?[-/.] ?([0-9]{1,2}) ?[-/.] ?([0-9]{1,2})\.?", _short_year_first),
        (r"[0-9]{5}(?:\.[0-9]+)?|0(?:\.0+)?", _day_number),
        (rf"[0-9]{{4}} ?[-/.년年] ?(?:[0-9]{{1,2}}|{_UNKNOWN}) ?[월月.]?(?: ?[-/.]? ?{_UNKNOWN}일?)?", _partial),
        (rf"(?:{_UNKNOWN}[-\s./])?(?:[0-9]{{1,2}}|{_UNKNOWN})[-/.][0-9]{{4}}", _partial),
        (rf"(?:{_UNKNOWN}[-\s./]*)?{_NAME}[-\s./,]*[0-9]{{4}}", _partial),
        (rf"[0-9]{{4}}[-\s./]*{_NAME}(?:[-\s./]*{_UNKNOWN})?", _partial),
        (r"[0-9]{4}[년年]?", _partial),
    )
)
