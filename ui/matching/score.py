"""The score: its model, whether it is calibrated, and how far the arms' scores overlap, in words."""

from analysis.design.description import describe_score
from analysis.phrases import phrase
from analysis.reporting.printed.design import model_table
from analysis.reporting.tables import propensity_table
from charts.style import format_percent
from ui import screen as st
from ui.exhibit import card_columns, draw_exhibit, draw_table, plain
from ui.exhibits.calibration import calibration_exhibit
from ui.messages import draw_sentences
from ui.workspace import StudyState


def draw_score(state: StudyState) -> None:
    """Draw what the score is, what it is worth, its calibration and its model."""
    propensity, settings = state.propensity, state.settings
    assert propensity is not None and settings is not None
    left, right = card_columns("calibration")
    with left:
        calibration = calibration_exhibit(state)
        if calibration is not None:
            draw_exhibit(calibration)
    with right:
        draw_sentences(score_sentences(state))
    model = model_table(propensity)
    if len(model):
        score = describe_score(settings.propensity)
        draw_table(
            model,
            name="propensity model",
            file=lambda: propensity_table(propensity),
            caption=phrase(
                "Model of the treatment: {score}. Odds ratios per unit of the covariate or against "
                "the reference level, with Wald limits. Significance here says nothing about balance.",
                score=score,
            ),
        )
    else:
        st.caption(
            phrase(
                "The score comes from {model}: it has no table of coefficients.",
                model=plain(describe_score(settings.propensity)),
            )
        )


def score_sentences(state: StudyState) -> tuple[str, ...]:
    """What the C-statistic and the preference score say of the two arms."""
    propensity, patients = state.propensity, state.patients
    assert propensity is not None and patients is not None
    treated, control = patients.treated_label, patients.control_label
    share = format_percent(propensity.equipoise_share)
    each = (format_percent(propensity.equipoise_share_treated), format_percent(propensity.equipoise_share_control))
    return (
        phrase(
            "C-statistic {c_statistic:.2f}: of a {treated} and a {control} patient taken at "
            "random, the {treated} patient has the higher score with this probability. At 0.5 "
            "the arms cannot be told apart by their covariates; near 1 hardly anyone has a "
            "counterpart. It is no measure of how well the score balances.",
            c_statistic=propensity.c_statistic,
            treated=treated,
            control=control,
        ),
        phrase(
            "The preference score is the score freed of how often each treatment was given. "
            "{share} of all patients ({share_treated} of {treated}, {share_control} of {control}) have one from "
            "0.3 to 0.7, where either treatment was a real choice. With at least half of the "
            "patients of each arm there, the treatments are in empirical equipoise (Walker 2013).",
            share=share,
            share_treated=each[0],
            treated=treated,
            share_control=each[1],
            control=control,
        ),
        phrase(
            "{n:,} patients; {patients_per_term:,.1f} of the smaller arm for each term of the score.",
            n=propensity.n,
            patients_per_term=propensity.patients_per_term,
        ),
    )
