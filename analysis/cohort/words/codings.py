"""The words by which hospitals code events and best responses."""

import re
import unicodedata
from collections.abc import Collection
from functools import partial

_OBSERVED_SWITCH: tuple[tuple[str, str], ...] = (
    ("1", "0"),
    ("true", "false"),
    ("t", "f"),
    ("yes", "no"),
    ("y", "n"),
    ("+", "-"),
    ("○", "×"),
    ("〇", "×"),
    ("예", "아니오"),
    ("예", "아니요"),
    ("유", "무"),
    ("있음", "없음"),
    ("ja", "nein"),
    ("oui", "non"),
    ("はい", "いいえ"),
    ("あり", "なし"),
    ("有り", "無し"),
    ("有", "無"),
)
"""Pairs that say whether something happened, and depend on the column's name for what it was."""

_DEATHS = {"dead", "died", "death", "deceased", "expired", "expire", "사망", "死亡", "逝去", "原病死", "他病死"} | {
    *("사", "死", "verstorben", "gestorben", "tot", "décédé", "décédée", "decede", "décès", "mort"),
}
_OBSERVED_WORDS = _DEATHS | {
    *("event", "observed", "failure", "failed", "이벤트", "사건", "イベント"),
    *("progressed", "progression", "progressive", "progressive disease", "disease progression", "pd"),
    *("진행", "질병진행", "増悪", "進行", "病勢進行", "病勢増悪"),
    *("relapse", "relapsed", "recurrence", "recurred", "재발", "再発"),
}
_CENSORED_WORDS = {
    *("생", "生", "lebt", "lebend", "am leben", "vivant", "vivante", "en vie"),
    *("alive", "living", "live", "survived", "survivor", "생존", "생존중", "생존 중", "生存", "生存中", "無病生存"),
    *("censored", "censor", "none", "중도절단", "절단", "打ち切り", "打切り", "打切"),
    *("무진행", "무재발", "무사건", "無増悪", "無再発", "無進行", "無イベント", "増悪なし", "再発なし", "イベントなし"),
    *("lost to follow-up", "loss to follow-up", "lost to follow up", "loss to follow up", "f/u loss", "fu loss"),
    *("follow up loss", "follow-up loss", "lost", "ltfu", "lfu", "추적소실", "추적 소실", "추적불가", "추적중단"),
    *("追跡不能", "追跡不可", "転院", "전원", "transferred", "transferred out", "withdrawn", "withdrew", "동의철회"),
    *("同意撤回", "no event", "event-free", "event free", "not observed", "not progressed", "no progression"),
    *("progression-free", "progression free", "no relapse", "relapse-free", "no recurrence", "recurrence-free"),
}
_DEATH_CODES = {"dod", "doc", "dooc", "duc", "dead of disease", "dead of other causes", "died of disease"}
_ALIVE_CODES = {"awd", "ned", "anod", "alive with disease", "no evidence of disease", "alive without disease"}
"""Codes that tell of deaths; in a column of relapse or progression they would be read otherwise."""

_UNKNOWN_WORDS = {
    *("unknown", "unk", "uk", "not known", "n.a.", "?", "missing", "undetermined", "indeterminate", "not available"),
    *(
        "확인불가",
        "확인 불가",
        "미상",
        "불명",
        "모름",
        "알수없음",
        "알 수 없음",
        "不明",
        "未確認",
        "確認不能",
        "確認不可",
    ),
}

_REVERSED_NAMES = {
    *("lebt", "lebend", "vivant", "vivante"),
    *("alive", "living", "survived", "eventfree", "noevent", "생존", "생존여부", "生存"),
    *("censored", "censor", "censoring", "cens", "cnsr", "중도절단", "打ち切り", "打切り", "打切"),
}
"""Words in a column's name that turn 1, true and yes into "no event"."""

_REVERSED_PARTS = ("생존여부", "생존상태", "생존유무", "생존중", "중도절단", "生存有無", "生存状態", "打ち切り", "打切")
"""The same in names written without spaces."""

_NOT_OF_DEATHS = (
    "dfs",
    "pfs",
    "rfs",
    "efs",
    "ttp",
    "ttf",
    "relapse",
    "recur",
    "progress",
    "재발",
    "진행",
    "再発",
    "増悪",
)


