"""Journals and palettes as data: what they say, that arms stay apart, and that figures follow them."""

import threading
from dataclasses import fields

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from analysis.errors import SettingsError
from analysis.settings import ManuscriptSettings
from charts.journal import JOURNALS, UNVERIFIED_WORDS, Journal, manuscript_style
from charts.number_style import NUMBER_STYLES, number_style_in_force, read_journal_file
from charts.palette import PALETTES, palette, palette_in_force
from charts.proof import VISIONS, difference, seen_colour
from charts.style import ARM_COLOUR, CONTROL_COLOUR, PRINT_DASH, RESPONSE_CATEGORIES, TREATED_COLOUR, contrast
from tests.charts.cases import print_figures

# WCAG 2.2, criterion 1.4.11, for parts of graphics.
LEAST_CONTRAST = 3.0
# Of CIE 1976 L*a*b*; two colours this far apart are named differently.
FAR_APART = 30.0
# Of lightness alone: eight times what is just noticed.
APART_IN_GREY = 16.0


@pytest.mark.parametrize("name", sorted(PALETTES))
@pytest.mark.parametrize("vision", VISIONS)
def test_arms_stand_out_on_white_and_from_each_other_to_every_vision(name: str, vision: str) -> None:
    chosen = PALETTES[name]
    for colour in (chosen.treated, chosen.control, chosen.before, chosen.after):
        assert contrast(seen_colour(colour, vision), "#FFFFFF") >= LEAST_CONTRAST  # type: ignore[arg-type]
    apart = difference(chosen.treated, chosen.control, vision)  # type: ignore[arg-type]
    if vision != "grey":
        assert apart >= FAR_APART
    elif name != "house":
        assert apart >= APART_IN_GREY


def test_arms_differ_by_line_style_in_every_palette_and_by_contrast_in_the_grey_one() -> None:
    assert PRINT_DASH["treated"] != PRINT_DASH["control"]
    grey = PALETTES["grey"]
    assert contrast(grey.treated, grey.control) >= LEAST_CONTRAST
    assert all(len({to_hex(colour)[i : i + 2] for i in (1, 3, 5)}) == 1 for colour in grey.response.values())
    assert set(grey.response) == set(RESPONSE_CATEGORIES)


def test_every_journal_has_a_palette_a_number_style_and_a_source() -> None:
    assert {"house", "generic", "jama", "nejm", "lancet", "jco", "hepatology", "j-hepatology", "nature"} <= set(
        JOURNALS
    )
    known = {field.name for field in fields(Journal)} - {"name"}
    for name, facts in read_journal_file("journals.yaml").items():
        journal = JOURNALS[name]
        assert set(facts) <= known
        assert journal.palette in PALETTES
        assert journal.number_style in NUMBER_STYLES
        assert journal.source
        assert set(journal.unverified) <= set(UNVERIFIED_WORDS)
        assert 60 <= journal.single_mm < journal.double_mm <= 200
        # What is neither sourced nor said to be unverified would pass for the journal's own rule.
        if name != "house":
            assert set(facts) - {"title", "source", "unverified"} | set(journal.unverified) >= set(UNVERIFIED_WORDS)


def test_what_is_not_verified_is_said_in_a_sentence() -> None:
    assert JOURNALS["house"].doubt == ""
    assert JOURNALS["jco"].doubt.startswith("Not verified for Journal of Clinical Oncology: width of one column, ")
    assert JOURNALS["jco"].doubt.endswith("number style. Read the journal's own instructions.")


def lines_of(figure: Figure) -> set[str]:
    """The colours of every line of a figure."""
    return {to_hex(line.get_color()).upper() for line in [*figure.lines, *figure.axes[0].lines]}


def test_a_figure_takes_numbers_colours_and_width_from_the_manuscript() -> None:
    from charts.survival import survival_publication
    from tests.charts.cases import PLAIN, survival

    def draw() -> Figure:
        return survival_publication(survival("before"), population="before", outcome="OS", **PLAIN)

    own = draw()
    with manuscript_style(ManuscriptSettings(journal="lancet", palette="grey", column="single")) as journal:
        figure = draw()
        assert journal.title == "The Lancet family"
    words = " ".join(text.get_text() for text in figure.texts)
    assert "·" in words
    assert "·" not in " ".join(text.get_text() for text in own.texts)
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(107)
    assert own.get_size_inches()[0] * 25.4 == pytest.approx(175)
    assert {"#1A1A1A", "#808080"} <= lines_of(figure)
    assert {TREATED_COLOUR, CONTROL_COLOUR} <= lines_of(own)
    assert not {TREATED_COLOUR, CONTROL_COLOUR} & lines_of(figure)


def test_the_houses_look_leaves_every_figure_its_own_width() -> None:
    with manuscript_style(ManuscriptSettings()):
        assert print_figures("before", 85)["flow"]().get_size_inches()[0] * 25.4 == pytest.approx(85)
        assert ARM_COLOUR["treated"] == TREATED_COLOUR


def test_a_width_that_is_asked_for_is_kept_in_any_column() -> None:
    with manuscript_style(ManuscriptSettings(journal="nature", column="single")):
        assert print_figures("before", 120)["overlap"]().get_size_inches()[0] * 25.4 == pytest.approx(120)


def test_styles_end_with_their_block_and_do_not_reach_other_threads() -> None:
    found: list[str] = []
    with manuscript_style(ManuscriptSettings(journal="lancet")):
        thread = threading.Thread(target=lambda: found.append(palette_in_force().name))
        thread.start()
        thread.join()
    assert found == ["house"]
    assert (palette_in_force().name, number_style_in_force().name) == ("house", "house")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (ManuscriptSettings(journal="Vogue"), r"manuscript\.journal must be one of .*; found 'Vogue'"),
        (ManuscriptSettings(palette="neon"), r"manuscript\.palette must be one of .*; found 'neon'"),
        (ManuscriptSettings(number_style="roman"), r"manuscript\.number_style must be one of .*; found 'roman'"),
    ],
)
def test_names_that_are_not_known_are_refused(settings: ManuscriptSettings, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence), manuscript_style(settings):
        pass


def test_a_palette_of_colours_answers_like_a_mapping() -> None:
    assert dict(ARM_COLOUR) == {"treated": TREATED_COLOUR, "control": CONTROL_COLOUR}
    assert len(ARM_COLOUR) == 2
    with pytest.raises(KeyError):
        ARM_COLOUR["before"]  # type: ignore[index]
    with palette("ochre"):
        assert ARM_COLOUR["control"] == PALETTES["ochre"].control


def test_what_is_not_verified_is_said_in_a_sentence_that_fits() -> None:
    assert JOURNALS["house"].doubt == ""
    assert JOURNALS["nature"].doubt.startswith("Not verified for Nature family: resolution of lines, ")
    assert JOURNALS["generic"].doubt.startswith("These are common values, not those of one journal. Read")
