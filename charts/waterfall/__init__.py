"""Best change of the lesions' sum, one bar a patient, coloured by arm."""

from charts.waterfall.content import describe_waterfall, waterfall_table
from charts.waterfall.publication import waterfall_publication
from charts.waterfall.screen import waterfall_figure

__all__ = ["describe_waterfall", "waterfall_figure", "waterfall_publication", "waterfall_table"]
