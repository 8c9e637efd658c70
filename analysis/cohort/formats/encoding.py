"""Which text encoding a file was written in, and its text."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from analysis.errors import CohortInputError
from analysis.phrases import phrase

ENCODINGS: dict[str, str] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "cp949": phrase("Korean (CP949)"),
    "cp932": phrase("Japanese (Shift-JIS)"),
    "euc_jp": phrase("Japanese (EUC-JP)"),
    "gb18030": phrase("Chinese (GB18030)"),
    "big5": phrase("Chinese (Big5)"),
    "cp1252": phrase("Western European (CP1252)"),
    "mac_roman": phrase("Western European (Mac Roman)"),
}
"""Codec and the name people know it by, in the order in which ties are settled."""

UNREADABLE = phrase(
    "The file's text must be in one known encoding, and its bytes fit none of UTF-8, UTF-16, CP949, Shift-JIS, EUC-JP, "
    "GB18030, Big5, CP1252 and Mac Roman. Save the file again as “CSV UTF-8” or as XLSX."
)
_SAMPLE_BYTES = 1_000_000
_LEAST_PLAUSIBLE = 0.25
_CLOSE_CALL = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """A file's text.

    Attributes
    ----------
    text : str
        The whole file, without a byte order mark.
    encoding : str
        The codec that was taken, one of ``ENCODINGS``.
    certain : bool
        False when the encoding was chosen by how plausible the letters look, not told by the bytes.
    rival : str or None
        Another codec that reads the file almost as plausibly.
    """

    text: str
    encoding: str
    certain: bool
    rival: str | None = None


def decode_text(content: bytes, encoding: str | None = None) -> DecodedText:
    """Decode a file whose encoding nobody states.

    A byte order mark decides; then UTF-8, if every byte fits; then the codecs of ``ENCODINGS``, each scored by
    how ordinary its letters would be. The scoring looks at the non-ASCII characters only, because a hospital's
    file is mostly digits and a handful of Korean, Japanese or accented labels must be enough.

    Parameters
    ----------
    content : bytes
        The file.
    encoding : str, optional
        The codec to take instead of guessing.

    Returns
    -------
    DecodedText
        The text and the codec.

    Raises
    ------
    CohortInputError
        When the bytes fit no known encoding, or not the one asked for, or are not text.
    """
    decoded = _decoded(content, encoding)
    if "\0" in decoded.text:
        raise CohortInputError(_BINARY)
    return decoded


_BINARY = phrase(
    "The file must be a table (CSV, TSV, XLSX or Parquet), and it holds binary data that is none of these. "
    "Export the table from the program that wrote it as CSV or XLSX."
)


def _decoded(content: bytes, encoding: str | None) -> DecodedText:
    if encoding is not None:
        return _decode_as_told(content, encoding)
    marked = _codec_of_mark(content)
    if marked is not None:
        return DecodedText(text=_strict(content, marked), encoding=_family(marked), certain=True)
    if content.isascii() and b"\0" not in content:
        return DecodedText(text=content.decode("ascii"), encoding="utf-8", certain=True)
    wide = _codec_without_mark(content)
    if wide is not None:
        return DecodedText(text=_strict(content, wide), encoding="utf-16", certain=False)
    if b"\0" in content:
        raise CohortInputError(_BINARY)
    try:
        return DecodedText(text=content.decode("utf-8"), encoding="utf-8", certain=True)
    except UnicodeDecodeError:
        return _most_plausible(content)


def _decode_as_told(content: bytes, encoding: str) -> DecodedText:
    try:
        text = content.decode(encoding)
    except LookupError:
        known = ", ".join(ENCODINGS)
        raise CohortInputError(
            phrase(
                "The encoding must be a known one, and “{encoding}” is not. Choose one of {known}.",
                encoding=encoding,
                known=known,
            )
        ) from None
    except UnicodeError:
        raise CohortInputError(
            phrase(
                "Every byte of the file must fit the chosen encoding, and some do not fit “{encoding}”. Choose another "
                "encoding, or let it be guessed.",
                encoding=encoding,
            )
        ) from None
    return DecodedText(text=text.removeprefix("\ufeff"), encoding=encoding, certain=True)


_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def _codec_of_mark(content: bytes) -> str | None:
    return next((codec for mark, codec in _MARKS if content.startswith(mark)), None)


def _family(codec: str) -> str:
    return {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(codec, codec)


def _strict(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeError:
        raise CohortInputError(
            phrase(
                "The file begins as {encoding} text and some of its bytes break that encoding, so it is damaged or cut short. "
                "Save it again as “CSV UTF-8” or as XLSX.",
                encoding=ENCODINGS[_family(codec)],
            )
        ) from None


def _codec_without_mark(content: bytes) -> str | None:
    """UTF-16 without a mark shows as a zero in every second byte of its ASCII part."""
    head = content[: 4096 - len(content[:4096]) % 2]
    if len(head) < 4:
        return None
    half = len(head) // 2
    if head[1::2].count(0) > 0.4 * half and head[0::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if head[0::2].count(0) > 0.4 * half and head[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return None


def guess_encoding(content: bytes) -> str | None:
    """Tell the most plausible encoding of words, for formats that store bytes without saying their encoding.

    Parameters
    ----------
    content : bytes
        Words, one on a line.

    Returns
    -------
    str or None
        A codec of ``ENCODINGS``; None when the bytes fit none.
    """
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return _most_plausible(content).encoding
    except CohortInputError:
        return None


def _most_plausible(content: bytes) -> DecodedText:
    sample = b"\n".join(_foreign_lines(content))
    scores: dict[str, float] = {}
    for codec, plausibility in _PLAUSIBILITY.items():
        try:
            scores[codec] = _score(sample.decode(codec), plausibility)
        except UnicodeDecodeError:
            continue
    ranked = sorted(scores, key=lambda codec: -scores[codec])
    for position, codec in enumerate(ranked):
        if scores[codec] < _LEAST_PLAUSIBLE:
            break
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        close = [other for other in ranked[position + 1 :] if scores[codec] - scores[other] < _CLOSE_CALL]
        return DecodedText(text=text, encoding=codec, certain=False, rival=close[0] if close else None)
    raise CohortInputError(UNREADABLE)


_FOREIGN_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")


def _foreign_lines(content: bytes) -> list[bytes]:
    """Lines holding a non-ASCII byte: no codec here uses a line feed inside a character."""
    lines: list[bytes] = []
    size = 0
    for found in _FOREIGN_LINE.finditer(content):
        lines.append(found.group())
        size += len(lines[-1])
        if size > _SAMPLE_BYTES:
            break
    return lines


_FOREIGN_RUN = re.compile(r"[^\x00-\x7f]+")


def _score(text: str, plausibility: Callable[[str, str, str], float]) -> float:
    """Mean plausibility of the non-ASCII characters, each run of them counted by its length."""
    total, count = 0.0, 0
    for found in _FOREIGN_RUN.finditer(text):
        run = found.group()
        before, after = text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
        total += plausibility(run, before, after) * len(run)
        count += len(run)
    return total / count if count else 0.0


_COMMON_HANGUL = frozenset(
    "이다는에의을가은를로하고지한서도사자기리대인시어정여남생존망환명년월일병원군치료약없음있양성유무만수주상간"
    "전후과부제해나라구보장조성별연령나이예아니오비대조실험투약투여반응종료진행추적관찰최초진단일자암종양"
    "김박최강윤임오신권황안송류홍문손백허노심하곽차우민재경준호영현지은혜희석철용동훈빈아름서울산천광북울"
    "됨함중경증고저혈압당뇨간염바이러스알코올흡연음주혈청수치검사결과이상정상미만초과없모름확인기타단위"
    "복용량측병변크기전이림프절재발무진행생존기간개월변화율번호식키몸무게"
)
_COMMON_HAN = frozenset(
    "男女死亡生存有無人年月日本病院患者治療投与群前後合計性別年齢開始終了中止完全部分奏効安定進行評価不能肝癌細胞"
    "対照試験薬剤量回数測定値検査結果異常正常転移再発観察期間登録番号施設名軽度高低右左東京大阪佐藤鈴木田中高橋"
    "的一是不了在人有我他这中大来上个国活否阳阴无疗组对照药试验年龄别号码医发复转移时间月数完缓解稳展评价可"
    "個國這來陽陰無療組對藥驗齡號碼醫發復轉時間數緩穩評價"
)


def _korean(run: str, before: str, after: str) -> float:
    return sum(map(_korean_letter, run)) / len(run)


def _korean_letter(letter: str) -> float:
    if letter in _COMMON_HANGUL:
        return 1.0
    if "가" <= letter <= "힣":
        return (
            0.65 if min(letter.encode("cp949")) >= 0xA1 else 0.05
        )  # the 2,350 syllables in use, not the 8,822 rare ones
    return 0.35 if _is_symbol(letter) else 0.15


def _japanese(run: str, before: str, after: str) -> float:
    return sum(map(_japanese_letter, run)) / len(run)


def _japanese_letter(letter: str) -> float:
    if "ぁ" <= letter <= "ヿ" or letter in _COMMON_HAN:
        return 1.0
    if "｡" <= letter <= "ﾟ":
        return 0.3
    if "一" <= letter <= "鿿":
        return 0.5 if _lead(letter, "cp932") <= 0x97 else 0.1
    return 0.35 if _is_symbol(letter) else 0.05


def _simplified_chinese(run: str, before: str, after: str) -> float:
    return sum(_chinese_letter(letter, "gb2312", 0xD7) for letter in run) / len(run)


def _traditional_chinese(run: str, before: str, after: str) -> float:
    return sum(_chinese_letter(letter, "big5", 0xC6) for letter in run) / len(run)


def _chinese_letter(letter: str, codec: str, last_common_lead: int) -> float:
    if letter in _COMMON_HAN:
        return 0.95
    if "一" <= letter <= "鿿":
        return 0.45 if _lead(letter, codec) <= last_common_lead else 0.1
    return 0.3 if _is_symbol(letter) else 0.05


def _western(run: str, before: str, after: str) -> float:
    """Accented letters stand alone among plain ones; long runs of them are another language's bytes."""
    if len(run) > 2:
        return 0.05
    letters = sum(unicodedata.category(letter).startswith("L") for letter in run)
    if letters == len(run):
        beside_plain = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
        if len(run) == 1:
            return (0.8 if run in "ŠŽšžŸ" else 0.95) if beside_plain else 0.3  # rare letters, bytes frequent on the Mac
        return 0.5 if beside_plain else 0.1
    return 0.7 if len(run) == 1 and run in "°±µ²³×’‘“”–—…€£§©®·½¼" else 0.1


def _western_of_the_mac(run: str, before: str, after: str) -> float:
    """As for CP1252, but only its most frequent letters: nearly every byte is some letter or sign on the Mac."""
    if not all(letter in "äöüßÄÖÜéèêëàâáíîïóôúñçÉ°µ±" for letter in run):
        return 0.05
    return 0.9 * _western(run, before, after)


def _is_symbol(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PSNZ" or "！" <= letter <= "～"


def _lead(letter: str, codec: str) -> int:
    try:
        return letter.encode(codec)[0]
    except UnicodeEncodeError:
        return 0xFF


_PLAUSIBILITY: dict[str, Callable[[str, str, str], float]] = {
    "cp949": _korean,
    "cp932": _japanese,
    "euc_jp": _japanese,
    "gb18030": _simplified_chinese,
    "big5": _traditional_chinese,
    "cp1252": _western,
    "mac_roman": _western_of_the_mac,
}
