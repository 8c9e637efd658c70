"""Best response in each arm as stacked bars, beside the objective response rate with its interval."""

from charts.response.content import describe_response
from charts.response.publication import response_publication
from charts.response.screen import response_figure

__all__ = ["describe_response", "response_figure", "response_publication"]
