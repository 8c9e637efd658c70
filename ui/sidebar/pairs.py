"""The settings of matching that stand under Advanced: whom it speaks of, distances, further columns, sets."""

from analysis.design_contradictions import MATCHED_ESTIMANDS, MATCHED_SETTINGS
from analysis.phrases import phrase
from analysis.settings import MatchingSettings
from ui import screen as st
from ui import session
from ui.sidebar.columns import draw_calipers, draw_classes, draw_cuts, draw_exact
from ui.sidebar.estimands import QUESTION, estimand_words
from ui.sidebar.fields import draw_count, draw_select, draw_toggle
from ui.sidebar.matching import SCALES
from ui.workspace import Workspace

DISTANCES = {
    "logit": phrase("Logit of the score"),
    "probability": phrase("The score itself"),
    "mahalanobis": phrase("All covariates (Mahalanobis)"),
}
LARGEST_SEED = 2**31


def draw_pairs(desk: Workspace) -> None:
    """Draw what belongs to the method that is chosen."""
    matching = desk.form.matching
    draw_select(
        desk,
        "matching",
        "estimand",
        QUESTION,
        estimand_words(desk.form, MATCHED_ESTIMANDS[matching.method]),
        help=phrase("ATT: like the treated. ATC: like the controls. ATE: all patients."),
    )
    taken = MATCHED_SETTINGS[matching.method]
    if not taken:
        return
    if "replacement" in taken:
        draw_toggle(
            desk,
            "matching",
            "replacement",
            phrase("A control may serve several patients"),
            help=phrase("Matching with replacement: closer pairs, fewer distinct controls, weights instead of counts."),
        )
    _draw_smallest_set(desk)
    draw_exact(desk)
    draw_classes(desk)
    draw_cuts(desk)
    draw_calipers(desk)
    _draw_distance(desk, matching)
    if "order" in taken and matching.order == "random":
        draw_count(desk, "matching", "seed", phrase("Seed of the random order"), 0, LARGEST_SEED)


def _draw_smallest_set(desk: Workspace) -> None:
    matching = desk.form.matching
    if matching.ratio == 1:
        return
    words = {count: "1" if count == 1 else f"{count}" for count in range(1, matching.ratio + 1)}
    label = (
        phrase("At least so many treated patients for each control")
        if matching.estimand == "ATC"
        else phrase("At least so many controls for each treated patient")
    )
    draw_select(
        desk,
        "matching",
        "min_ratio",
        label,
        words,
        help=phrase("A patient who finds fewer is left out."),
    )


def _draw_distance(desk: Workspace, matching: MatchingSettings) -> None:
    draw_select(
        desk,
        "matching",
        "distance",
        phrase("Distance"),
        DISTANCES,
        help=phrase(
            "How far apart two patients are. By all covariates, the caliper still limits the logit of the score."
        ),
    )
    session.show("use_caliper", matching.caliper is not None)
    st.toggle(phrase("Limit the distance by a caliper"), key="use_caliper", on_change=_take_use_caliper)
    session.show("caliper_scale", matching.caliper_scale)
    st.selectbox(
        phrase("Caliper measured in"),
        list(SCALES),
        key="caliper_scale",
        format_func=SCALES.__getitem__,
        on_change=_take_scale,
        disabled=matching.caliper is None,
        help=phrase("Overall SD as MatchIt does; pooled SD as Austin 2011 wrote; or the number itself."),
    )


def _take_use_caliper() -> None:
    session.workspace().change_matching(caliper=0.2 if session.shown("use_caliper") else None)


def _take_scale() -> None:
    """A number keeps no meaning across units: begin again at the usual width of the new one."""
    scale = session.shown("caliper_scale")
    session.workspace().change_matching(caliper_scale=scale, caliper=0.05 if scale == "raw" else 0.2)