def observed_label(labels: Collection[str], column: str) -> str | None:
    """Find which of an event column's two labels means that the event was observed, where no one need be asked.

    Codings that can be read in one way only are accepted in any case: 0/1, true/false, yes/no, +/-, dead/alive,
    event/censored, progressed/censored and their Korean and Japanese counterparts, with or without a code before
    them (``1: dead``). 1/2 is not among them (in R 2 is the event, elsewhere 1 is), neither is yes/no in a column called
    ``alive``, nor O/X where the name is not Korean or Japanese.

    Parameters
    ----------
    labels : collection of str
        The column's distinct labels.
    column : str
        Its name.

    Returns
    -------
    str or None
        The label as it stands in the column; None when a person must say.
    """
    folded = {_fold(label): label for label in labels}
    if len(labels) != 2 or len(folded) != 2:
        return None
    for observed, censored in _OBSERVED_SWITCH:
        if set(folded) == {observed, censored}:
            return None if is_reversed_name(column) else folded[observed]
    if set(folded) == {"o", "x"}:
        return None if is_reversed_name(column) or column.isascii() else folded["o"]
    tells = partial(tells_event, column=column)
    seen = [label for label in labels if tells(label)]
    unseen = [label for label in labels if tells(label) is False]
    return seen[0] if len(seen) == 1 and len(unseen) == 1 else None


def tells_event(label: str, column: str) -> bool | None:
    """Tell whether a word says that the event was observed.

    Parameters
    ----------
    label : str
        A cell's label.
    column : str
        Its column's name: codes that tell of deaths (``DOD``, ``NED``) are not read in a column of relapse.

    Returns
    -------
    bool or None
        True for the event, False for a censored time, None where the word says neither.
    """
    key = _fold(_CODE_BEFORE.sub("", label))
    of_deaths = not any(part in column.casefold() for part in _NOT_OF_DEATHS)
    if key in _OBSERVED_WORDS or (of_deaths and key in _DEATH_CODES):
        return True
    return False if key in _CENSORED_WORDS or (of_deaths and key in _ALIVE_CODES) else None


_CODE_BEFORE = re.compile(r"^\s*\d{1,2}\s*[:=.)\-–：＝）]\s*(?=[^\d\s])")
"""The code of a label that gives both, as in ``1: dead``."""


def tell_deaths(labels: Collection[str]) -> bool:
    """Tell whether labels say who is dead and who is alive, whatever their column is called.

    Parameters
    ----------
    labels : collection of str
        A column's distinct labels.

    Returns
    -------
    bool
        True where each label that is not unknown is a word for an outcome, and at least one of them a death.

    Examples
    --------
    >>> tell_deaths(["Expired", "Alive"]), tell_deaths(["1", "0"])
    (True, False)
    """
    known = [label for label in labels if not is_unknown_label(label)]
    told = [tells_event(label, "") for label in known]
    deaths = any(_fold(_CODE_BEFORE.sub("", label)) in _DEATHS | _DEATH_CODES for label in known)
    return deaths and True in told and False in told and None not in told


def observed_labels(labels: Collection[str], column: str) -> tuple[str, ...] | None:
    """Propose which labels of an event column mean that the event was observed, for a person to confirm.

    Besides the codings of `observed_label`, columns kept by several hands: any number of words, each of which
    says dead or alive, event or censored, or that it is not known, which is neither.

    Parameters
    ----------
    labels : collection of str
        The column's distinct labels.
    column : str
        Its name.

    Returns
    -------
    tuple of str or None
        The labels as they stand in the column, in its order; None when a person must say.
    """
    known = [label for label in labels if not is_unknown_label(label)]
    plain = observed_label(known, column)
    if plain is not None:
        return (plain,)
    observed = tuple(label for label in known if tells_event(label, column))
    censored = [label for label in known if tells_event(label, column) is False]
    return observed if observed and censored and len(observed) + len(censored) == len(known) else None


def is_unknown_label(label: str) -> bool:
    """Tell whether a label of an event column says that nobody knows: neither an event nor a censored time.

    Parameters
    ----------
    label : str
        A cell's label.

    Returns
    -------
    bool
        True for ``unknown``, ``확인불가``, ``不明`` and the like.
    """
    return _fold(_CODE_BEFORE.sub("", label)) in _UNKNOWN_WORDS


def unknown_labels(labels: Collection[str], observed: Collection[str]) -> list[str]:
    """Pick the labels of an event column that mean neither the event nor a censored time.

    Parameters
    ----------
    labels : collection of str
        The column's distinct labels.
    observed : collection of str
        Those that mean the event by the study's own word.

    Returns
    -------
    list of str
        Labels such as ``unknown``.
    """
    return [label for label in labels if label not in observed and is_unknown_label(label)]


def is_reversed_name(column: str) -> bool:
    """Tell whether a column's name says the opposite of an event, as ``alive`` and ``censored`` do.

    Parameters
    ----------
    column : str
        A column's name.

    Returns
    -------
    bool
        True when 1 or yes in such a column would mean that nothing happened.
    """
    words = name_words(column)
    joined = "".join(words)
    return bool(_REVERSED_NAMES.intersection([*words, joined])) or any(part in joined for part in _REVERSED_PARTS)


