"""The words of column names that tell what a column is for, in English, Korean and Japanese."""

from collections.abc import Iterable

from analysis.cohort.codings import name_words

ID_WORDS = {
    *("id", "pid", "ptid", "patid", "subjid", "usubjid", "mrn", "patient", "subject", "case", "chart", "record"),
    *("등록번호", "환자번호", "연구번호", "번호", "환자", "患者番号", "症例番号", "登録番号", "患者", "症例", "番号"),
}
PERSONAL_WORDS = {
    *("name", "surname", "firstname", "lastname", "initials", "birth", "birthday", "birthdate", "dob", "ssn"),
    *("phone", "address", "email", "성명", "이름", "환자명", "생년월일", "주민등록번호", "氏名", "生年月日", "患者名"),
}
CENTRE_WORDS = {
    *("site", "center", "centre", "hospital", "institution", "institute", "clinic", "country", "region", "nation"),
    *("병원", "기관", "국가", "施設", "病院", "国"),
}
TREATMENT_NAMES = {
    *("arm", "treatment", "trt", "treat", "tx", "rx", "group", "grp", "treated", "therapy", "drug", "regimen"),
    *("exposure", "allocation", "intervention", "trtgroup", "treatmentgroup", "trtarm", "treatmentarm", "studyarm"),
    *("치료", "치료군", "치료약제", "약제", "투약", "투여약제", "군", "치료그룹"),
    *("投与", "投与群", "治療", "治療群", "群", "薬剤", "投与薬", "治療薬", "レジメン"),
}
TREATMENT_WORDS = {
    *("arm", "treatment", "trt", "regimen", "allocation", "exposure", "intervention", "therapy", "drug", "group"),
    *("치료군", "치료약제", "약제", "投与群", "治療群", "薬剤"),
}
CONTROL_LABELS = {
    *(
        "control",
        "controls",
        "placebo",
        "standard",
        "standard of care",
        "soc",
        "usual care",
        "observation",
        "comparator",
    ),
    *(
        "reference",
        "no",
        "none",
        "0",
        "false",
        "untreated",
        "no treatment",
        "not treated",
        "best supportive care",
        "bsc",
    ),
    *("대조", "대조군", "위약", "무치료", "対照", "対照群", "プラセボ", "無治療", "無", "なし"),
}
TREATED_LABELS = {
    *("test", "treated", "treatment", "experimental", "new", "active", "intervention", "investigational", "exposed"),
    *("1", "yes", "true", "시험군", "치료군", "試験群", "治療群", "あり", "有"),
}
BASELINE_WORDS = {
    *("prior", "previous", "baseline", "base", "bl", "history", "hx", "before", "pre", "initial", "past", "preop"),
    *("이전", "과거", "기저", "既往", "前", "治療前"),
}
AFTER_WORDS = {
    *("last", "contact", "death", "dead", "died", "follow", "followup", "fu", "relapse", "relapsed", "recurrence"),
    *(
        "progression",
        "progressed",
        "best",
        "change",
        "nadir",
        "response",
        "responder",
        "subsequent",
        "post",
        "poststudy",
    ),
    *("discontinuation", "discontinued", "withdrawal", "withdrawn", "outcome", "ae", "aes", "adverse", "toxicity"),
    *(
        "cause",
        "dor",
        "ttr",
        "orr",
        "dcr",
        "vital",
        "survival",
        "cycles",
        "reduction",
        "interruption",
        "salvage",
        "eot",
        "end",
    ),
    *("stop", "off", "exit", "censor", "censored", "alive", "event", "crossover"),
    *("사망", "추적", "재발", "진행", "부작용", "최종", "생존", "이후", "종료"),
    *("死亡", "転帰", "最終", "再発", "増悪", "副作用", "有害事象", "生存", "終了"),
}
DOSE_WORDS = {"dose", "dosage", "dosing", "용량", "투여량", "用量", "投与量"}
DATE_WORDS = {"date", "day0", "일자", "날짜", "日付"}

RESPONSE_WORDS = {
    *("bor", "best", "overall", "response", "objective", "tumor", "tumour", "recist", "mrecist", "irecist", "orr"),
    *(
        "resp",
        "investigator",
        "central",
        "local",
        "review",
        "blinded",
        "independent",
        "irc",
        "bicr",
        "by",
        "radiologic",
        "radiological",
        "confirmed",
        "반응",
        "최선반응",
    ),
    *("최고반응", "奏効", "最良効果", "効果", "evaluation", "status", "1", "11", "v1", "v11"),
}
RESPONDER_WORDS = {"responder", "responders", "orr", "response", "responded", "objective", "반응", "반응여부", "奏効"}

ENDPOINT_WORDS: dict[str, str] = {
    **dict.fromkeys(
        (
            "os",
            "death",
            "dead",
            "died",
            "deceased",
            "mortality",
            "vital",
            "alive",
            "living",
            "사망",
            "생존",
            "死亡",
            "生存",
        ),
        "OS",
    ),
    **dict.fromkeys(("pfs", "progression", "progressed", "progress", "무진행", "진행", "増悪", "無増悪"), "PFS"),
    **dict.fromkeys(("rfs", "relapse", "relapsed", "recurrence", "recurred", "recur", "재발", "再発"), "RFS"),
    **{
        word: word.upper() for word in ("dfs", "efs", "ttp", "ttf", "dss", "css", "mfs", "dmfs", "lrfs", "bcrfs", "ffs")
    },
}
"""A word of a time's or event's name, and the endpoint it speaks of."""

TIME_WORDS = {
    *("time", "t", "duration", "dur", "survival", "surv", "survtime", "stime", "follow", "followup", "up", "fu", "fup"),
    *("futime", "interval", "to", "기간", "생존기간", "추적기간", "期間", "生存期間", "観察期間"),
}
EVENT_WORDS = {
    *("event", "status", "stat", "evt", "ev", "cens", "censor", "censored", "censoring", "indicator", "ind", "flag"),
    *("observed", "fustat", "delta", "failure", "e", "yn", "여부", "이벤트", "イベント", "有無", "転帰"),
}
UNIT_WORDS: dict[str, str] = {
    **dict.fromkeys(
        ("months", "month", "mo", "mos", "mths", "mth", "m", "개월", "월", "か月", "ヶ月", "ヵ月", "月"), "months"
    ),
    **dict.fromkeys(("days", "day", "d", "일", "일수", "日", "日数"), "days"),
    **dict.fromkeys(("weeks", "week", "wk", "wks", "w", "주", "週"), "weeks"),
    **dict.fromkeys(("years", "year", "yr", "yrs", "y", "년", "年"), "years"),
}

_SUFFIXES = tuple(
    sorted({word for word in (*TIME_WORDS, *EVENT_WORDS, *UNIT_WORDS) if len(word) > 1}, key=len, reverse=True)
)


def split_words(column: str) -> list[str]:
    """Split a column's name into words, words written together after an endpoint's code among them.

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
    >>> split_words("pfstime")
    ['pfs', 'time']
    """
    return [part for word in name_words(column) for part in _parts(word)]


def _parts(word: str) -> Iterable[str]:
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and (stem in ENDPOINT_WORDS or stem == "fu"):
            return (stem, suffix)
    return (word,)


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
    return next((UNIT_WORDS[word] for word in words if word in UNIT_WORDS), None)
