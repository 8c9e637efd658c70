"""Captions and abbreviations in Korean."""

from analysis.manuscript.text.captions import CaptionWords
from analysis.manuscript.text.korean.words import UNITS

ABBREVIATIONS = {
    "ATC": "대조군에서의 평균 치료 효과",
    "ATE": "평균 치료 효과",
    "ATM": "매칭 가능한 환자에서의 평균 치료 효과",
    "ATO": "중첩 집단에서의 평균 치료 효과",
    "ATT": "치료군에서의 평균 치료 효과",
    "CI": "신뢰구간",
    "CR": "완전 반응",
    "HR": "위험비",
    "NE": "평가 불가",
    "NR": "미도달",
    "PD": "진행성 병변",
    "PR": "부분 반응",
    "PS": "성향점수",
    "RMST": "제한평균생존시간",
    "SD": "안정 병변",
    "SMD": "표준화 평균 차이",
}

_ARMS = "{treated}군과 {control}군"

CAPTIONS = CaptionWords(
    figures={
        "flow": (
            "환자 선정 흐름도.",
            "각 단계에 남은 환자 수와 제외 사유를 군별로 나타냈다.",
            f"{_ARMS}의 환자 선정 흐름도.",
        ),
        "missing": (
            "군별 공변량 결측.",
            "결측이 있는 각 공변량에서 값이 없는 환자를 나타냈다.",
            f"{_ARMS}의 공변량별 결측 비율 그림.",
        ),
        "balance": (
            "{when} 공변량의 균형.",
            "표준화 평균 차이의 Love plot. 선은 0.1과 0.2를 나타낸다.",
            "{when} 공변량별 표준화 평균 차이의 Love plot.",
        ),
        "overlap": (
            "{when} 성향점수 분포.",
            "두 군의 성향점수를 마주 보는 히스토그램으로 나타냈다.",
            f"{{when}} {_ARMS}의 성향점수 히스토그램.",
        ),
        "calibration": (
            "성향점수의 보정.",
            "같은 크기로 나눈 집단별 평균 점수와 관찰된 치료 비율({ci}). 대각선은 완전한 보정을 나타낸다.",
            "예측 점수에 대한 {treated}군의 관찰 비율 그림.",
        ),
        "left_out": (
            "비교에 포함된 환자와 제외된 환자.",
            "비교에 포함된 환자와 전체 환자의 공변량 차이를 각 군 전체 환자의 표준편차 단위로 나타냈다.",
            f"{_ARMS}에서 포함된 환자와 전체 환자의 차이 그림.",
        ),
        "weights": ("{when} 환자의 가중치.", "각 군에서 평균이 1인 가중치의 분포.", f"{_ARMS}의 가중치 분포."),
        "survival": (
            "{when} 군별 {endpoint}.",
            "Kaplan–Meier 곡선. 음영은 {ci}, 눈금은 중도절단을 나타낸다. 시간 단위는 {unit}, 위험비의 기준은 {control}군이다.",
            f"{{when}} {_ARMS}의 {{endpoint}} Kaplan–Meier 곡선.",
        ),
        "incidence": (
            "{when} 군별 {endpoint} 누적 발생률.",
            "경쟁 사건을 고려한 Aalen–Johansen 추정값. 시간 단위는 {unit}, 위험비의 기준은 {control}군이다.",
            f"{{when}} {_ARMS}의 {{endpoint}} 누적 발생률 곡선.",
        ),
        "response": (
            "{when} 군별 반응.",
            "막대는 최적 반응별 환자, 표시는 객관적 반응률과 {ci}를 나타낸다.",
            f"{{when}} {_ARMS}의 최적 반응과 반응률 그림.",
        ),
        "endpoints": (
            "{when} 모든 평가변수에서의 효과.",
            "{control}군 대비 {treated}군의 효과와 {ci}.",
            "{when} 모든 평가변수의 효과와 신뢰구간 그림.",
        ),
        "cox": (
            "{when} {endpoint} Cox 모형.",
            "치료와 공변량의 단변수 및 다변수 위험비와 {ci}.",
            "{when} {endpoint} 위험비의 숲 그림.",
        ),
        "subgroups": (
            "{when} {endpoint} 하위군 분석.",
            "각 하위군에서 {control}군 대비 {treated}군의 효과와 {ci}. 상호작용 검정은 검정 횟수를 보정하지 않았다.",
            "{when} {endpoint} 하위군 효과의 숲 그림.",
        ),
        "curve": (
            "{endpoint} 효과의 사양 곡선.",
            "각 점은 하나의 분석 사양의 추정값과 {ci}이며, 아래에 선택 사항을 표시하였다.",
            "추정값 순으로 배열한 모든 분석 사양의 추정값과 선택 사항.",
        ),
        "orders": (
            "무작위 매칭 순서에 따른 {endpoint} 효과.",
            "매칭 순서만 바꾸었을 때 추정값의 분포.",
            "무작위 매칭 순서에 따른 추정값의 분포.",
        ),
        "waterfall": (
            "{when} {endpoint} 병변의 최대 변화.",
            "막대 하나는 환자 한 명의 기저치 대비 병변 합의 최대 변화율이며, 선은 반응과 진행의 기준이다.",
            f"{{when}} {_ARMS}의 폭포 그림.",
        ),
        "spider": (
            "{when} {endpoint} 병변의 경과.",
            "선 하나는 환자 한 명의 기저치 대비 병변 합의 변화율이며, 빈 표시는 진행을 나타낸다. 시간 단위는 {unit}이다.",
            f"{{when}} {_ARMS}의 스파이더 그림.",
        ),
        "swimmer": (
            "{when} {endpoint} 환자별 경과.",
            "막대 하나는 환자 한 명이며, 진한 색은 반응 지속기간이다. 표시는 반응, 진행, 사망, 추적 종료를 나타낸다. 시간 단위는 {unit}이다.",
            f"{{when}} {_ARMS}의 수영 그림.",
        ),
        "agreement": (
            "{when} {endpoint} 일치도.",
            "두 기준의 최적 반응에 따른 환자 수. 대각선은 일치를 나타낸다.",
            "{when} 두 기준의 최적 반응 교차표.",
        ),
        "adverse_events": (
            "{when} 군별 이상사례.",
            "모든 등급 및 3등급 이상의 이상사례가 있는 환자와 차이({ci}).",
            f"{{when}} {_ARMS}의 이상사례 비율 그림.",
        ),
        "tipping": (
            "{when} {endpoint} 효과에 대한 미측정 교란의 티핑 포인트.",
            "이분형 교란변수의 비율에 따라 추정값 또는 신뢰한계를 설명하는 데 필요한 교란의 강도를 나타낸다.",
            "{when} {endpoint} 효과를 없애는 교란 강도의 곡선.",
        ),
        "centres": (
            "{when} 기관별 {endpoint} 효과.",
            "각 기관에서 {control}군 대비 {treated}군의 효과와 {ci}.",
            "{when} 기관별 {endpoint} 효과의 숲 그림.",
        ),
    },
    populations={
        ("matching", "before"): "매칭 전",
        ("matching", "after"): "매칭 후",
        ("matching", "compare"): "매칭 전후",
        ("weighting", "before"): "가중 전",
        ("weighting", "after"): "가중 후",
        ("weighting", "compare"): "가중 전후",
    },
    numbers="{treated}군 {n_treated}명, {control}군 {n_control}명",
    both="전: {before}. 후: {after}.",
    at_risk="축 아래의 수는 위험군의 환자 수이다.",
    no_counts="작은 환자 수를 숨기기 위해 위험군의 환자 수는 표시하지 않았다.",
    imputed="매칭 또는 가중 후의 결과는 대체 자료 {n}개 중 {shown}번의 결과이다.",
    effective="가중한 환자의 유효 환자 수를 함께 표시하였다.",
    abbreviated="{list}.",
    pair="{short}, {meaning}",
    between="; ",
    joiner=" ",
    units=UNITS,
)
