"""Japanese."""

from analysis.manuscript.text.captions import write_caption
from analysis.manuscript.text.japanese import design, outcomes, results
from analysis.manuscript.text.japanese.captions import ABBREVIATIONS, CAPTIONS
from analysis.manuscript.text.japanese.endpoints import ENDPOINT_WORDS
from analysis.manuscript.text.voice import Voice, named

JAPANESE = Voice(
    code="ja",
    joiner="",
    headings={
        "patients": "研究デザインと対象",
        "score": "傾向スコア",
        "design_matching": "マッチング",
        "design_weighting": "重み付け",
        "outcomes": "評価項目",
        "statistics": "統計解析",
        "results_patients": "対象患者",
        "results_balance": "共変量のバランス",
        "results_survival": "生存",
        "results_response": "奏効",
        "results_safety": "有害事象",
        "results_further": "サブグループおよび複数の評価項目",
        "results_robustness": "結果の頑健性",
        "limitations": "限界",
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
