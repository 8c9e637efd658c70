"""Korean."""

from analysis.manuscript.text.captions import write_caption
from analysis.manuscript.text.korean import design, outcomes, results
from analysis.manuscript.text.korean.captions import ABBREVIATIONS, CAPTIONS
from analysis.manuscript.text.korean.endpoints import ENDPOINT_WORDS
from analysis.manuscript.text.voice import Voice, named

KOREAN = Voice(
    code="ko",
    joiner=" ",
    headings={
        "patients": "연구 설계 및 대상",
        "score": "성향점수",
        "design_matching": "매칭",
        "design_weighting": "가중",
        "outcomes": "평가변수",
        "statistics": "통계 분석",
        "results_patients": "대상 환자",
        "results_balance": "공변량의 균형",
        "results_survival": "생존",
        "results_response": "반응",
        "results_safety": "이상사례",
        "results_further": "하위군 및 다중 평가변수",
        "results_robustness": "결과의 강건성",
        "limitations": "제한점",
    },
    sentences=named(design, outcomes, results)
    | {"level": outcomes.confidence, "response_times_found": ENDPOINT_WORDS.response_times_found},
    survival={key: getattr(ENDPOINT_WORDS, key) for key in ("before", "after", "further", "competing", "landmark")},
    response={
        "before": ENDPOINT_WORDS.response_before,
        "after": ENDPOINT_WORDS.response_after,
        "evaluable": ENDPOINT_WORDS.evaluable,
    },
    caption=lambda facts, figure: write_caption(facts, figure, CAPTIONS, ABBREVIATIONS),
    abbreviations=ABBREVIATIONS,
)
