"""The course of every patient as a lane: in response, progressed, died or still followed."""

from charts.swimmer.content import describe_swimmer, swimmer_table
from charts.swimmer.publication import swimmer_publication
from charts.swimmer.screen import swimmer_figure

__all__ = ["describe_swimmer", "swimmer_figure", "swimmer_publication", "swimmer_table"]
