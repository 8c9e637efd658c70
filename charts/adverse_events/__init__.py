"""Adverse events as a butterfly: the treated arm to the left, the control arm to the right, severe events within any."""

from charts.adverse_events.content import describe_adverse_events
from charts.adverse_events.publication import adverse_events_publication
from charts.adverse_events.screen import adverse_events_figure

__all__ = ["adverse_events_figure", "adverse_events_publication", "describe_adverse_events"]
