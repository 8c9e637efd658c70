"""Unmeasured confounding: how strong something that was not measured must be to explain each effect away."""

from dataclasses import replace

from analysis.errors import AnalysisError
from analysis.notes import Note
from analysis.phrases import join_phrases, phrase, uncapitalised
from analysis.reporting.printed.sensitivity import bounds_rows, covariate_rows, e_value_rows
from analysis.reporting.sensitivity_results import sensitivity_table
from analysis.reporting.sensitivity_sentences import confounding_sentences, negative_control_sentence
from analysis.study.sensitivity import (
    PREVALENCE_CONTROL,
    EndpointConfounding,
    StudyConfounding,
    endpoint_tipping,
    study_confounding,
)
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_notes, draw_table, plain
from ui.exhibits.population import design_word
from ui.exhibits.sensitivity import tipping_point_exhibit
from ui.messages import draw_sentences
from ui.response.populations import ShownPopulation
from ui.robustness.found import draw_not_examined, examined, heading_of
from ui.workspace import StudyState

ENDPOINT = "endpoint of confounding"
CONTROL = "negative control"
PREVALENCE = "prevalence among controls"
NONE = phrase("None")
TOLD_IN_SENTENCES = ("not_significant_without_bias", "e_value_interval_holds_no_effect", "e_value_unbounded")
WHAT_IT_SAYS = phrase(
    "Matching and weighting make alike only what was measured. How strong would "
    "something unmeasured have to be to change the answer? None of this corrects an "
    "estimate."
)

Shown = tuple[tuple[ShownPopulation, StudyConfounding], ...]


def draw_confounding(state: StudyState) -> None:
    """Draw E-values of every endpoint, and of the chosen one its tipping points, covariates and bounds."""
    assert state.settings is not None
    st.caption(WHAT_IT_SAYS)
    found: Shown = examined(state, "confounding", study_confounding)
    if not found:
        draw_not_examined()
        return
    _draw_control_choice(state)
    _draw_negative_control(found)
    level = state.settings.confidence.level
    named = {heading_of(state, population): one for population, one in reversed(found)}
    result = session.workspace().result()
    draw_table(
        e_value_rows(named, design_word(state), level),
        name="e values",
        file=None if result is None else lambda: sensitivity_table(result),
        caption=phrase(
            "E-value: the ratio by which a confounder must go with both treatment and outcome to "
            "explain the estimate away, or to move its interval to no effect (VanderWeele and "
            "Ding). Strongest measured: the covariate that could bias most, by its ratios with "
            "treatment and outcome before the design. Γ: the hidden bias that matched sets "
            "withstand; with p within sets where they are not significant without any. Response "
            "in percentage points."
        ),
    )
    names = [item.effect.endpoint for item in found[0][1].endpoints]
    if session.shown(ENDPOINT) not in names:
        session.show(ENDPOINT, names[0])
    name = st.segmented_control(phrase("Endpoint"), names, key=ENDPOINT, required=True, persist_state="session")
    _draw_endpoint(state, found, names.index(str(name)), level)


def _draw_control_choice(state: StudyState) -> None:
    """Which endpoint is one that treatment cannot change."""
    assert state.settings is not None
    outcomes = state.settings.outcomes
    names = [item.name for item in outcomes.survival] + [item.name for item in outcomes.response]
    offered = [name for name in names if names.count(name) == 1] if len(names) > 1 else []
    if not offered:
        return
    session.show(CONTROL, outcomes.negative_control or str(NONE))
    st.selectbox(
        phrase("Negative control"),
        [NONE, *offered],
        key=CONTROL,
        on_change=_take_control,
        width=260,
        help=phrase(
            "An endpoint that treatment cannot change, such as a fracture or an outcome seen "
            "before treatment. Where the arms differ in it, something unmeasured sets them apart."
        ),
    )


def _take_control() -> None:
    desk, chosen = session.workspace(), str(session.shown(CONTROL))
    desk.change(replace(desk.form, negative_control=None if chosen == NONE else chosen))


