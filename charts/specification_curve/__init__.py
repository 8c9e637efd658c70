"""The specification curve: one effect under many analyses, the choices of each below it, and random orders alone."""

from charts.specification_curve.content import specification_rows
from charts.specification_curve.order_publication import order_publication
from charts.specification_curve.order_screen import order_figure
from charts.specification_curve.publication import specification_publication
from charts.specification_curve.screen import specification_figure
from charts.specification_curve.words import (
    DIMENSIONS,
    MEASURE_WORDS,
    choice_words,
    curve_sentences,
    describe_orders,
    describe_specifications,
    effect_words,
    format_effect,
    unit_words,
)

__all__ = [
    "DIMENSIONS",
    "MEASURE_WORDS",
    "choice_words",
    "curve_sentences",
    "describe_orders",
    "describe_specifications",
    "effect_words",
    "format_effect",
    "order_figure",
    "order_publication",
    "specification_figure",
    "specification_publication",
    "specification_rows",
    "unit_words",
]
