"""What a text holds and in which order, the same in every language."""

from typing import Final

Outline = tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
"""Sections by the key of their heading, each with paragraphs of keys of sentences."""

METHODS: Final[Outline] = (
    ("patients", (("setting", "eligibility", "time_zero"), ("missing",))),
    ("score", (("score", "support"),)),
    ("design", (("design", "design_details", "estimand"), ("balance",))),
    ("outcomes", (("survival_endpoints",), ("response_endpoints", "response_times", "adverse_events"))),
    (
        "statistics",
        (
            ("curves", "log_rank", "cox", "proportional", "differences", "competing", "landmark"),
            ("rates", "agreement", "safety"),
            ("adjusted", "subgroups", "centres", "multiplicity"),
            ("confounding", "negative_control", "specifications", "bootstrap"),
            ("level", "plan", "suppression"),
            ("software",),
        ),
    ),
)

RESULTS_BEFORE: Final[Outline] = (
    ("results_patients", (("flow", "missing_found"), ("score_found", "support_found", "design_found", "target"))),
    ("results_balance", (("balance_found",),)),
)
"""The sections before those of the endpoints."""

SURVIVAL: Final = ("before", "after", "further", "competing", "landmark")
RESPONSE: Final = ("before", "after", "evaluable")
"""The sentences of one endpoint; each endpoint is a paragraph."""

RESULTS_AFTER: Final[Outline] = (
    ("results_safety", (("safety_found",),)),
    ("results_further", (("subgroups_found", "centres_found", "multiplicity_found"),)),
    (
        "results_robustness",
        (("confounding_found", "negative_control_found"), ("specifications_found", "bootstrap_found")),
    ),
    ("limitations", (("limits_design", "limits_outcomes", "limits_plan"),)),
)
