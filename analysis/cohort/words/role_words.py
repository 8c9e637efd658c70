"""The words of column names that tell what a column is for, in English, Korean and Japanese, and names cut into them."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby

from analysis.cohort.words.baseline_words import BASELINE_WORDS, CHARACTERISTIC_WORDS, NEUTRAL_TERMS, NOMINAL_WORDS
from analysis.cohort.words.codings import name_words
from analysis.cohort.words.date_words import DATE_PHRASES, EAST_ASIAN_DATE_TERMS
from analysis.cohort.words.date_words import DATE_WORDS as DATE_WORDS
from analysis.cohort.words.european_words import EUROPEAN_WORDS
from analysis.cohort.words.outcome_words import ENDPOINT_WORDS, EVENT_WORDS, TIME_WORDS, UNIT_WORDS

ID_WORDS = {
    *("id", "pid", "ptid", "patid", "subjid", "usubjid", "mrn", "patient", "subject", "case", "chart", "record"),
    *(
        "등록번호",
        "환자번호",
        "연구번호",
        "번호",
        "환자",
        "환자id",
        "연구대상자번호",
        "대상자번호",
        "대상자",
        "증례번호",
    ),
    *("患者番号", "症例番号", "登録番号", "患者", "症例", "番号", "症例", "被験者番号", "被験者", "研究番号", "連番"),
}
ROW_NUMBER_NAMES = {
    *("no", "no.", "nr", "nr.", "num", "number", "#", "seq", "serial", "serial no", "sn", "s/n", "index", "row"),
    *("순번", "연번", "일련번호", "번", "連番", "通番", "通し番号", "no.", "№"),
}
"""Whole names of a column that counts patients."""

STUDY_ID_WORDS = {
    *("subjid", "usubjid", "subject", "study", "case", "연구번호", "연구대상자번호", "대상자번호", "증례번호"),
    *("症例番号", "症例", "被験者番号", "研究番号"),
}
"""Numbers that a study gives; a hospital's own numbers tell who the patient is."""

PERSONAL_WORDS = {
    *("name", "surname", "firstname", "lastname", "initials", "birth", "birthday", "birthdate", "dob", "ssn"),
    *("phone", "address", "email", "성명", "이름", "환자명", "생년월일", "주민등록번호", "氏名", "生年月日", "患者名"),
}
CENTRE_WORDS = {
    *("site", "center", "centre", "hospital", "institution", "institute", "clinic", "country", "region", "nation"),
    *("병원", "기관", "기관명", "병원명", "국가", "施設", "施設名", "病院", "病院名", "国"),
}
TREATMENT_NAMES = {
    *("arm", "treatment", "trt", "treat", "tx", "rx", "group", "grp", "treated", "therapy", "drug", "regimen"),
    *("exposure", "allocation", "intervention", "trtgroup", "treatmentgroup", "trtarm", "treatmentarm", "studyarm"),
    *("trt01p", "trt01a", "actarm", "plannedarm", "armcd", "cohort"),
    *("치료", "치료군", "치료약제", "약제", "투약", "투여약제", "군", "치료그룹", "투여군", "배정군", "시험군", "약물"),
    *("치료약", "치료법", "치료방법", "투여약물"),
    *("投与", "投与群", "治療", "治療群", "群", "薬剤", "投与薬", "治療薬", "レジメン", "割付群", "治療法", "治療内容"),
    *("投与薬剤", "使用薬剤", "薬剤名"),
}
TREATMENT_WORDS = {
    *("arm", "treatment", "trt", "regimen", "allocation", "exposure", "intervention", "therapy", "drug", "group"),
    *("치료군", "치료약제", "약제", "투여군", "투여약제", "배정군", "치료약", "치료법", "치료방법"),
    *("投与群", "治療群", "薬剤", "治療薬", "投与薬剤", "使用薬剤", "割付群", "レジメン", "治療法", "治療内容"),
}
CONTROL_LABELS = {
    *("control", "controls", "placebo", "standard", "standard of care", "soc", "usual care", "observation"),
    *("comparator", "reference", "no", "none", "0", "false", "untreated", "no treatment", "not treated"),
    *("best supportive care", "bsc", "supportive care", "conventional", "ctrl", "non-exposed", "unexposed"),
    *(
        "대조",
        "대조군",
        "위약",
        "위약군",
        "무치료",
        "비투여",
        "미투여",
        "비투여군",
        "비치료군",
        "표준치료",
        "무",
        "아니오",
    ),
    *(
        "경과관찰",
        "対照",
        "対照群",
        "プラセボ",
        "無治療",
        "無",
        "なし",
        "無し",
        "非投与",
        "未投与",
        "非投与群",
        "標準治療",
    ),
    *("経過観察", "いいえ"),
}
TREATED_LABELS = {
    *("test", "treated", "treatment", "experimental", "new", "active", "intervention", "investigational", "exposed"),
    *("yes", "true"),
    *(
        "시험군",
        "치료군",
        "투여",
        "투여군",
        "시행",
        "유",
        "예",
        "試験群",
        "治療群",
        "投与",
        "投与群",
        "あり",
        "有",
        "有り",
    ),
    *("はい",),
}
ARM_LABEL_ENDINGS = (
    *(
        "nib",
        "mab",
        "platin",
        "taxel",
        "rubicin",
        "tinib",
        "limus",
        "ciclib",
        "parib",
        "gliflozin",
        "gliptin",
        "statin",
    ),
    *("닙", "맙", "플라틴", "탁셀", "시클립", "파립", "글립틴", "스타틴"),
    *("ニブ", "マブ", "プラチン", "タキセル", "シクリブ", "パリブ", "グリプチン", "スタチン"),
)
"""How the names of many drugs end."""

