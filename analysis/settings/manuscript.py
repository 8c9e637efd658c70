"""How what leaves the product is written."""

from typing import Literal

from analysis.settings.part import SettingsPart
from analysis.settings.values import Label


class ManuscriptSettings(SettingsPart):
    """How what leaves the product is written: for which ``journal``, in which ``language``.

    ``journal`` names a preset of column widths, palette and number style (``house`` is the product's own look);
    ``number_style`` and ``palette`` name one of their own instead of the journal's. ``column`` is the width of figures,
    each figure's own where absent; ``resolution`` that of PNG and TIFF in dots per inch. ``language`` is that of methods,
    results, captions and footnotes.
    """

    journal: Label = "house"
    language: Literal["en", "ko", "ja"] = "en"
    number_style: Label | None = None
    palette: Label | None = None
    column: Literal["single", "double"] | None = None
    resolution: Literal[300, 600, 1000] = 300
