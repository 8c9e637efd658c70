"""The arms that are compared."""

from analysis.settings.part import SettingsPart
from analysis.settings.values import Label


class TreatmentSettings(SettingsPart):
    """The column of arms, the arm whose effect is asked for (treated) and the arm it is compared with (control)."""

    column: Label
    treated: Label
    control: Label
