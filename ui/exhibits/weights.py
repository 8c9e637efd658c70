"""The weights of a design as an exhibit."""

from typing import Any

from analysis.design.description import describe_design
from analysis.phrases import phrase
from charts.weights import describe_weights, weights_figure, weights_publication, weights_table
from ui.exhibit import Exhibit
from ui.exhibits.population import imputed_set
from ui.workspace import StudyState


def weights_exhibit(state: StudyState, *, width: int = 600) -> Exhibit | None:
    """How the weights of both arms are distributed; None while there is no design."""
    patients, design, settings = state.patients, state.design, state.settings
    if patients is None or design is None or settings is None:
        return None
    labels: dict[str, Any] = {"treated_label": patients.treated_label, "control_label": patients.control_label}
    weights = (design.weights, patients.treated)
    return Exhibit(
        name="weights",
        title=phrase("How much each patient counts"),
        caption=phrase(
            "Weights above 0 after {design}: {n_treated:,} + {n_control:,} patients, worth {treated:,.1f} + {control:,.1f} of "
            "equal weight{imputed_set}. Triangles: the largest weight of each arm.",
            design=describe_design(settings, design),
            n_treated=design.n_treated,
            n_control=design.n_control,
            treated=design.effective_sample_size_treated,
            control=design.effective_sample_size_control,
            imputed_set=imputed_set(state),
        ),
        alt=describe_weights(*weights, **labels),
        figure=lambda theme: weights_figure(*weights, **labels, theme=theme, width=width),
        publication=lambda: weights_publication(*weights, **labels),
        table=lambda: weights_table(*weights, **labels),
        follows_population=False,
    )
