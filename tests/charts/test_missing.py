"""The figure of missing covariates shows the picture's counts, the most missing first, and what is missing together."""

import dataclasses

import numpy as np
import pytest

from analysis.cohort.missing import MissingPattern
from charts.missing import describe_missing, missing_figure, missing_publication, missing_table
from charts.missing.content import missing_content
from charts.style import ARM_COLOUR, faded
from tests.charts.cases import missing


def test_bars_are_the_shares_of_the_arms_and_carry_the_counts() -> None:
    figure = missing_figure(missing())
    treated, control = (trace for trace in figure.data if trace.type == "bar")
    assert list(figure.layout.yaxis.ticktext) == ["bilirubin_mgdl", "albumin_gdl", "afp_ngml"]
    np.testing.assert_allclose(treated.x, [100 * count / 34 for count in (6, 5, 3)])
    np.testing.assert_allclose(control.x, [100 * count / 47 for count in (6, 5, 6)])
    assert (list(treated.text), list(control.text)) == (["6", "5", "3"], ["6", "5", "6"])
    assert treated.marker.color == faded(ARM_COLOUR["treated"], 0.9)
    assert control.marker.color == faded(ARM_COLOUR["control"], 0.9)
    assert all(below > above for above, below in zip(treated.y, control.y, strict=True))
    assert figure.layout.xaxis.range[1] > max(*treated.x, *control.x)


def test_a_column_of_the_strip_is_a_pattern_with_its_patients_below() -> None:
    figure = missing_figure(missing(), width=700)
    (together,) = (trace for trace in figure.data if trace.name == "missing together")
    rows = dict(zip(figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext, strict=True))
    drawn: dict[int, set[str]] = {}
    for place, y in zip(together.x, together.y, strict=True):
        drawn.setdefault(place, set()).add(rows[y])
    patterns = [pattern for pattern in missing().patterns if pattern.columns]
    assert [drawn[place] for place in range(len(patterns))] == [set(pattern.columns) for pattern in patterns]
    counts = [str(pattern.treated + pattern.control) for pattern in patterns]
    assert list(figure.layout.xaxis2.ticktext) == counts


def test_rarer_patterns_are_counted_in_words() -> None:
    picture = missing()
    more = [MissingPattern(columns=("afp_ngml",), treated=1, control=0)] * 2
    content = missing_content(dataclasses.replace(picture, patterns=(*picture.patterns, *more)), 5)
    assert len(content.patterns) == 5
    assert content.more == "2 rarer patterns (2 patients) not shown."
    assert missing_content(picture).more == ""


def test_the_figure_is_told_in_words() -> None:
    assert describe_missing(missing()) == (
        "3 of 5 covariates have missing values. All covariates are known of 25 of 34 LEN (73.5%) and 36 of 47 SOR "
        "(76.6%). Patients without a value, LEN and SOR: bilirubin_mgdl 6 (17.6%) and 6 (12.8%); albumin_gdl 5 (14.7%) "
        "and 5 (10.6%); afp_ngml 3 (8.8%) and 6 (12.8%)."
    )


def test_the_table_has_every_covariate_and_every_pattern_by_arm() -> None:
    table = missing_table(missing())
    assert list(table.columns) == ["what", "name", "arm", "missing", "patients", "share"]
    first = table.iloc[0]
    assert (first["name"], first["arm"], first["missing"], first["patients"]) == ("bilirubin_mgdl", "LEN", 6, 34)
    patterns = table[table["what"] == "pattern"]
    assert patterns.groupby("arm")["missing"].sum().to_dict() == {"LEN": 34, "SOR": 47}
    assert "complete" in set(patterns["name"])
    assert table["share"].tolist() == pytest.approx((table["missing"] / table["patients"]).tolist())


def test_when_nothing_is_missing_the_figure_is_a_sentence() -> None:
    nothing = dataclasses.replace(
        missing(),
        columns=(),
        missing_treated=np.zeros(0, dtype=np.int64),
        missing_control=np.zeros(0, dtype=np.int64),
        patterns=(MissingPattern(columns=(), treated=34, control=47),),
    )
    sentence = "No covariate has a missing value among 34 + 47 patients."
    assert describe_missing(nothing) == sentence
    figure = missing_figure(nothing)
    assert not figure.data
    assert [note.text for note in figure.layout.annotations] == [sentence]
    (text,) = missing_publication(nothing).texts
    assert text.get_text() == sentence
