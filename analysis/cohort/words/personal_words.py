"""The words of column names that tell of a person, in English, Korean and Japanese."""

import unicodedata
from typing import Literal

from analysis.cohort.words.codings import name_words

PersonalKind = Literal[
    "name", "record_number", "birth_date", "phone", "email", "address", "national_id", "free_text", "initials"
]

_EAST_ASIAN: tuple[tuple[PersonalKind, tuple[str, ...]], ...] = (
    ("email", ("이메일", "메일", "メール")),
    ("phone", ("전화", "휴대폰", "핸드폰", "연락처", "電話", "携帯", "連絡先")),
    (
        "national_id",
        (
            *("주민번호", "주민등록", "외국인등록", "여권", "보험번호", "보험증번호", "운전면허"),
            *("マイナンバー", "個人番号", "保険者番号", "被保険者", "保険証", "旅券"),
        ),
    ),
    ("birth_date", ("생년월일", "생일", "출생일", "生年月日", "誕生日")),
    ("address", ("주소", "우편번호", "住所", "郵便番号")),
    (
        "record_number",
        (
            *("병록번호", "차트번호", "챠트번호", "등록번호", "진료번호", "병원번호", "병리번호", "검체번호"),
            *("カルテ", "診察券", "診療録", "病理番号", "検体番号"),
        ),
    ),
    ("initials", ("이니셜", "イニシャル")),
    ("name", ("성명", "이름", "성함", "환자명", "氏名", "患者名", "名前", "フリガナ", "ふりがな")),
    ("free_text", ("비고", "메모", "소견", "특이사항", "코멘트", "備考", "メモ", "所見", "コメント", "特記")),
)
"""The first that a name contains decides: a residents' registration number contains the word for a registration."""

_NAMES_OF_OTHERS = ("약", "병원", "기관", "의사", "薬", "病院", "施設", "医師")
"""Drugs, hospitals and doctors have names too."""

_PHONE = {"phone", "telephone", "tel", "mobile", "cellphone", "fax", "handphone"}
_EMAIL = {"email", "mail"}
_NATIONAL_ID = {"ssn", "rrn", "passport", "mynumber", "nationalid", "socialsecurity", "nhsnumber"}
_NUMBERED_NATIONAL_ID = {"national", "insurance", "security", "nhs", "resident", "medicare", "license", "citizen"}
_ADDRESS = {"address", "addr", "street", "zip", "zipcode", "postcode", "postal"}
_RECORD = {"mrn", "chartno", "hospno", "medrecno", "ehrid"}
_NUMBERED_RECORD = {"chart", "hospital", "record", "accession", "admission", "pathology", "specimen", "encounter"}
_NUMBER = {"no", "number", "num", "nr", "id"}
_WHOSE_NAME = {
    *("name", "names", "patient", "patients", "pt", "subject", "full", "first", "last", "middle", "maiden", "family"),
    *("given", "legal", "of", "s", "kanji", "kana", "english", "korean"),
}
_ONE_WORD_NAMES = {"surname", "forename", "firstname", "lastname", "fullname", "patientname", "ptname"}
_NO_BIRTH_DATE = {"weight", "year", "place", "order", "country", "term", "control", "age"}
_FREE_TEXT = {"comment", "comments", "remark", "remarks", "note", "notes", "memo", "narrative", "freetext"}


def kind_of_name(column: str) -> PersonalKind | None:
    """Tell what a column's name says it holds of a person.

    Parameters
    ----------
    column : str
        A column's name, or the label that a statistics package keeps for it.

    Returns
    -------
    str or None
        The kind; None where the name tells of nothing personal.

    Examples
    --------
    >>> kind_of_name("환자 성명"), kind_of_name("Hospital No."), kind_of_name("birth_weight")
    ('name', 'record_number', None)
    """
    column = unicodedata.normalize("NFKC", column)
    squeezed = "".join(column.split())
    for kind, words in _EAST_ASIAN:
        if any(word in squeezed for word in words):
            return None if kind == "name" and any(word in squeezed for word in _NAMES_OF_OTHERS) else kind
    return _kind_of_words(name_words(column))


def _kind_of_words(ordered: list[str]) -> PersonalKind | None:
    words, joined = set(ordered), "".join(ordered)
    numbered = bool(words & _NUMBER)
    if words & _EMAIL:
        return "email"
    if words & _PHONE or joined.endswith(("phonenumber", "phoneno")):
        return "phone"
    if words & _NATIONAL_ID or joined in _NATIONAL_ID or (numbered and words & _NUMBERED_NATIONAL_ID):
        return "national_id"
    if (words & {"dob", "birthdate", "birthday"} or "birth" in words) and not words & _NO_BIRTH_DATE:
        return "birth_date"
    if words & _ADDRESS:
        return None if "ip" in words else "address"
    if words & _RECORD or (numbered and words & _NUMBERED_RECORD) or joined in _RECORD:
        return "record_number"
    if "initials" in words:
        return "initials"
    if words & _ONE_WORD_NAMES or (words & {"name", "names"} and words <= _WHOSE_NAME):
        return "name"
    return "free_text" if words & _FREE_TEXT else None