AFTER_WORDS = {
    *("last", "contact", "death", "dead", "died", "follow", "followup", "fu", "relapse", "relapsed", "recurrence"),
    *("progression", "progressed", "best", "change", "nadir", "response", "responder", "subsequent", "post"),
    *("poststudy", "posttreatment", "posttx", "nextline", "rescue", "discontinuation", "discontinued", "withdrawal"),
    *("withdrawn", "outcome", "ae", "aes", "sae", "irae", "teae", "adverse", "toxicity", "ctcae", "dlt"),
    *("dor", "ttr", "orr", "dcr", "vital", "survival", "cycles", "reduction", "reduced", "interruption"),
    *("hfsr", "hfs", "next"),
    *("salvage", "eot", "end", "stop", "off", "exit", "censor", "censored", "alive", "event", "crossover", "cnsr"),
    *("사망", "사인", "사망원인", "추적", "재발", "진행", "부작용", "이상반응", "독성", "최종", "생존", "이후", "종료"),
    *(
        "치료후",
        "투여후",
        "수술후",
        "후속",
        "후속치료",
        "후치료",
        "감량",
        "중단",
        "중단사유",
        "변화",
        "변화율",
        "최대변화",
    ),
    *("최소치", "반응", "최고반응", "최선반응", "합병증발생", "치료기간", "투여기간", "투약기간", "투여횟수", "사이클"),
    *("재입원", "재원일수", "재원기간", "수술후합병증", "퇴원", "在院日数", "再入院", "術後合併症", "退院"),
    *(
        "死亡",
        "死因",
        "死亡原因",
        "転帰",
        "最終",
        "再発",
        "増悪",
        "副作用",
        "有害事象",
        "生存",
        "終了",
        "治療後",
        "投与後",
    ),
    *(
        "術後",
        "後治療",
        "後続",
        "後続治療",
        "次治療",
        "減量",
        "休薬",
        "中止",
        "中止理由",
        "変化",
        "変化率",
        "奏効",
        "効果",
    ),
    *("治療期間", "投与期間", "投与回数", "コース数"),
}
COURSE_WORDS = {"duration", "months", "days", "weeks", "time", "length", "exposure", "cycles"}
"""Beside a word for the treatment, how long it was given."""

DOSE_WORDS = {"dose", "dosage", "dosing", "용량", "투여량", "초기용량", "用量", "投与量", "初回投与量", "開始用量"}

RESPONSE_WORDS = {
    *("bor", "best", "overall", "response", "objective", "tumor", "tumour", "recist", "mrecist", "irecist", "orr"),
    *("resp", "investigator", "central", "local", "review", "blinded", "independent", "irc", "bicr", "by"),
    *("radiologic", "radiological", "confirmed", "evaluation", "status", "1", "11", "v1", "v11"),
    *("반응", "최선반응", "최고반응", "최선", "최고", "종양반응", "반응평가", "치료반응", "객관적", "판정", "평가"),
    *("奏効", "最良効果", "最良", "総合", "効果", "総合効果", "最良総合効果", "治療効果", "効果判定", "腫瘍", "判定"),
    *("最良奏効",),
}
RESPONDER_WORDS = {
    *("responder", "responders", "orr", "response", "responded", "objective", "반응", "반응여부", "반응군", "奏効"),
    *("奏効例", "奏効有無"),
}
TEXT_WORDS = {
    *("comment", "comments", "note", "notes", "remark", "remarks", "memo", "narrative", "description", "freetext"),
    *("비고", "메모", "소견", "특이사항", "備考", "メモ", "所見", "コメント", "特記事項"),
}

