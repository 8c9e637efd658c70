"""Two criteria of response crossed: who has the same category by both, who a better one by either."""

from charts.agreement.content import agreement_table, describe_agreement
from charts.agreement.publication import agreement_publication
from charts.agreement.screen import agreement_figure

__all__ = ["agreement_figure", "agreement_publication", "agreement_table", "describe_agreement"]
