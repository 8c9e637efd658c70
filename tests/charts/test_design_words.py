"""Every figure calls the population after by what made it: matching, or weighting."""

import json
from collections.abc import Callable
from html import unescape

import numpy as np
import pytest
from matplotlib.figure import Figure

from analysis.design.weighting import weight_patients
from charts.flow import describe_flow, flow_figure
from charts.overlap import overlap_figure
from charts.response import response_figure
from charts.style import DesignWord
from charts.survival import survival_figure
from tests.charts.cases import POPULATIONS, describe_figures, design, patients, print_figures, screen_figures

NAMES = ("survival", "overlap", "balance", "response")
WORDS: tuple[DesignWord, ...] = ("matching", "weighting")
OTHER = {"matching": "weighting", "weighting": "matching"}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_a_figure_and_its_words_name_one_design_only(name: str, population: str, word: DesignWord) -> None:
    shown = unescape(json.dumps(screen_figures(population, design_word=word)[name].to_dict(), default=str))
    told = describe_figures(population, design_word=word)[name]
    assert f" {word}" in shown or name == "survival"
    assert f" {word}" in told
    assert OTHER[word] not in shown + told


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_printed_figure_never_names_the_other_design(name: str, word: DesignWord) -> None:
    figure = print_figures("compare", 175, design_word=word)[name]()
    assert OTHER[word] not in _words(figure)


@pytest.mark.parametrize("default", [survival_figure, overlap_figure, response_figure, flow_figure, describe_flow])
def test_matching_is_meant_where_nothing_is_said(default: Callable[..., object]) -> None:
    assert default.__kwdefaults__["design_word"] == "matching"


def test_weighted_patients_end_the_flow_with_their_number_and_what_they_are_worth() -> None:
    _, treated, model, _ = design()
    weighted = weight_patients(model.propensity_score, treated, method="overlap")

    class Chosen:
        reason = np.full(80, None, dtype=object)
        n_treated, n_control = weighted.n_treated, weighted.n_control
        effective_sample_size_treated = weighted.effective_sample_size_treated
        effective_sample_size_control = weighted.effective_sample_size_control

    words = describe_flow(patients(), Chosen(), design_word="weighting")
    assert f"34 weighted, effectively {weighted.effective_sample_size_treated:,.1f}" in words
    assert "matched" not in words
    lettering = [note.text for note in flow_figure(patients(), Chosen(), design_word="weighting").layout.annotations]
    assert any("Weighted:" in text for text in lettering)
    assert not any("Matched" in text for text in lettering)


def _words(figure: Figure) -> str:
    inside = [text.get_text() for axes in figure.axes for text in axes.texts]
    return " ".join([*inside, *(text.get_text() for text in figure.texts)])