def _draw_negative_control(found: Shown) -> None:
    for population, one in found:
        if one.negative_control is not None:
            sentence = negative_control_sentence(one.negative_control)
            draw_sentences((phrase("{population}: {sentence}", population=population.words, sentence=sentence),))
        draw_notes(one.notes)


def _draw_endpoint(state: StudyState, found: Shown, place: int, level: float) -> None:
    shown = [(population, one.endpoints[place]) for population, one in found]
    for population, item in shown:
        told = confounding_sentences(item, level, adjusted=population.when == "after")
        draw_sentences(
            [phrase("{population}: {sentence}", population=population.words, sentence=sentence) for sentence in told]
        )
    _draw_tipping(state, shown)
    _draw_covariates(shown)
    bounds = bounds_rows({f"{item.effect.endpoint}": item for _, item in shown if item.bounds is not None})
    if len(bounds):
        st.markdown(phrase("### Hidden bias within matched sets"))
        draw_table(
            bounds,
            name=f"hidden bias {shown[0][1].effect.endpoint}",
            caption=phrase(
                "The largest p that hidden bias of each size could have given; at Γ 1, with none, "
                "that of the exact test within sets, another than that of the arms as a whole. Γ: "
                "how many times as likely, in odds, one of two partners could have been to be "
                "treated, through something unmeasured (Rosenbaum). Exact, from the sets in which "
                "some patients have the outcome, or the first event, and others not."
            ),
        )
    for population, item in shown:
        is_said = bool(len(bounds)) or (population.when == "before" and len(shown) > 1)
        draw_notes([note for note in item.notes if not _is_told(note, item, is_said)])


def _is_told(note: Note, item: EndpointConfounding, has_bounds: bool) -> bool:
    """Whether a sentence, a figure or the other population has said it already."""
    beneath = item.tipping is not None and note in item.tipping.notes
    return beneath or note.code in TOLD_IN_SENTENCES or (has_bounds and note.code == "no_disjoint_sets")


def _draw_tipping(state: StudyState, shown: list[tuple[ShownPopulation, EndpointConfounding]]) -> None:
    if all(item.tipping is None for _, item in shown):
        return
    session.show(PREVALENCE, session.shown(PREVALENCE) or round(100 * PREVALENCE_CONTROL))
    assert state.patients is not None
    percent = st.slider(
        plain(phrase("Share with the confounder: {arm} (%)", arm=state.patients.control_label)),
        5,
        95,
        step=5,
        key=PREVALENCE,
        help=phrase(
            "The share of controls who have the supposed confounder; the figure goes over the share of the treated."
        ),
    )
    for population, item in shown:
        if item.tipping is None:
            continue
        try:
            points = endpoint_tipping(item.effect, percent / 100)
        except AnalysisError as error:
            st.info(plain(join_phrases(error.problems)), icon=":material/info:")
            continue
        draw_exhibit(tipping_point_exhibit(state, population, item.effect.endpoint, points))


def _draw_covariates(shown: list[tuple[ShownPopulation, EndpointConfounding]]) -> None:
    """Measured covariates as a scale; their associations are the same in both populations, what they must explain is not."""
    population, item = shown[0]
    if item.covariates is None:
        return
    st.markdown(phrase("### What was measured, as a scale"))
    left_out = phrase(
        " Without a number: {columns}, of which one arm, or the outcome, lacks a level.",
        columns=", ".join(item.left_out),
    )
    draw_table(
        covariate_rows(item.covariates),
        name=f"measured covariates {item.effect.endpoint}",
        caption=phrase(
            "Ratios before the design: of a level's share between the arms; of the outcome "
            "between the levels that lie farthest apart, given treatment and the other "
            "covariates. Numbers are cut at their median. Most bias: by how much leaving it out "
            "could move a risk ratio. Enough for: what one as strong could undo {population}.",
            population=uncapitalised(population.words),
        )
        + (left_out if item.left_out else ""),
    )
