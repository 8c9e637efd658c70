"""The words of column names that speak of a time, an event, an endpoint or a unit, in English, Korean and Japanese."""

ENDPOINT_WORDS: dict[str, str] = {
    **dict.fromkeys(("os", "death", "dead", "died", "deceased", "mortality", "vital", "alive", "living"), "OS"),
    **dict.fromkeys(("사망", "생존", "전체생존", "생사", "생존여부", "死亡", "生存", "全生存", "生死", "転帰"), "OS"),
    **dict.fromkeys(("pfs", "progression", "progressed", "progress"), "PFS"),
    **dict.fromkeys(("무진행", "무진행생존", "진행", "増悪", "無増悪", "無増悪生存", "進行", "無進行生存"), "PFS"),
    **dict.fromkeys(("rfs", "relapse", "relapsed", "recurrence", "recurred", "recur"), "RFS"),
    **dict.fromkeys(("재발", "무재발", "무재발생존", "再発", "無再発", "無再発生存"), "RFS"),
    **dict.fromkeys(("무병", "무병생존", "무질병생존", "無病", "無病生存"), "DFS"),
    **dict.fromkeys(("무사건생존", "無イベント生存"), "EFS"),
    **{
        word: word.upper() for word in ("dfs", "efs", "ttp", "ttf", "dss", "css", "mfs", "dmfs", "lrfs", "bcrfs", "ffs")
    },
}
"""A word of a time's or event's name, and the endpoint it speaks of."""

TIME_WORDS = {
    *("time", "t", "duration", "dur", "survival", "surv", "survtime", "stime", "follow", "followup", "up", "fu", "fup"),
    *("futime", "interval", "to", "aval", "기간", "추적", "추적관찰", "관찰", "시간", "경과"),
    *("期間", "観察", "追跡", "時間", "経過"),
}
EVENT_WORDS = {
    *("event", "status", "stat", "evt", "ev", "cens", "censor", "censored", "censoring", "indicator", "ind", "flag"),
    *("observed", "fustat", "delta", "failure", "e", "yn", "cnsr", "여부", "유무", "이벤트", "상태", "사건"),
    *("イベント", "有無", "転帰", "状態", "打ち切り", "打切", "중도절단"),
}
UNIT_WORDS: dict[str, str] = {
    **dict.fromkeys(("months", "month", "mo", "mos", "mths", "mth", "mon", "m"), "months"),
    **dict.fromkeys(("개월", "월", "개월수", "か月", "ヶ月", "ヵ月", "カ月", "ケ月", "箇月", "月", "月数"), "months"),
    **dict.fromkeys(("days", "day", "dy", "d", "일", "일수", "日", "日数"), "days"),
    **dict.fromkeys(("weeks", "week", "wk", "wks", "w", "주", "주수", "週", "週間", "週数"), "weeks"),
    **dict.fromkeys(("years", "year", "yr", "yrs", "y", "년", "년수", "年", "年数"), "years"),
}
