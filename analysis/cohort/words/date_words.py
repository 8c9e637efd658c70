"""The words of column names that tell what a date is of, in English, Korean and Japanese."""

from collections.abc import Iterable

DATE_WORDS = {
    *("date", "day0", "dt", "dtc", "일자", "날짜", "년월일", "연월일", "일시", "日付", "年月日", "日時"),
}
"""Words that say no more than that a column holds dates."""

_LAST = {"last", "latest", "final", "most", "최종", "마지막", "최근", "最終", "最後", "直近"}
_CONTACT = {
    *("contact", "visit", "seen", "fu", "lfu", "followup", "follow", "alive", "known", "available"),
    *("추적", "추적관찰", "방문", "내원", "관찰", "확인", "외래", "생존", "생존확인", "연락"),
    *("確認", "来院", "受診", "観察", "生存", "生存確認", "追跡", "転帰", "経過", "診察"),
}
_ASSESSMENT = {
    *("assessment", "assessed", "scan", "imaging", "ct", "mri", "evaluation", "image", "disease", "response"),
    *("평가", "영상", "영상검사", "검사", "반응평가", "評価", "画像", "画像評価", "検査", "画像検査", "腫瘍評価"),
}
_TREATMENT = {
    *("dose", "treatment", "tx", "trt", "therapy", "drug", "rx", "chemo", "chemotherapy", "administration", "study"),
    *("medication", "infusion", "cycle", "arm", "투여", "치료", "투약", "약물", "항암", "항암치료", "복용"),
    *("投与", "治療", "投薬", "化学療法", "服用", "内服", "薬剤"),
}
_START = {
    *("start", "started", "begin", "began", "first", "1st", "initiation", "initial", "init", "commencement", "st"),
    *("시작", "개시", "첫", "최초", "초회", "初回", "開始", "導入"),
}
_END = {
    *("end", "ended", "stop", "stopped", "discontinuation", "discontinued", "off", "eot", "completion"),
    *("종료", "중단", "중지", "완료", "終了", "中止", "完了"),
}
_SUBSEQUENT = {"subsequent", "next", "post", "salvage", "second", "후속", "후치료", "차기", "後治療", "次治療", "後続"}
_PRIOR = {"prior", "previous", "history", "past", "pre", "이전", "과거", "전치료", "既往", "前治療", "前"}

_SIMPLE: tuple[tuple[str, float, set[str]], ...] = (
    ("death", 1.0, {"death", "died", "dead", "deceased", "dth", "dod", "사망", "死亡", "逝去"}),
    (
        "progression",
        1.0,
        {
            *("progression", "progressed", "progress", "prog", "pd", "relapse", "relapsed", "recurrence", "recur"),
            *("진행", "질병진행", "재발", "増悪", "進行", "再発", "病勢進行", "病勢増悪"),
        },
    ),
    (
        "response",
        1.0,
        {
            *("response", "responded", "cr", "pr", "bor", "반응", "최고반응", "최선반응", "관해", "奏効", "効果"),
            *("寛解", "効果判定", "最良効果"),
        },
    ),
    (
        "index",
        1.0,
        {
            *("index", "baseline", "randomization", "randomisation", "randomized", "randomised", "rand", "day0"),
            *("timezero", "landmark", "기준", "무작위", "무작위배정", "배정", "基準", "割付", "無作為化", "起算"),
        },
    ),
    (
        "enrolment",
        0.8,
        {
            *("enrollment", "enrolment", "enrolled", "registration", "registered", "entry", "inclusion", "consent"),
            *("등록", "동의", "登録", "同意", "組入れ"),
        },
    ),
    (
        "surgery",
        1.0,
        {
            *("surgery", "operation", "op", "resection", "transplant", "transplantation", "수술", "절제", "이식"),
            *("시술", "手術", "切除", "移植"),
        },
    ),
    ("diagnosis", 1.0, {"diagnosis", "diagnosed", "dx", "diag", "진단", "확진", "診断", "確定診断"}),
    ("treatment_start", 0.7, _START),
    ("treatment_start", 0.8, _TREATMENT - {"study", "arm", "cycle"}),
    ("last_contact", 0.8, _CONTACT | {"censor", "censoring", "censored", "eos", "打ち切り"}),
)
"""Uses that one word tells, how plainly, in the order in which they are asked."""


