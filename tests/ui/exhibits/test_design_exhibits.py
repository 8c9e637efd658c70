"""Every exhibit of the design is drawn, prints, gives its numbers and says in words what it shows."""

import pytest
from streamlit.testing.v1 import AppTest

TIMEOUT = 240


def exhibits_of_the_design() -> None:
    from dataclasses import replace

    import streamlit as st

    from analysis.study.centres import compare_centres
    from charts.files import figure_file
    from charts.style import DARK, LIGHT
    from ui import session
    from ui.exhibits.balance import love_exhibit
    from ui.exhibits.calibration import calibration_exhibit
    from ui.exhibits.caliper_path import caliper_path_exhibit, scrubber, study_path
    from ui.exhibits.centres import centres_exhibit
    from ui.exhibits.distribution import distribution_exhibits
    from ui.exhibits.left_out import left_out_exhibit, left_out_map_exhibit
    from ui.exhibits.overlap import overlap_exhibit
    from ui.exhibits.pairs import pairs_exhibit
    from ui.exhibits.weights import weights_exhibit

    desk = session.workspace()
    desk.choose_design(weighted=session.shown("population") == session.WEIGHTED)
    desk.change(replace(desk.form, centre="site"))
    state = session.study_state()
    assert state.settings
    assert state.patients
    assert state.design
    exhibits = [
        overlap_exhibit(state),
        love_exhibit(state),
        *distribution_exhibits(state, "age"),
        *distribution_exhibits(state, "etiology"),
        left_out_exhibit(state),
        left_out_map_exhibit(state, "age", "etiology"),
        weights_exhibit(state),
        centres_exhibit(state, compare_centres(state.patients, state.design, state.settings, "OS")),
        centres_exhibit(state, compare_centres(state.patients, state.design, state.settings, "mRECIST")),
        calibration_exhibit(state),
    ]
    if state.matching is not None:
        path = study_path(state, "PFS")
        exhibits += [pairs_exhibit(state, state.matching, 0), caliper_path_exhibit(state, path)]
        moving = scrubber(state, path, LIGHT)
        st.text(f"frames {len(moving.frames) == path.caliper.size}")
    for exhibit in exhibits:
        assert exhibit is not None
        drawn = all(len(exhibit.figure(theme).data) for theme in (LIGHT, DARK))
        picture = figure_file(exhibit.publication(), "png", dpi=40).startswith(b"PNG", 1)
        st.text(f"{exhibit.name}: {drawn} {picture} {len(exhibit.table()) > 0} {len(exhibit.alt) > 20}")
        st.text(exhibit.caption)


@pytest.mark.parametrize("population", ["Before", "Matched", "Compare"])
def test_the_exhibits_of_a_matched_study(population: str) -> None:
    lines = _drawn(population)
    assert lines[0] == "frames True"
    names = [line for line in lines if line.endswith(": True True True True")]
    assert len(names) == 13
    assert not [line for line in lines if "False" in line]


def test_the_exhibits_of_a_weighted_study_speak_of_weighting() -> None:
    lines = _drawn("Weighted")
    assert len([line for line in lines if line.endswith(": True True True True")]) == 11
    assert not [line for line in lines if "after matching" in line.lower() or "False" in line]
    assert sum("after overlap weighting (ATO)" in line for line in lines) >= 8


def _drawn(population: str) -> list[str]:
    app = AppTest.from_function(exhibits_of_the_design, default_timeout=TIMEOUT)
    app.session_state["population"] = population
    app.run()
    assert not app.exception
    return [text.value for text in app.text]
