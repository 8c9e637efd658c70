"""The specification curve and the random orders as exhibits."""

from functools import partial

from analysis.phrases import phrase
from analysis.robustness.result import SpecificationCurve
from charts.specification_curve import (
    describe_orders,
    describe_specifications,
    effect_words,
    order_figure,
    order_publication,
    specification_figure,
    specification_publication,
    specification_rows,
)
from ui.exhibit import Exhibit


def curve_exhibit(curve: SpecificationCurve, time_unit: str) -> Exhibit:
    """The curve with the choices beneath it."""
    caption = phrase(
        "From the lowest to the highest estimate; beneath each, what was chosen. Specifications are no sample: their shares "
        "describe the list of choices, and are no probabilities. Estimands may differ."
    )
    if curve.measure == "hazard_ratio":
        caption = phrase("{told} p is that of the hazard ratio, not of the log-rank test.", told=caption)
    return Exhibit(
        name="specification curve",
        title=phrase("{effect}, every specification", effect=effect_words(curve.measure, curve.endpoint)),
        caption=caption,
        alt=describe_specifications(curve, time_unit),
        figure=lambda theme: specification_figure(curve, time_unit=time_unit, theme=theme, width=640),
        publication=partial(specification_publication, curve, time_unit=time_unit),
        table=partial(specification_rows, curve),
        follows_population=False,
    )


def order_exhibit(curve: SpecificationCurve, time_unit: str) -> Exhibit:
    """Random orders of matching in which nothing else differs."""
    return Exhibit(
        name="random orders of matching",
        title=phrase("{effect}, the order of matching alone", effect=effect_words(curve.measure, curve.endpoint)),
        caption=phrase(
            "Nearest matching without replacement takes patients in some order. Here only that order changes, at random."
        ),
        alt=describe_orders(curve, time_unit),
        figure=lambda theme: order_figure(curve, time_unit=time_unit, theme=theme, width=640),
        publication=partial(order_publication, curve, time_unit=time_unit),
        table=lambda: specification_rows(curve).query("order_only"),
        follows_population=False,
    )
