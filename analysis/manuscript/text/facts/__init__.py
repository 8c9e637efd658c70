"""What a text is written from: numbers, labels and choices of one run, without words of any language."""

from analysis.manuscript.text.facts.study import StudyFacts, study_facts

__all__ = ["StudyFacts", "study_facts"]
