"""English."""

from analysis.manuscript.text.captions import write_caption
from analysis.manuscript.text.english import design, endpoints, outcomes, results
from analysis.manuscript.text.english.captions import ABBREVIATIONS, CAPTIONS
from analysis.manuscript.text.voice import Voice, named

ENGLISH = Voice(
    code="en",
    joiner=" ",
    headings={
        "patients": "Study design and patients",
        "score": "Propensity score",
        "design_matching": "Matching",
        "design_weighting": "Weighting",
        "outcomes": "Outcomes",
        "statistics": "Statistical analysis",
        "results_patients": "Patients",
        "results_balance": "Balance",
        "results_survival": "Survival",
        "results_response": "Response",
        "results_safety": "Adverse events",
        "results_further": "Subgroups and several endpoints",
        "results_robustness": "Robustness",
        "limitations": "Limitations",
    },
    sentences=named(design, outcomes, results) | {"level": outcomes.confidence},
    survival=named(endpoints),
    response={
        "before": endpoints.response_before,
        "after": endpoints.response_after,
        "evaluable": endpoints.evaluable,
    },
    caption=lambda facts, figure: write_caption(facts, figure, CAPTIONS, ABBREVIATIONS),
    abbreviations=ABBREVIATIONS,
)
