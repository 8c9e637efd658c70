"""Calibration of the propensity score as an exhibit."""

from analysis.design.calibration import Calibration, calibration
from analysis.phrases import phrase
from charts.calibration import calibration_figure, calibration_publication, describe_calibration
from ui import session
from ui.exhibit import Exhibit
from ui.exhibits.population import imputed_set
from ui.workspace import StudyState


def calibration_exhibit(state: StudyState, *, width: int = 440) -> Exhibit | None:
    """Shares treated by groups of similar scores; None while there is no score."""
    patients, propensity = state.patients, state.propensity
    if patients is None or propensity is None:
        return None
    found: Calibration = session.computed(
        ("calibration", propensity), lambda: calibration(propensity.propensity_score, patients.treated)
    )
    label = patients.treated_label
    return Exhibit(
        name="calibration",
        title=phrase("Calibration of the score"),
        caption=phrase(
            "Of patients with similar scores, how many were given {treatment}: {n:,} patients before the design{imputed_set}, "
            "in {n_groups} groups of about equal size, Wilson limits. A regression is calibrated in the patients it was fitted "
            "to; for scores from other patients, or brought in, this is a test.",
            treatment=label,
            n=found.n,
            imputed_set=imputed_set(state),
            n_groups=found.n_groups,
        ),
        alt=describe_calibration(found, treated_label=label),
        figure=lambda theme: calibration_figure(found, treated_label=label, theme=theme, width=width),
        publication=lambda: calibration_publication(found, treated_label=label),
        table=found.to_table,
        follows_population=False,
    )
