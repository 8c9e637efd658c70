"""The two scripts of a capsule: one runs the study again here, one rebuilds it in R."""

from pathlib import Path

from analysis.manuscript.capsule.r_text import r_value
from analysis.manuscript.capsule.rebuilding import WORDS, rebuilding_plan
from analysis.manuscript.publication import Publication

_FOLDER = Path(__file__).parent / "rebuild"
_PARTS = ("cohort.R", "design.R", "outcomes.R", "check.R")

_HEAD = """\
# Rebuilds one analysis of Matched Cohort Explorer from its cohort and holds each number against expected.csv.
#
#   Rscript analysis.R COHORT                    score, sets or weights, balance and outcomes; needs MatchIt and survival
#   Rscript analysis.R COHORT --use-sets         outcomes alone where sets cannot be matched here; needs survival
#   Rscript analysis.R COHORT --sets sets.csv    outcomes alone, with the sets of that file
#
# It ends with status 0 where all numbers that R rebuilds agree to 1e-6, 1 where one does not, and 2 where it cannot run.
"""


def r_script(publication: Publication) -> str:
    """Write the R script of a run.

    Parameters
    ----------
    publication : Publication
        One run.

    Returns
    -------
    str
        ASCII; labels and names of columns are strings of R with every other letter escaped.
    """
    plan = r_value(rebuilding_plan(publication))
    words = r_words()
    parts = [(_FOLDER / name).read_text(encoding="utf-8") for name in _PARTS]
    return "\n".join([_HEAD, f"study <- {plan}\n", f"study_words <- {words}\n", *parts])


def r_words() -> str:
    """The labels that the R script knows besides English ones, as a list of R."""
    vectors = [f"  {name} = unlist({r_value(words)})" for name, words in WORDS.items()]
    return "list(\n" + ",\n".join(vectors) + "\n)"


def python_script() -> str:
    """The Python script of any capsule; what it compares stands in files beside it."""
    return (_FOLDER / "run.py").read_text(encoding="utf-8")