_EAST_ASIAN = sorted(
    {
        word
        for group in (
            *(ID_WORDS, PERSONAL_WORDS, CENTRE_WORDS, TREATMENT_NAMES, TREATMENT_WORDS, AFTER_WORDS, DOSE_WORDS),
            *(RESPONSE_WORDS, RESPONDER_WORDS, TEXT_WORDS, BASELINE_WORDS, CHARACTERISTIC_WORDS, NEUTRAL_TERMS),
            *(NOMINAL_WORDS, ENDPOINT_WORDS, TIME_WORDS, EVENT_WORDS, UNIT_WORDS, EAST_ASIAN_DATE_TERMS),
        )
        for word in group
        if not word.isascii()
    },
    key=len,
    reverse=True,
)
_SUFFIXES = tuple(
    sorted(
        {word for word in (*TIME_WORDS, *EVENT_WORDS, *UNIT_WORDS, "date") if len(word) > 1 and word.isascii()},
        key=len,
        reverse=True,
    )
)


def split_words(column: str) -> list[str]:
    """Split a column's name into words, those written together among them.

    English words are told apart after an endpoint's code; Korean and Japanese, which are written without spaces, by
    the longest words known here. A single letter counts at the end of a name only: 일 is a day in 사망일 and none in
    단일기관.

    Parameters
    ----------
    column : str
        A column's name.

    Returns
    -------
    list of str
        In lower case.

    Examples
    --------
    >>> split_words("pfstime"), split_words("무진행생존기간(개월)")
    (['pfs', 'time'], ['무진행생존', '기간', '개월'])
    """
    return list(_split(column))


@lru_cache(maxsize=4096)
def _split(column: str) -> tuple[str, ...]:
    joined = _EAST_ASIAN_GAP.sub("", column)  # 치료 후 is 치료후
    words = [part for word in name_words(joined) for run in _runs_of_script(word) for part in _parts(run)]
    return tuple(_merged(words))


_EAST_ASIAN_GAP = re.compile(r"(?<=[^\x00-\x7f])[\s_]+(?=[^\x00-\x7f])")
_CUT_IN_TWO = {("f", "u"): "fu", ("m", "recist"): "mrecist", ("i", "recist"): "irecist", ("l", "fu"): "lfu"}
"""Words that a stroke or a capital letter cuts: f/u, mRECIST."""


def _merged(words: list[str]) -> Iterator[str]:
    place = 0
    while place < len(words):
        whole = _CUT_IN_TWO.get((words[place], words[place + 1])) if place + 1 < len(words) else None
        yield whole or words[place]
        place += 2 if whole else 1


def _runs_of_script(word: str) -> Iterator[str]:
    """Latin letters and digits apart from others: ``os기간`` is two words."""
    for _, letters in groupby(word, key=_is_latin):
        yield "".join(letters)


def _is_latin(letter: str) -> bool:
    return letter < "\u0250"


def _parts(word: str) -> Iterable[str]:
    if word in EUROPEAN_WORDS:
        return EUROPEAN_WORDS[word]
    if not word.isascii():
        return _east_asian_parts(word)
    if word in DATE_PHRASES:
        return DATE_PHRASES[word]
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and (stem in ENDPOINT_WORDS or stem == "fu"):
            return (stem, suffix)
    return (word,)


def _east_asian_parts(word: str) -> tuple[str, ...]:
    parts: list[str] = []
    unknown = ""
    place = 0
    while place < len(word):
        known = next((term for term in _EAST_ASIAN if word.startswith(term, place) and _counts(term, word, place)), "")
        if known and unknown:
            parts.append(unknown)
            unknown = ""
        if known:
            parts.append(known)
        else:
            unknown += word[place]
        place += len(known) or 1
    return tuple(parts) + ((unknown,) if unknown else ())


def _counts(term: str, word: str, place: int) -> bool:
    return len(term) > 1 or place + 1 == len(word)


def endpoint_of(words: Iterable[str]) -> str | None:
    """Find the endpoint that a name speaks of.

    Parameters
    ----------
    words : iterable of str
        As `split_words` gives them.

    Returns
    -------
    str or None
        Such as ``OS``.
    """
    words = list(words)
    if "overall" in words and "survival" in words:
        return "OS"
    if "free" in words and "survival" in words:
        named = {"progression": "PFS", "disease": "DFS", "relapse": "RFS", "recurrence": "RFS", "event": "EFS"}
        return next((named[word] for word in words if word in named), None)
    if "to" in words and "time" in words and "progression" in words:
        return "TTP"
    return next((ENDPOINT_WORDS[word] for word in words if word in ENDPOINT_WORDS), None)


def unit_of(words: Iterable[str]) -> str | None:
    """Find the unit of time that a name states.

    Parameters
    ----------
    words : iterable of str
        As `split_words` gives them.

    Returns
    -------
    str or None
        ``days``, ``weeks``, ``months`` or ``years``.
    """
    return next((UNIT_WORDS[word] for word in reversed(list(words)) if word in UNIT_WORDS), None)
