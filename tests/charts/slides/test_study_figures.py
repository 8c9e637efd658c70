"""Every figure of a study, as its files are written, has on its slide the words that it has on paper."""

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from matplotlib import rc_context
from matplotlib.figure import Figure
from pptx import Presentation

from analysis.cohort.reading import read_cohort
from analysis.reporting.figure_files import figure_files
from analysis.settings import StudySettings
from analysis.study import StudyResult, run
from charts.files import figure_file
from tests.charts.slides.test_slides import texts

REFERENCE = Path(__file__).parents[2] / "reference"


def reference_run(name: str) -> StudyResult:
    study = json.loads((REFERENCE / f"{name}.study.json").read_text(encoding="utf-8"))
    file = study["cohort"]["file"]
    return run(read_cohort((REFERENCE / file).read_bytes(), file), StudySettings.model_validate(study))


def words_on_paper_and_slide(result: StudyResult) -> dict[str, tuple[Counter[str], Counter[str]]]:
    """The lines of lettering of each figure, printed and on its slide."""
    figure_file(Figure(), "svg")  # sets how files are written, once
    with rc_context({"svg.fonttype": "none"}):
        files = dict(figure_files(result, ["svg", "pptx"]))
    found = {}
    for name in (name for name in files if name.endswith(".svg")):
        lines = ElementTree.fromstring(files[name]).iter("{http://www.w3.org/2000/svg}text")
        (slide,) = Presentation(BytesIO(files[name.replace(".svg", ".pptx")])).slides
        found[name] = (Counter(str(line.text) for line in lines), Counter(texts(slide)))
    return found


def test_every_figure_of_a_study_has_its_words_on_its_slide() -> None:
    found = words_on_paper_and_slide(reference_run("gbsg"))
    assert len(found) > 10
    for name, (paper, slide) in found.items():
        assert paper == slide, name
        assert paper, name
