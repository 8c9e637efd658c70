"""Who was left out, why, and how much those compared differ from the arm they come from."""

from analysis.design.description import estimand_sentence
from analysis.phrases import phrase
from analysis.reporting.printed.design import left_out_table
from analysis.reporting.printed.left_out import left_out_rows
from ui import screen as st
from ui import session
from ui.exhibit import card_columns, draw_exhibit, draw_table, plain
from ui.exhibits.distribution import offered_columns
from ui.exhibits.left_out import found_left_out, left_out_exhibit, left_out_map_exhibit
from ui.workspace import StudyState

ACROSS = "covariate across"
UPWARDS = "covariate upwards"
ARM = "arm of the left out"


def draw_left_out(state: StudyState) -> None:
    """Draw the reasons, the patients compared beside their arm, and the map of two covariates."""
    patients, design = state.patients, state.design
    assert patients is not None and design is not None
    reasons = left_out_table(patients, design)
    if len(reasons):
        draw_table(
            reasons,
            name="left out",
            caption=phrase("Patients by reason. {whom}", whom=estimand_sentence(patients, design)),
        )
    else:
        st.caption(
            phrase(":material/check: Nobody was left out. {whom}", whom=plain(estimand_sentence(patients, design)))
        )
    if (design.weights > 0).all():
        draw_exhibit(left_out_exhibit(state))
    else:
        left, right = card_columns("left out")
        with left:
            draw_exhibit(left_out_exhibit(state, width=440))
        with right:
            _draw_map(state)
    _draw_arm(state)


def _draw_arm(state: StudyState) -> None:
    """The table of one arm: all of it, those compared, those left out."""
    assert state.patients is not None
    found = found_left_out(state)
    arms = {state.patients.treated_label: found.treated, state.patients.control_label: found.control}
    if session.shown(ARM) not in arms:
        session.show(ARM, state.patients.treated_label)
    label = str(st.segmented_control(phrase("Arm"), list(arms), key=ARM, required=True, persist_state="session"))
    draw_table(
        left_out_rows(found, arms[label]),
        name=f"left out of {label}",
        file=found.to_table,
        caption=phrase(
            "{label}: {n_compared:,} compared, {n_left_out:,} left out; what moved most first. "
            "Differences over the {method}.",
            label=label,
            n_compared=arms[label].n_compared,
            n_left_out=arms[label].n_left_out,
            method=found.method,
        ),
    )


def _draw_map(state: StudyState) -> None:
    """The map of two covariates; a sentence where single patients must not be shown."""
    columns = offered_columns(state)
    if session.hidden_below():
        st.caption(
            phrase(
                ":material/visibility_off: A map would show every patient by two covariates; it is "
                "left out while small counts are hidden."
            )
        )
        return
    if len(columns) < 2:
        st.caption(phrase("A map of who was left out needs two covariates."))
        return
    for key, usual in ((ACROSS, columns[0]), (UPWARDS, columns[1])):
        if session.shown(key) not in columns:
            session.show(key, usual)
    exhibit = left_out_map_exhibit(state, session.shown(ACROSS), session.shown(UPWARDS), width=440)
    draw_exhibit(exhibit, controls=lambda: _draw_axes(columns))


def _draw_axes(columns: list[str]) -> None:
    with st.container(horizontal=True, key="map axes"):
        st.selectbox(phrase("Across"), columns, key=ACROSS, persist_state="session")
        st.selectbox(phrase("Upwards"), columns, key=UPWARDS, persist_state="session")
