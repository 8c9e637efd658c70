"""Small tables as hospitals export them, made up, with what each column is for."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

N = 60
_RNG = np.random.default_rng(20240331)


def _pick(*labels: str | int) -> list[Any]:
    return list(_RNG.permutation(np.resize(np.array(labels, dtype=object), N)))


AGE = _RNG.integers(38, 84, N).tolist()
INDEX = pd.Series(pd.Timestamp("2019-01-07") + pd.to_timedelta(_RNG.integers(0, 1200, N), unit="D"))
DIAGNOSIS = INDEX - pd.to_timedelta(_RNG.integers(20, 400, N), unit="D")
FOLLOWED = pd.Series(_RNG.integers(40, 1400, N))
LAST = INDEX + pd.to_timedelta(FOLLOWED, unit="D")
DEAD = pd.Series(_RNG.permutation(np.resize([True, True, False], N)))
DEATH = LAST.where(DEAD)
PROGRESSED_AFTER = (FOLLOWED * _RNG.uniform(0.2, 0.9, N)).round()
HAS_PROGRESSED = pd.Series(_RNG.permutation(np.resize([True, True, True, False], N)))
PROGRESSION = (INDEX + pd.to_timedelta(PROGRESSED_AFTER, unit="D")).where(HAS_PROGRESSED)
PFS_DAYS = PROGRESSED_AFTER.where(HAS_PROGRESSED, FOLLOWED).astype(int)
MONTHS = (FOLLOWED / 30.4375).round(2)


def iso(dates: pd.Series) -> list[str]:
    """Dates as text, blank where missing."""
    return dates.dt.strftime("%Y-%m-%d").fillna("").tolist()


def said(mask: pd.Series, yes: Any, no: Any) -> list[Any]:
    """A label for each of two states."""
    return np.where(mask, yes, no).tolist()


@dataclass(frozen=True)
class HospitalTable:
    """One made-up export.

    Attributes
    ----------
    name : str
        What it stands for.
    columns : dict of str to list
        Cells.
    roles : dict of str to str
        What each column is for.
    arms : tuple of str or None
        The treated and the control arm.
    endpoints : dict of str to tuple
        Time, event, observed labels and unit by name; for endpoints built from dates the kind alone.
    """

    name: str
    columns: dict[str, list[Any]]
    roles: dict[str, str]
    arms: tuple[str, str] | None
    endpoints: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def csv(self) -> bytes:
        """The file."""
        return pd.DataFrame(self.columns).to_csv(index=False).encode()


TABLES = (
    HospitalTable(
        name="English registry with days",
        columns={
            "Subject ID": [f"T-{row:03d}" for row in range(N)],
            "Age at diagnosis": AGE,
            "Sex": _pick("Male", "Female"),
            "Treatment": ["pembrolizumab"] * 20 + ["docetaxel"] * 40,
            "OS (days)": FOLLOWED.tolist(),
            "Vital status": said(DEAD, "Deceased", "Alive"),
            "PFS (days)": PFS_DAYS.tolist(),
            "PFS status": said(HAS_PROGRESSED, "Progressed", "Censored"),
            "Best overall response": _pick("CR", "PR (confirmed)", "SD", "PD", "NE"),
            "Subsequent therapy": _pick("none", "chemo", "trial"),
            "Dose reduction": _pick("Y", "N"),
        },
        roles={
            "Subject ID": "id", "Age at diagnosis": "covariate", "Sex": "covariate", "Treatment": "treatment",
            "OS (days)": "time", "Vital status": "event", "PFS (days)": "time", "PFS status": "event",
            "Best overall response": "response", "Subsequent therapy": "after", "Dose reduction": "after",
        },
        arms=("pembrolizumab", "docetaxel"),
        endpoints={
            "OS": ("OS (days)", "Vital status", {"Deceased"}, "days"),
            "PFS": ("PFS (days)", "PFS status", {"Progressed"}, "days"),
        },
    ),
    HospitalTable(
        name="Korean registry with months",
        columns={
            "연구번호": list(range(1, N + 1)),
            "나이": AGE,
            "성별": _pick("남", "여"),
            "치료군": ["렌바티닙"] * 25 + ["소라페닙"] * 35,
            "전체생존기간(개월)": MONTHS.tolist(),
            "사망여부": said(DEAD, "사망", "생존"),
            "무진행생존기간(개월)": (PFS_DAYS / 30.4375).round(1).tolist(),
            "진행여부": said(HAS_PROGRESSED, "Y", "N"),
            "최고반응": _pick("완전관해", "부분관해", "안정병변", "진행병변", "평가불가"),
            "후속치료": _pick("유", "무"),
            "간외전이": _pick("유", "무"),
        },
        roles={
            "연구번호": "id", "나이": "covariate", "성별": "covariate", "치료군": "treatment",
            "전체생존기간(개월)": "time", "사망여부": "event", "무진행생존기간(개월)": "time", "진행여부": "event",
            "최고반응": "response", "후속치료": "after", "간외전이": "covariate",
        },
        arms=("렌바티닙", "소라페닙"),
        endpoints={
            "OS": ("전체생존기간(개월)", "사망여부", {"사망"}, "months"),
            "PFS": ("무진행생존기간(개월)", "진행여부", {"Y"}, "months"),
        },
    ),
    HospitalTable(
        name="Japanese registry with days",
        columns={
            "症例番号": [f"J{row}" for row in range(N)],
            "年齢": AGE,
            "性別": _pick("男", "女"),
            "投与群": ["試験群"] * 30 + ["対照群"] * 30,
            "生存期間（日）": FOLLOWED.tolist(),
            "転帰": said(DEAD, "死亡", "生存"),
            "最良総合効果": _pick("完全奏効", "部分奏効", "安定", "進行", "評価不能"),
            "有害事象": _pick("あり", "なし"),
            "腹水": _pick("あり", "なし", "あり"),
        },
        roles={
            "症例番号": "id", "年齢": "covariate", "性別": "covariate", "投与群": "treatment",
            "生存期間（日）": "time", "転帰": "event", "最良総合効果": "response", "有害事象": "after", "腹水": "covariate",
        },
        arms=("試験群", "対照群"),
        endpoints={"OS": ("生存期間（日）", "転帰", {"死亡"}, "days")},
    ),
    HospitalTable(
        name="English dates only",
        columns={
            "case": list(range(1, N + 1)),
            "age": AGE,
            "arm": ["A"] * 20 + ["Control"] * 40,
            "date_of_diagnosis": iso(DIAGNOSIS),
            "first_dose_date": iso(INDEX),
            "progression_date": iso(PROGRESSION),
            "date_of_death": iso(DEATH),
            "last_contact_date": iso(LAST),
        },
        roles={
            "case": "id", "age": "covariate", "arm": "treatment", "date_of_diagnosis": "date",
            "first_dose_date": "index_date", "progression_date": "progression_date", "date_of_death": "death_date",
            "last_contact_date": "last_contact_date",
        },
        arms=("A", "Control"),
        endpoints={"PFS": ("pfs",), "OS": ("os",)},
    ),
    HospitalTable(
        name="Korean dates with a column of deaths",
        columns={
            "연구번호": list(range(1, N + 1)),
            "연령": AGE,
            "약제": ["A약"] * 20 + ["B약"] * 40,
            "진단일": iso(DIAGNOSIS),
            "투여시작일": iso(INDEX),
            "진행일": iso(PROGRESSION),
            "최종추적일": iso(LAST),
            "생사": said(DEAD, "사망", "추적소실"),
        },
        roles={
            "연구번호": "id", "연령": "covariate", "약제": "treatment", "진단일": "date", "투여시작일": "index_date",
            "진행일": "progression_date", "최종추적일": "last_contact_date", "생사": "event",
        },
        arms=("A약", "B약"),
        endpoints={"PFS": ("pfs",), "OS": ("os",)},
    ),
    HospitalTable(
        name="Japanese dates and a last look at the tumour",
        columns={
            "登録番号": [f"K{row}" for row in range(N)],
            "年齢": AGE,
            "治療群": ["新薬"] * 20 + ["標準治療"] * 40,
            "初回投与日": iso(INDEX),
            "増悪日": iso(PROGRESSION),
            "最終画像評価日": iso(LAST - pd.to_timedelta(10, unit="D")),
            "死亡日": iso(DEATH),
            "最終生存確認日": iso(LAST),
        },
        roles={
            "登録番号": "id", "年齢": "covariate", "治療群": "treatment", "初回投与日": "index_date",
            "増悪日": "progression_date", "最終画像評価日": "last_assessment_date", "死亡日": "death_date",
            "最終生存確認日": "last_contact_date",
        },
        arms=("新薬", "標準治療"),
        endpoints={"PFS": ("pfs",), "OS": ("os",)},
    ),
    HospitalTable(
        name="Analysis data of a trial",
        columns={
            "USUBJID": [f"01-{row:03d}" for row in range(N)],
            "TRT01P": ["Placebo"] * 30 + ["Drug X"] * 30,
            "AGE": AGE,
            "SEX": _pick("M", "F"),
            "TRTSDT": iso(INDEX),
            "AVAL": FOLLOWED.tolist(),
            "CNSR": said(DEAD, 0, 1),
        },
        roles={
            "USUBJID": "id", "TRT01P": "treatment", "AGE": "covariate", "SEX": "covariate", "TRTSDT": "index_date",
            "AVAL": "time", "CNSR": "event",
        },
        arms=("Drug X", "Placebo"),
        endpoints={"Survival": ("AVAL", "CNSR", {"0"}, None)},
    ),
    HospitalTable(
        name="Korean chart export with personal data",
        columns={
            "등록번호": [int(number) for number in 10_000_000 + _RNG.choice(89_999_999, N, replace=False)],
            "성명": [f"김{a}{b}" for a, b in zip("민서지현수영" * 10, "준우아진호미" * 10, strict=True)],
            "생년월일": iso(INDEX - pd.to_timedelta(np.array(AGE) * 365, unit="D")),
            "성별": _pick("M", "F"),
            "치료방법": ["수술"] * 24 + ["고주파"] * 36,
            "생존기간(년)": (FOLLOWED / 365.25).round(2).tolist(),
            "사망": said(DEAD, "O", "X"),
            "비고": [f"외래 추적 중 {row}번째 방문, 특이 소견 없음" for row in range(N)],
        },
        roles={
            "등록번호": "id", "성명": "personal", "생년월일": "personal", "성별": "covariate", "치료방법": "treatment",
            "생존기간(년)": "time", "사망": "event", "비고": "text",
        },
        arms=("수술", "고주파"),
        endpoints={"OS": ("생존기간(년)", "사망", {"O"}, "years")},
    ),
    HospitalTable(
        name="Statistics package's codes",
        columns={
            "id": list(range(1, N + 1)),
            "trt": said(pd.Series(np.arange(N) < 20), 1, 0),
            "etiology": _pick(1, 2, 3, 4),
            "ecog": _pick(0, 1, 2),
            "time_wk": (FOLLOWED / 7).round(1).tolist(),
            "status": said(DEAD, 2, 1),
        },
        roles={
            "id": "id", "trt": "treatment", "etiology": "covariate", "ecog": "covariate", "time_wk": "time",
            "status": "event",
        },
        arms=("1", "0"),
        endpoints={"Survival": ("time_wk", "status", None, "weeks")},
    ),
    HospitalTable(
        name="English cause of death known from its cells",
        columns={
            "patient": [f"P{row}" for row in range(N)],
            "regimen": ["FOLFOX"] * 25 + ["FOLFIRI"] * 35,
            "stage": _pick("II", "III", "IV"),
            "os_mo": MONTHS.tolist(),
            "dead": said(DEAD, 1, 0),
            "icd_code": np.where(DEAD, _pick("C22", "I21", "J18"), "").tolist(),
            "albumin_w8": _RNG.normal(3.6, 0.4, N).round(1).tolist(),
            "tx_duration": (PFS_DAYS / 30).round(1).tolist(),
        },
        roles={
            "patient": "id", "regimen": "treatment", "stage": "covariate", "os_mo": "time", "dead": "event",
            "icd_code": "after", "albumin_w8": "after", "tx_duration": "after",
        },
        arms=("FOLFOX", "FOLFIRI"),
        endpoints={"OS": ("os_mo", "dead", {"1"}, "months")},
    ),
    HospitalTable(
        name="Japanese chart of many hands",
        columns={
            "番号": list(range(1, N + 1)),
            "治療薬": ["レンバチニブ"] * 26 + ["ソラフェニブ"] * 34,
            "肝硬変": _pick("有", "無"),
            "アルブミン": _RNG.normal(3.6, 0.4, N).round(1).tolist(),
            "OS期間(月)": MONTHS.tolist(),
            "生死": np.where(DEAD, "死亡", np.resize(["生存", "打ち切り", "転院", "不明"], N)).tolist(),
            "死因": np.where(DEAD, _pick("肝不全", "癌死", "他病死"), "").tolist(),
            "減量": _pick("有", "無"),
            "3か月後AFP": _RNG.lognormal(3, 1, N).round(1).tolist(),
        },
        roles={
            "番号": "id", "治療薬": "treatment", "肝硬変": "covariate", "アルブミン": "covariate", "OS期間(月)": "time",
            "生死": "event", "死因": "after", "減量": "after", "3か月後AFP": "after",
        },
        arms=("レンバチニブ", "ソラフェニブ"),
        endpoints={"OS": ("OS期間(月)", "生死", {"死亡"}, "months")},
    ),
    HospitalTable(
        name="Alive rather than dead",
        columns={
            "Case no": list(range(1, N + 1)),
            "Drug": _pick("LEN", "SOR", "SOR"),
            "Child-Pugh": _pick("A5", "A6", "B7"),
            "Survival months": MONTHS.tolist(),
            "Alive": said(DEAD, 0, 1),
            "Response": _pick("CR", "iPR", "SD", "PD"),
        },
        roles={
            "Case no": "id", "Drug": "treatment", "Child-Pugh": "covariate", "Survival months": "time",
            "Alive": "event", "Response": "response",
        },
        arms=("LEN", "SOR"),
        endpoints={"OS": ("Survival months", "Alive", {"0"}, "months")},
    ),
    HospitalTable(
        name="Korean times without a unit and two dates",
        columns={
            "대상자번호": [f"S{row}" for row in range(N)],
            "투여군": ["시험군"] * 30 + ["대조군"] * 30,
            "병기": _pick("B", "C"),
            "첫투여일": iso(INDEX),
            "최종방문일": iso(LAST),
            "OS": FOLLOWED.tolist(),
            "OS_event": said(DEAD, 1, 0),
        },
        roles={
            "대상자번호": "id", "투여군": "treatment", "병기": "covariate", "첫투여일": "index_date",
            "최종방문일": "last_contact_date", "OS": "time", "OS_event": "event",
        },
        arms=("시험군", "대조군"),
        endpoints={"OS": ("OS", "OS_event", {"1"}, "days")},
    ),
    HospitalTable(
        name="Progression dates and nobody's death",
        columns={
            "pid": list(range(1, N + 1)),
            "group": ["new", "old", "old"] * 20,
            "size_mm": _RNG.integers(8, 150, N).tolist(),
            "randomization date": iso(INDEX),
            "date of progression": iso(PROGRESSION),
            "last scan date": iso(LAST),
        },
        roles={
            "pid": "id", "group": "treatment", "size_mm": "covariate", "randomization date": "index_date",
            "date of progression": "progression_date", "last scan date": "last_assessment_date",
        },
        arms=("new", "old"),
        endpoints={"TTP": ("ttp",)},
    ),
)  # fmt: skip
