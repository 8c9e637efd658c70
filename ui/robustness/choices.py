"""What a specification curve varies, as widgets: each change is one change of the study, which can be undone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from analysis.phrases import phrase
from analysis.robustness.effect import asked_effect
from analysis.robustness.specifications import USUAL_CALIPER
from analysis.settings import BootstrapSettings, RobustnessSettings, SpecificationSettings, StudySettings
from charts.specification_curve import MEASURE_WORDS
from ui import screen as st
from ui import session

CALIPERS = (0.05, 0.1, 0.2, 0.25, 0.4, 0.5, 1.0)
RATIOS = (1, 2, 3, 4, 5)
METHODS = {"nearest": phrase("Nearest"), "optimal": phrase("Optimal"), "full": phrase("Full")}
DISTANCES = {"logit": phrase("Logit"), "probability": phrase("Probability"), "mahalanobis": phrase("Mahalanobis")}
ORDERS = {
    "closest": phrase("Closest first"),
    "largest": phrase("Largest first"),
    "smallest": phrase("Smallest first"),
    "data": phrase("As in the data"),
}
REPLACEMENT = {False: phrase("Without"), True: phrase("With")}
WEIGHTS = {
    "iptw": phrase("Inverse probability"),
    "overlap": phrase("Overlap"),
    "matching": phrase("Matching"),
    "entropy": phrase("Entropy balancing"),
}

MOST_RANDOM = 10_000


def change_specifications(**values: Any) -> None:
    """Take new values for some settings of the curve."""
    _change("specifications", SpecificationSettings, values)


def change_bootstrap(**values: Any) -> None:
    """Take new values for some settings of the bootstrap."""
    _change("bootstrap", BootstrapSettings, values)


def _change(part: str, model: type[SpecificationSettings] | type[BootstrapSettings], values: dict[str, Any]) -> None:
    desk = session.workspace()
    robustness = desk.form.robustness
    new = model.model_validate(getattr(robustness, part).model_dump() | values)
    desk.change(replace(desk.form, robustness=RobustnessSettings.model_validate(robustness.model_dump() | {part: new})))


def draw_effect(settings: StudySettings) -> None:
    """Draw the choice of effect and endpoint, which curve and bootstrap share."""
    survival = [item.name for item in settings.outcomes.survival]
    means = [item.name for item in settings.outcomes.survival if item.competing is None]
    offered = {
        "hazard_ratio": survival,
        "rmst_difference": means,
        "rate_difference": [item.name for item in settings.outcomes.response],
    }
    offered = {measure: names for measure, names in offered.items() if names}
    asked = asked_effect(settings)
    session.show("curve effect", asked.measure)
    session.show("curve endpoint", asked.endpoint)

    def take_effect() -> None:
        measure = session.shown("curve effect")
        names = offered[measure]
        change_specifications(effect=measure, endpoint=asked.endpoint if asked.endpoint in names else names[0])

    def take_endpoint() -> None:
        change_specifications(effect=asked.measure, endpoint=session.shown("curve endpoint"))

    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="curve effect controls"):
        st.segmented_control(
            phrase("Effect"),
            list(offered),
            key="curve effect",
            required=True,
            on_change=take_effect,
            format_func=lambda measure: MEASURE_WORDS[measure],
        )
        st.selectbox(
            phrase("Endpoint"), offered[asked.measure], key="curve endpoint", on_change=take_endpoint, width=220
        )


def draw_dimensions(settings: StudySettings) -> None:
    """Draw which choices vary, and how many random orders there are."""
    asked, own = settings.robustness.specifications, settings.matching
    columns = st.container(key="cards curve choices").columns(2)
    with columns[0]:
        _pills("methods", phrase("Matching"), METHODS, asked.methods, (own.method,))
        _pills("distances", phrase("Distance"), DISTANCES, asked.distances, (own.distance,))
        _draw_calipers(settings)
        _pills("ratios", phrase("Controls for one treated"), {n: f"1:{n}" for n in RATIOS}, asked.ratios, (own.ratio,))
        _pills("replacement", phrase("Replacement"), REPLACEMENT, asked.replacement, (own.replacement,))
    with columns[1]:
        _pills("orders", phrase("Order of matching"), ORDERS, asked.orders, ("closest",))
        _draw_random(asked)
        _pills("weighting", phrase("Weights instead of matching"), WEIGHTS, asked.weighting, ())
        _toggle(
            "leave_out",
            phrase("Leave each covariate out in turn"),
            asked.leave_out == "each",
            lambda on: "each" if on else "none",
        )


def _pills(
    field: str, label: str, words: dict[Any, str], chosen: Sequence[Any], instead: tuple[Any, ...], **looks: Any
) -> None:
    key = f"curve {field}"
    session.show(key, [option for option in words if option in chosen])

    def take() -> None:
        taken = tuple(session.shown(key) or ())
        change_specifications(**{field: taken or tuple(option for option in instead if option in words)})

    st.pills(
        label, list(words), key=key, selection_mode="multi", format_func=lambda option: words[option], on_change=take,
        **looks,
    )  # fmt: skip


def _draw_calipers(settings: StudySettings) -> None:
    own = settings.matching.caliper
    centre = USUAL_CALIPER if own is None else own
    chosen = settings.robustness.specifications.calipers
    shown = (centre / 2, centre, centre * 2, None) if chosen is None else chosen
    numbers = sorted({*CALIPERS, *(caliper for caliper in shown if caliper is not None)})
    words: dict[Any, str] = {caliper: f"{caliper:g}" for caliper in numbers} | {"none": phrase("None")}
    key = "curve calipers"
    session.show(key, [option for option in words if (None if option == "none" else option) in shown])

    def take() -> None:
        taken = session.shown(key) or [own if own is not None else "none"]
        change_specifications(calipers=tuple(None if caliper == "none" else caliper for caliper in taken))

    st.pills(
        phrase("Caliper"),
        list(words),
        key=key,
        selection_mode="multi",
        format_func=lambda option: words[option],
        on_change=take,
        help=phrase("In the study's scale. Unless you choose, half the study's own, its own, twice it, and none."),
    )


def _draw_random(asked: SpecificationSettings) -> None:
    with st.container(horizontal=True, gap="medium"):
        _number(
            "random_orders",
            phrase("Random orders"),
            asked.random_orders,
            0,
            MOST_RANDOM,
            help=phrase("Seeded orders of matching in which nothing else differs from the study."),
        )
        _number("seed", phrase("First seed"), asked.seed, 0, 2**31 - 1)
    _toggle(
        "random_everywhere",
        phrase("Combine random orders with every other choice"),
        asked.random_everywhere,
        lambda on: on,
        help=phrase("Many more specifications."),
    )


def _number(field: str, label: str, value: int, low: int, high: int, **looks: Any) -> None:
    key = f"curve {field}"
    session.show(key, min(value, high))

    def take() -> None:
        change_specifications(**{field: int(session.shown(key) or 0)})

    st.number_input(label, low, high, step=1, key=key, on_change=take, width=160, **looks)


def _toggle(field: str, label: str, on: bool, value: Callable[[bool], Any], **looks: Any) -> None:
    key = f"curve {field}"
    session.show(key, on)

    def take() -> None:
        change_specifications(**{field: value(bool(session.shown(key)))})

    st.toggle(label, key=key, on_change=take, **looks)
