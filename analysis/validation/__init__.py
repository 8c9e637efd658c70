"""Known answers, published or R's, recomputed on the machine that asks."""

from analysis.validation.known_answer import CheckedAnswer, ComparedValue, KnownAnswer, Tolerance
from analysis.validation.report import (
    difference_words,
    validation_document,
    validation_json,
    validation_lines,
    validation_sentence,
    validation_table,
    value_words,
)
from analysis.validation.validation import GROUPS, Validation, known_answers, validate, versions
from analysis.validation.value_names import value_name

__all__ = [
    "GROUPS",
    "CheckedAnswer",
    "ComparedValue",
    "KnownAnswer",
    "Tolerance",
    "Validation",
    "difference_words",
    "known_answers",
    "validate",
    "validation_document",
    "validation_json",
    "validation_lines",
    "validation_sentence",
    "validation_table",
    "value_name",
    "value_words",
    "versions",
]
