"""What the cells of a column tell of a person, looked at by their distinct values and never quoted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.cohort.words.personal_words import PersonalKind
from analysis.phrases import phrase

MOSTLY = 0.7
"""At least this share of the cells must look alike before a column is taken for what they look like."""

MOST_LOOKED_AT = 5_000
"""Distinct values by which the share is told, evenly spread; rare and certain marks are sought in all of them."""

FEWEST = 3
"""Fewer cells than this have no share to speak of."""

FREE_TEXT_WIDTH = 25
"""Average width of a cell of free text in Latin letters; a letter of East Asia counts twice."""

HOSPITAL_DIGITS = 6
"""Hospitals number their patients with at least so many digits."""

LEAST_HOSPITAL_NUMBER = 10 ** (HOSPITAL_DIGITS - 1)

KOREAN_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류유홍전고문손양배백허남심노로하곽성차주우구나민진지엄채원천방공현함변염여추도소석"
    "선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감음빈동온호범좌팽승간상시갈단"
)
JAPANESE_SURNAMES = (
    "佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|渡邉|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|"
    "井上|木村|林|斎藤|齋藤|斉藤|清水|山崎|阿部|森|池田|橋本|山下|石川|中島|前田|藤田|後藤|"
    "小川|岡田|村上|長谷川|近藤|石井|坂本|遠藤|青木|藤井|西村|福田|太田|三浦|藤原|松田|岡本|"
    "中川|中野|原田|小野|田村|竹内|金子|和田|中山|石田|上田|森田|原|柴田|酒井|工藤|横山|宮崎|"
    "宮本|内田|高木|安藤|谷口|大野|丸山|今井|高田|河野|藤本|武田|村田|上野|杉山|増田|平野|"
    "大塚|千葉|久保|松井|小島|桜井|岩崎|野口|野村|松尾|菊地|菊池|木下|佐野|大西|杉本|新井|"
    "浜田|菅原|市川|水野|小松|島田|古川|小山|高野|西田|本田|吉川|東|関|川口|飯田|永井|川崎|"
    "久保田|星野|北村|内藤|平田|川村|浅野|荒木|樋口|大久保"
)
"""The commonest, as alternatives of a pattern."""

_KOREAN_NAME = rf"^[{KOREAN_SURNAMES}][가-힣]{{1,3}}$"
_MASKED_NAME = r"^[가-힣]{1,2}[O○〇*]+[가-힣]{0,2}$|^[\p{Han}]{1,3}[○〇*]+[\p{Han}]{0,3}$"
_JAPANESE_NAME = rf"^({JAPANESE_SURNAMES})[ 　]?[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}ー]{{1,4}}$"
_KANA_NAME = r"^[\p{Katakana}ー・]{2,8}[ 　][\p{Katakana}ー]{2,8}$|^[ｦ-ﾟ]{2,10} [ｦ-ﾟ]{2,10}$"
_WESTERN_NAME = r"^\p{Lu}[\p{L}'’.-]+,? (\p{Lu}\.? )?\p{Lu}[\p{L}'’-]+$"

_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_PHONE = (
    r"^\(?0\d{1,4}\)?[-. )]\d{1,4}[-. ]\d{4}$|^01[016789]\d{7,8}$|^0[789]0\d{8}$|^\(?[2-9]\d{2}\)?[-. ]\d{3}[-. ]\d{4}$"
    r"|^\+\d{1,3}[-. ]?\(?\d{1,4}\)?([-. ]?\d{2,4}){2,4}$"
)
_PHONE_INSIDE = r"(^|[^0-9-])01[016789][-. ]\d{3,4}[-. ]\d{4}($|[^0-9-])|(^|[^0-9-])0[789]0-\d{4}-\d{4}($|[^0-9-])"
_RESIDENT = r"(^|\D)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])-?[1-8](\d{6}|[*]{6})($|\D)"
_SOCIAL_SECURITY = r"(^|[^0-9-])\d{3}-\d{2}-\d{4}($|[^0-9-])"
_MY_NUMBER = r"^\d{4}[- ]?\d{4}[- ]?\d{4}$"
_ADDRESS = (
    r"[가-힣]+(시|도|군|구) .*[가-힣0-9]+(로|길|동|읍|면)( |\d|$)|(都|道|府|県).+(市|区|町|村)|〒\s?\d{3}-?\d{4}"
    r"|^\d{1,6}[A-Za-z]? .*\b(?i:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|way)\b"
)
_JAPANESE_POSTCODE = r"^\d{3}-\d{4}$"
_INITIALS = r"^[A-Z]\.? ?[A-Z]\.?( ?[A-Z]\.?)?$"
_DIGITS = r"^\d+$"
_WIDE = r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalMark:
    """What the cells of one column look like.

    Attributes
    ----------
    kind : str
        The kind of personal data.
    score : float
        How sure, 0 to 1.
    words : str
        What the cells look like, as in ``look like Korean names``.
    n_cells : int
        How many cells do, estimated where a column has very many different ones.
    """

    kind: PersonalKind
    score: float
    words: str
    n_cells: int


class ColumnCells:
    """The distinct cells of one column with their counts.

    Parameters
    ----------
    column : pandas.Series
        A column of a cohort's table.
    """

    def __init__(self, column: pd.Series) -> None:
        self.is_text = column.dtype == object
        self.is_number = column.dtype.kind == "f"
        self.is_date = column.dtype.kind == "M"
        self._column = column
        self.n_present = int(column.notna().sum())

    @cached_property
    def has_long_numbers(self) -> bool:
        """True where a column of numbers has long whole ones; told without a count, as most columns are measurements."""
        values = self._column.to_numpy(dtype=np.float64)
        values = values[np.isfinite(values)]
        if not len(values) or (values[:1000] != np.floor(values[:1000])).any():
            return False
        return bool(np.median(np.abs(values)) >= LEAST_HOSPITAL_NUMBER)

    @cached_property
    def _counts(self) -> pd.Series:
        return self._column.value_counts(sort=False)

    @property
    def n_distinct(self) -> int:
        """Different values."""
        return len(self._counts)

    @property
    def distinct_share(self) -> float:
        """Different values by cells with any."""
        return self.n_distinct / self.n_present if self.n_present else 0.0

    @property
    def tells_patients_apart(self) -> bool:
        """True where the values are as varied as what belongs to single patients."""
        return self.n_distinct > 12 or self.distinct_share >= 0.3

    @cached_property
    def texts(self) -> pa.Array:
        """The distinct cells as text; whole numbers without a decimal point, nothing for other numbers."""
        values = self._counts.index
        if self.is_text:
            return pa.array(values, type=pa.string())
        numbers = self.numbers
        if numbers is None or not len(numbers):
            return pa.array([], type=pa.string())
        return pa.array([str(number) for number in numbers.tolist()], type=pa.string())

    @cached_property
    def numbers(self) -> NDArray[np.int64] | None:
        """The distinct cells where all are whole numbers, written as numbers or as digits; None otherwise."""
        if self.is_number:
            values = self._counts.index.to_numpy(dtype=np.float64)
            exact = np.isfinite(values).all() and (np.abs(values) < 2**53).all() and (values == np.floor(values)).all()
            return values.astype(np.int64) if exact else None
        if not self.is_text or not self.n_distinct:
            return None
        digits = pc.all(pc.match_substring_regex(self.texts, r"^\d{1,18}$")).as_py()
        return pc.cast(self.texts, pa.int64()).to_numpy() if digits else None

    @cached_property
    def sample(self) -> tuple[pa.Array, NDArray[np.float64]]:
        """Some distinct texts, evenly spread, and the share of all cells each of them stands for."""
        texts, counts = self.texts, self._counts.to_numpy(dtype=np.float64)
        if len(texts) > MOST_LOOKED_AT:
            places = np.linspace(0, len(texts) - 1, MOST_LOOKED_AT).astype(np.int64)
            texts, counts = texts.take(pa.array(places)), counts[places]
        return texts, counts / counts.sum() if len(texts) else counts

    def share(self, pattern: str) -> float:
        """The share of the cells that match a pattern, by the sample."""
        texts, weights = self.sample
        if not len(texts):
            return 0.0
        trimmed = pc.utf8_trim_whitespace(texts)
        return float(weights[_matches(trimmed, pattern)].sum())

    def count_in_all(self, pattern: str) -> int:
        """How many cells of the whole column match a pattern."""
        if not len(self.texts):
            return 0
        return int(self._counts.to_numpy()[_matches(self.texts, pattern)].sum())

    @cached_property
    def width(self) -> float:
        """Average width of a cell, by the sample; wide letters count twice."""
        texts, weights = self.sample
        if not len(texts):
            return 0.0
        wide = pc.count_substring_regex(texts, _WIDE).to_numpy(zero_copy_only=False)
        return float(weights @ (pc.utf8_length(texts).to_numpy(zero_copy_only=False) + wide))


def _matches(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False).astype(bool)


def mark_of_cells(cells: ColumnCells) -> PersonalMark | None:
    """Tell what the cells of a column look like, whatever its name.

    Parameters
    ----------
    cells : ColumnCells
        The column. Dates are judged beside the other dates of a cohort, not here.

    Returns
    -------
    PersonalMark or None
        The first kind that fits, the surest first; None where nothing looks personal.
    """
    if cells.is_date or cells.n_present == 0 or (cells.is_number and not cells.has_long_numbers):
        return None
    return next((mark for mark in (rule(cells) for rule in _RULES) if mark is not None), None)


def _numbers_of_the_state(cells: ColumnCells) -> PersonalMark | None:
    for pattern, words in (
        (_RESIDENT, phrase("hold a resident registration number")),
        (_SOCIAL_SECURITY, phrase("hold a social security number")),
    ):
        found = cells.count_in_all(pattern)
        # A number that has no hyphen may be anything once or twice.
        if found and (cells.is_text or found >= MOSTLY * cells.n_present):
            kind: PersonalKind = (
                "free_text" if found < MOSTLY * cells.n_present and is_free_text(cells) else "national_id"
            )
            return PersonalMark(kind=kind, score=1.0, words=words, n_cells=found)
    share = cells.share(_MY_NUMBER)
    if cells.n_present >= FEWEST and share >= MOSTLY and cells.distinct_share > 0.5 and _my_number_digits_hold(cells):
        return _by_share("national_id", share, phrase("look like Japanese My Numbers"), cells, 0.9)
    return None


_MY_NUMBER_WEIGHTS = np.array([6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], dtype=np.int64)


def _my_number_digits_hold(cells: ColumnCells) -> bool:
    """Whether the check digit of My Number fits; one in eleven numbers fits by chance."""
    texts = pc.replace_substring_regex(cells.sample[0], r"[- ]", "")
    texts = texts.filter(pa.array(_matches(texts, r"^\d{12}$")))
    digits = np.array([list(text) for text in texts.to_pylist()], dtype=np.int64).reshape(-1, 12)
    rest = digits[:, :11] @ _MY_NUMBER_WEIGHTS % 11
    expected = np.where(rest <= 1, 0, 11 - rest)
    return bool((expected == digits[:, 11]).mean() >= MOSTLY) if len(digits) else False


def _addresses_of_mail(cells: ColumnCells) -> PersonalMark | None:
    found = cells.count_in_all(_EMAIL) if cells.is_text else 0
    if not found:
        return None
    kind: PersonalKind = "free_text" if found < MOSTLY * cells.n_present and is_free_text(cells) else "email"
    return PersonalMark(kind=kind, score=1.0, words=phrase("hold an e-mail address"), n_cells=found)


def _phones(cells: ColumnCells) -> PersonalMark | None:
    if cells.is_number:  # a mobile number of Korea whose leading zero a spreadsheet took away
        share = cells.share(r"^10\d{8}$")
        return (
            _by_share("phone", share, phrase("look like mobile numbers"), cells, 0.8)
            if _varied(cells, share, 0.9)
            else None
        )
    share = cells.share(_PHONE)
    if _varied(cells, share):
        return _by_share("phone", share, phrase("look like phone numbers"), cells, 0.9)
    found = cells.count_in_all(_PHONE_INSIDE)
    if not found:
        return None
    kind: PersonalKind = "free_text" if is_free_text(cells) else "phone"
    return PersonalMark(kind=kind, score=0.9, words=phrase("hold a phone number"), n_cells=found)


def _addresses(cells: ColumnCells) -> PersonalMark | None:
    if not cells.is_text:
        return None
    share = max(cells.share(_ADDRESS), cells.share(_JAPANESE_POSTCODE))
    if _varied(cells, share, 0.5):
        return _by_share("address", share, phrase("look like addresses or postcodes"), cells, 0.85)
    return None


def _names(cells: ColumnCells) -> PersonalMark | None:
    if not cells.is_text:
        return None
    looks = (
        (_KOREAN_NAME, phrase("look like Korean names"), 0.5),
        (_MASKED_NAME, phrase("look like names with a part masked"), 0.3),
        (_JAPANESE_NAME, phrase("look like Japanese names"), 0.4),
        (_KANA_NAME, phrase("look like Japanese names in kana"), 0.4),
        (_WESTERN_NAME, phrase("look like names of people"), 0.9),
    )
    for pattern, words, different in looks:
        share = cells.share(pattern)
        if not _varied(cells, share) or cells.distinct_share < different:
            continue
        # Nearly every Korean name has three syllables; two and four of them are words.
        if pattern == _KOREAN_NAME and cells.share(r"^[가-힣]{3}$") < 0.6:
            continue
        return _by_share("name", share, words, cells, 0.9)
    return None


def _initials(cells: ColumnCells) -> PersonalMark | None:
    share = cells.share(_INITIALS) if cells.is_text else 0.0
    if share >= 0.9 and cells.n_distinct > 12 and cells.distinct_share >= 0.5:
        return _by_share("initials", share, phrase("look like initials"), cells, 0.6)
    return None


def _free_text(cells: ColumnCells) -> PersonalMark | None:
    if not is_free_text(cells):
        return None
    return PersonalMark(kind="free_text", score=0.8, words=phrase("hold free text"), n_cells=cells.n_present)


def is_free_text(cells: ColumnCells) -> bool:
    """Tell whether a column holds long texts of which hardly two are alike.

    Parameters
    ----------
    cells : ColumnCells
        The column.

    Returns
    -------
    bool
        True for remarks, findings and letters; False for labels, however long.
    """
    return bool(
        cells.is_text and cells.n_distinct >= FEWEST and cells.distinct_share >= 0.5 and cells.width >= FREE_TEXT_WIDTH
    )


def _hospital_numbers(cells: ColumnCells) -> PersonalMark | None:
    """Whole numbers of one length, no two alike and not counted up one by one."""
    if cells.n_present < 5 or cells.distinct_share < 0.95 or not is_hospital_number(cells):
        return None
    share = max(cells.share(rf"^\d{{{length}}}$") for length in range(HOSPITAL_DIGITS + 1, 11))
    if share < 0.95 or cells.share(r"^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])$") >= 0.95:
        return None
    return _by_share("record_number", share, phrase("look like a hospital's record numbers"), cells, 0.6)


def is_hospital_number(cells: ColumnCells) -> bool:
    """Tell whether a column numbers patients as hospitals do, and not as a study does.

    Parameters
    ----------
    cells : ColumnCells
        The column.

    Returns
    -------
    bool
        False for letters with numbers, for short numbers, and for numbers counted up.
    """
    numbers = cells.numbers
    if numbers is None or len(numbers) == 0 or float(np.median(np.abs(numbers))) < LEAST_HOSPITAL_NUMBER:
        return False
    return bool(int(numbers.max()) - int(numbers.min()) > 20 * len(numbers))


def _varied(cells: ColumnCells, share: float, least: float = MOSTLY) -> bool:
    return cells.n_present >= FEWEST and share >= least and cells.tells_patients_apart and cells.n_distinct >= FEWEST


def _by_share(kind: PersonalKind, share: float, words: str, cells: ColumnCells, score: float) -> PersonalMark:
    return PersonalMark(
        kind=kind, score=score * min(1.0, share + 0.1), words=words, n_cells=round(share * cells.n_present)
    )


_RULES: tuple[Callable[[ColumnCells], PersonalMark | None], ...] = (
    _numbers_of_the_state,
    _addresses_of_mail,
    _phones,
    _addresses,
    _names,
    _initials,
    _free_text,
    _hospital_numbers,
)
