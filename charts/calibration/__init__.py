"""Calibration of the score: the share treated in each group of patients against what their scores say."""

from charts.calibration.content import describe_calibration
from charts.calibration.publication import calibration_publication
from charts.calibration.screen import calibration_figure

__all__ = ["calibration_figure", "calibration_publication", "describe_calibration"]
