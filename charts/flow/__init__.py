"""The flow of patients from the file to the matched sets, with everyone left out and why."""

from charts.flow.content import describe_flow
from charts.flow.publication import flow_publication
from charts.flow.screen import flow_figure

__all__ = ["describe_flow", "flow_figure", "flow_publication"]