def date_use(words: Iterable[str]) -> tuple[str, float] | None:
    """Tell from its name what a column of dates is of.

    Parameters
    ----------
    words : iterable of str
        As `split_words` gives them.

    Returns
    -------
    (str, float) or None
        ``index``, ``treatment_start``, ``enrolment``, ``surgery``, ``diagnosis``, ``progression``, ``death``,
        ``response``, ``last_contact``, ``last_assessment``, ``treatment_end``, ``subsequent``, ``prior``, ``birth`` or
        ``cutoff``, and how plainly the name says so, 0 to 1; None where it does not.

    Examples
    --------
    >>> date_use(["date", "of", "last", "contact"])
    ('last_contact', 1.0)
    """
    told = set(words)
    if told & {"birth", "dob", "birthday", "birthdate", "생년월일", "생일", "生年月日", "誕生"}:
        return "birth", 1.0
    if told & {"cutoff", "lock", "마감", "자료마감", "カットオフ", "締切"} or {"cut", "off"} <= told:
        return "cutoff", 1.0
    for use, found in (
        ("last_contact", told & _LAST and told & _CONTACT),
        ("last_assessment", told & _LAST and told & _ASSESSMENT),
        ("treatment_end", told & _LAST and told & _TREATMENT),
        ("last_contact", told & _END and told & (_CONTACT | {"study"})),
        ("treatment_end", told & _END),
        ("subsequent", told & _SUBSEQUENT),
        ("prior", told & _PRIOR),
        ("treatment_start", (told & _START and told & _TREATMENT) or "c1d1" in told),
    ):
        if found:
            return use, 1.0
    simple = next(((use, plainly) for use, plainly, known in _SIMPLE if told & known), None)
    return simple or (("last_contact", 0.6) if told & _LAST else None)


DATE_PHRASES: dict[str, tuple[str, ...]] = {
    "trtsdt": ("treatment", "start", "date"),
    "trtsdtm": ("treatment", "start", "date"),
    "trtedt": ("treatment", "end", "date"),
    "rfstdtc": ("index", "date"),
    "rfxstdtc": ("treatment", "start", "date"),
    "randdt": ("randomization", "date"),
    "dthdt": ("death", "date"),
    "dthdtc": ("death", "date"),
    "lstalvdt": ("last", "alive", "date"),
    "lastfu": ("last", "fu"),
    "lfu": ("last", "fu"),
    "ltfu": ("last", "fu"),
    "lastcontact": ("last", "contact"),
    "lastvisit": ("last", "visit"),
    "lastfudate": ("last", "fu", "date"),
    "dolc": ("date", "last", "contact"),
    "dolfu": ("date", "last", "fu"),
    "deathdate": ("death", "date"),
    "dxdate": ("dx", "date"),
    "diagdate": ("dx", "date"),
    "startdate": ("start", "date"),
    "enddate": ("end", "date"),
    "opdate": ("op", "date"),
    "pddate": ("pd", "date"),
    "progdate": ("progression", "date"),
    "fudate": ("fu", "date"),
    "indexdate": ("index", "date"),
    "birthdate": ("birth", "date"),
}
"""Names written as one word, in the way of clinical data standards or of busy hospitals, and their words."""

EAST_ASIAN_DATE_TERMS = tuple(
    word
    for group in (
        DATE_WORDS,
        _LAST,
        _CONTACT,
        _ASSESSMENT,
        _TREATMENT,
        _START,
        _END,
        _SUBSEQUENT,
        _PRIOR,
        {"생년월일", "생일", "生年月日", "誕生", "마감", "자료마감", "カットオフ", "締切"},
        *(known for _, _, known in _SIMPLE),
    )
    for word in group
    if not word.isascii()
)
