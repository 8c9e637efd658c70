"""A second file with sums of lesions."""

from pydantic import StrictBool

from analysis.settings.part import SettingsPart
from analysis.settings.values import Label


class ScansSettings(SettingsPart):
    """A second file with one row a scan: sums of lesions, from which best responses follow.

    ``date`` holds days counted from time zero, or dates where the cohort's ``dates.index`` is known. ``sum`` is the sum of
    diameters (RECIST 1.1) and ``viable_sum`` that of the enhancing parts (mRECIST), both in mm; ``new_lesion`` is yes or
    no. ``non_target`` says what became of lesions that are not measured: CR, non-CR/non-PD, NE or PD, blank where there are none.
    ``confirmed`` asks for a second scan at least four weeks later.
    """

    file: str | None = None
    id: Label
    date: Label
    sum: Label | None = None
    viable_sum: Label | None = None
    new_lesion: Label | None = None
    non_target: Label | None = None
    confirmed: StrictBool = False
