"""Forest plots: the Cox table of an endpoint, and the effect in the levels of subgroups."""

from charts.forest.cox import cox_content, cox_figure, cox_publication, cox_rows, describe_cox
from charts.forest.subgroups import (
    describe_subgroups,
    subgroup_rows,
    subgroups_content,
    subgroups_figure,
    subgroups_publication,
)

__all__ = [
    "cox_content",
    "cox_figure",
    "cox_publication",
    "cox_rows",
    "describe_cox",
    "describe_subgroups",
    "subgroup_rows",
    "subgroups_content",
    "subgroups_figure",
    "subgroups_publication",
]
