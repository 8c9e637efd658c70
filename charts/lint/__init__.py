"""What a journal would send a printed figure back for, said before it is sent."""

from charts.lint.facts import FigureFacts, facts_of, remember
from charts.lint.finding import Finding
from charts.lint.linter import lint_figure

__all__ = ["FigureFacts", "Finding", "facts_of", "lint_figure", "remember"]
