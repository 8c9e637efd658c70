"""Figures of a study as its manuscript asks: width, numbers, colours, resolution, and lettering in any column."""

import dataclasses
from io import BytesIO

import pytest
from matplotlib.text import Text
from PIL import Image

from analysis.errors import SettingsError
from analysis.reporting.figure_files import figure_files, study_figures
from analysis.reporting.findings import Findings, study_findings
from analysis.settings import ManuscriptSettings
from analysis.study import StudyResult
from charts.journal import JOURNALS
from charts.number_style import number_style_in_force
from charts.palette import palette_in_force
from charts.style import SMALLEST_PRINT_SIZE


@pytest.fixture(scope="module")
def findings(result: StudyResult) -> Findings:
    """What is told beyond the stages, once."""
    return study_findings(result)


def asking(result: StudyResult, **asked: object) -> StudyResult:
    """The run of a study whose manuscript asks for this."""
    manuscript = ManuscriptSettings.model_validate(asked)
    return dataclasses.replace(result, settings=result.settings.model_copy(update={"manuscript": manuscript}))


@pytest.mark.parametrize("column", ["single", "double"])
@pytest.mark.parametrize("journal", ["house", "nature"])
def test_no_lettering_is_below_six_points_and_every_figure_has_its_columns_width(
    result: StudyResult, findings: Findings, journal: str, column: str
) -> None:
    wanted = JOURNALS[journal].width(column)
    for name, figure in study_figures(asking(result, journal=journal, column=column), None, findings):
        width, height = (25.4 * side for side in figure.get_size_inches())
        assert width == pytest.approx(wanted), name
        assert height < 260, name
        sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
        assert min(sizes) >= SMALLEST_PRINT_SIZE, name


def test_numbers_follow_the_journal_while_a_figure_is_drawn_and_never_between(
    result: StudyResult, findings: Findings
) -> None:
    words = ""
    for _, figure in study_figures(asking(result, journal="lancet", palette="grey"), None, findings):
        assert number_style_in_force().name == "house"
        assert palette_in_force().name == "house"
        words += " ".join(text.get_text() for text in figure.texts)
    assert "·" in words


def test_pixels_have_the_resolution_asked_for(result: StudyResult, findings: Findings) -> None:
    _, content = next(figure_files(asking(result, resolution=600, column="single"), ["tiff"], None, findings))
    with Image.open(BytesIO(content)) as image:
        assert image.info["dpi"] == pytest.approx((600, 600), abs=0.02)
        assert image.width == pytest.approx(85 / 25.4 * 600, abs=1)


def test_an_unknown_journal_is_refused_before_anything_is_drawn(result: StudyResult, findings: Findings) -> None:
    with pytest.raises(SettingsError, match=r"manuscript\.journal must be one of house|generic"):
        next(study_figures(asking(result, journal="Vogue"), None, findings))