def name_words(column: str) -> list[str]:
    """Split a column's name into its words, in lower case.

    Parameters
    ----------
    column : str
        A name such as ``OS_months``, ``osMonths`` or ``OS (months)``.

    Returns
    -------
    list of str
        Here ``["os", "months"]``.
    """
    column = unicodedata.normalize("NFKC", column)
    words: list[str] = []
    current = ""
    for before, letter in zip((" " + column)[:-1], column, strict=True):
        if not letter.isalnum():
            words.append(current)
            current = ""
            continue
        if letter.isupper() and before.islower():
            words.append(current)
            current = ""
        current += letter
    words.append(current)
    return [word.casefold() for word in words if word]


RESPONSE_CATEGORIES: tuple[str, ...] = ("CR", "PR", "SD", "PD", "NE")
"""Best responses: complete, partial, stable, progressive, not evaluable."""

_RESPONSE_WORDS: dict[str, str] = {
    **dict.fromkeys(("cr", "icr", "complete response", "complete remission", "complete"), "CR"),
    **dict.fromkeys(("완전관해", "완전반응", "완전 관해", "완전 반응", "完全奏効", "完全寛解", "著効"), "CR"),
    **dict.fromkeys(("pr", "ipr", "partial response", "partial remission", "partial"), "PR"),
    **dict.fromkeys(("부분관해", "부분반응", "부분 관해", "부분 반응", "部分奏効", "部分寛解"), "PR"),
    **dict.fromkeys(("sd", "isd", "stable disease", "stable", "no change"), "SD"),
    **dict.fromkeys(("안정병변", "안정", "불변", "안정 병변", "安定", "不変"), "SD"),
    **dict.fromkeys(("pd", "icpd", "progressive disease", "disease progression", "progression", "progressed"), "PD"),
    **dict.fromkeys(("진행병변", "진행", "질병진행", "진행성병변", "진행 병변", "進行", "増悪", "病勢進行"), "PD"),
    **dict.fromkeys(
        ("ne", "n/e", "n.e.", "not evaluable", "not evaluated", "non-evaluable", "inevaluable", "unevaluable"), "NE"
    ),
    **dict.fromkeys(("not assessable", "not assessed", "not done", "non evaluable", "nonevaluable"), "NE"),
    **dict.fromkeys(
        ("평가불능", "평가불가", "평가 불가", "평가안됨", "評価不能", "評価不可", "未評価", "判定不能"), "NE"
    ),
}
_CONFIRMED = re.compile(r"\s*(\*+|†|\((confirmed|conf\.?|c|확정|確定)\))$")
"""What a confirmed response has behind its code."""


def response_category(label: str) -> str | None:
    """Read a best response by its code or its name, in any case.

    A code of iRECIST, a confirmation (``CR (confirmed)``), a mark of a footnote (``PR*``) and a code before the name
    (``1: CR``) are read; unconfirmed responses and changes (``uPR``, ``iUPD``, ``PR→PD``) are not guessed.

    Parameters
    ----------
    label : str
        A cell's label.

    Returns
    -------
    str or None
        One of ``RESPONSE_CATEGORIES``; None for any other label.

    Examples
    --------
    >>> response_category("Complete response")
    'CR'
    """
    key = _CONFIRMED.sub("", _fold(_CODE_BEFORE.sub("", label)).replace("_", " "))
    both = _NAME_AND_CODE.fullmatch(key)
    if both is None:
        return _RESPONSE_WORDS.get(key)
    name, code = (_RESPONSE_WORDS.get(part.strip()) for part in both.groups())
    return code if name == code else None


_NAME_AND_CODE = re.compile(r"([^()]+)\(([^()]+)\)")
"""A response with its code behind it, as in ``Partial response (PR)``."""

_RESPONDER_WORDS = {"responder", "response", "responded", "반응", "반응군", "奏効", "奏効例"}
_NON_RESPONDER_WORDS = {
    *("non-responder", "nonresponder", "non responder", "non-response", "no response", "무반응", "비반응군"),
    *("비반응", "非奏効", "非奏効例"),
}


def responder_value(label: str) -> bool | None:
    """Read a cell of a column that says who responded.

    Parameters
    ----------
    label : str
        A cell's label.

    Returns
    -------
    bool or None
        True for a responder; None for a label that says neither.
    """
    key = _fold(label)
    for observed, censored in _OBSERVED_SWITCH:
        if key in (observed, censored):
            return key == observed
    if key in _RESPONDER_WORDS:
        return True
    return False if key in _NON_RESPONDER_WORDS else None


def _fold(label: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())
