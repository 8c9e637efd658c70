"""The weights: how they are distributed, what they cost in patients, and whose count most."""

from analysis.phrases import phrase
from analysis.reporting.printed.weights import largest_weights, weight_rows
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_table
from ui.exhibits.weights import weights_exhibit
from ui.workspace import StudyState


def draw_weights(state: StudyState) -> None:
    """Draw the weights of both arms, what each arm is worth, and the largest of them by patient."""
    patients, propensity, design = state.patients, state.propensity, state.design
    assert patients is not None and propensity is not None and design is not None
    exhibit = weights_exhibit(state)
    if exhibit is not None:
        draw_exhibit(exhibit)
    draw_table(
        weight_rows(patients, design),
        name="weights by arm",
        caption=phrase(
            "Worth: the number of patients of equal weight that would estimate a mean as precisely, (Σw)²/Σw²."
        ),
    )
    if session.hidden_below():
        st.caption(
            phrase(
                ":material/visibility_off: The largest weights by patient are left out while small counts are hidden."
            )
        )
        return
    draw_table(
        largest_weights(patients, propensity, design),
        name="largest weights",
        caption=phrase(
            "The patients who count most, and their part of their arm's weight. One patient with "
            "a large part of it decides much of the result alone."
        ),
    )
