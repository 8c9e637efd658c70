"""Every caliper on one picture: what each keeps, how alike the arms become, and what effect is found."""

from charts.caliper_path.content import caliper_path_table, describe_caliper_path
from charts.caliper_path.publication import caliper_path_publication
from charts.caliper_path.screen import caliper_path_figure
from charts.caliper_path.scrubber import caliper_scrubber_figure

__all__ = [
    "caliper_path_figure",
    "caliper_path_publication",
    "caliper_path_table",
    "caliper_scrubber_figure",
    "describe_caliper_path",
]
