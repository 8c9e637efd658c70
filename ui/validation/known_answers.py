"""Known answers computed when the page is opened: their sum, a table to filter, each value of one, files, versions."""

import pandas as pd

from analysis.phrases import capitalised, join_phrases, phrase
from analysis.reporting.csv_files import csv_bytes
from analysis.validation import (
    GROUPS,
    CheckedAnswer,
    Validation,
    difference_words,
    validate,
    validation_json,
    validation_sentence,
    validation_table,
    value_name,
    value_words,
)
from ui import screen as st
from ui import session
from ui.exhibit import plain

ALL, DIFFERENCES, EVERY_GROUP = phrase("All"), phrase("Differences"), phrase("Every part")
AGREES, DIFFERS = phrase("✓ agrees"), phrase("✗ differs")
RUN = "validation run"

MACHINE = {"system": phrase("system"), "processor": phrase("processor"), "loops": phrase("loops")}
"""What is told of the machine itself, beside the versions."""

ROWS_SHOWN = 16

WIDTHS = {
    "Answer": 85,
    "Check": 275,
    "Values": 80,
    "Farthest off": 170,
    "Known": 100,
    "Found": 100,
    "Apart": 75,
    "Allowed": 75,
}
"""In pixels; what is known from where takes what is left."""


def draw_known_answers() -> None:
    """Compute every known answer, once for each visit or when asked again, and show what came out."""
    place = st.empty()
    validation: Validation = session.computed(
        ("validation", session.remembered(RUN, 0)),
        lambda: validate(lambda done, n, name: _draw_progress(place, done, n, name)),
    )
    place.empty()
    _draw_sum(validation)
    shown = _draw_filter(validation)
    if shown:
        _draw_table(shown)
    else:
        st.info(
            phrase("No known answer differs.") if validation.passes else phrase("None here."), icon=":material/info:"
        )
    _draw_files(validation)
    _draw_versions(validation)


def _draw_progress(place: st.delta_generator.DeltaGenerator, done: int, n: int, name: str) -> None:
    place.progress(done / n, text=plain(phrase("{done} of {n}: {check}", done=done, n=n, check=name)))


def _draw_sum(validation: Validation) -> None:
    sentence = validation_sentence(validation)
    if validation.passes:
        st.success(plain(sentence), icon=":material/check_circle:")
        return
    advice = phrase(
        "Do not rely on this installation for what differs: compare the versions below with those that the requirements "
        "file names, and report it."
    )
    st.error(plain(sentence) + " " + advice, icon=":material/error:")


def _draw_filter(validation: Validation) -> list[CheckedAnswer]:
    """The checks that the reader wants to see."""
    n_differing = len(validation.checks) - validation.n_agreeing
    with st.container(horizontal=True, vertical_alignment="bottom"):
        which = st.segmented_control(
            phrase("Show"), [ALL, DIFFERENCES], default=ALL, key="validation shown", required=True,
            format_func=lambda word: ALL if word == ALL else phrase("Differences ({n})", n=n_differing),
        )  # fmt: skip
        group = st.selectbox(phrase("Part"), [EVERY_GROUP, *GROUPS], key="validation group", width=260)
        st.button(phrase("Compute again"), icon=":material/replay:", on_click=_compute_again)
    return [
        check
        for check in validation.checks
        if (which == ALL or not check.passes) and group in (EVERY_GROUP, check.group)
    ]


def _compute_again() -> None:
    session.remember(RUN, session.remembered(RUN, 0) + 1)


def _draw_table(checks: list[CheckedAnswer]) -> None:
    table = pd.DataFrame([_row(check) for check in checks])
    chosen = st.dataframe(
        table, hide_index=True, key=f"known answers {len(checks)} {checks[0].name}", on_select="rerun",
        selection_mode="single-row", height="content" if len(checks) <= ROWS_SHOWN else 560,
        column_config={name: st.column_config.TextColumn(width=width) for name, width in WIDTHS.items()},
    )  # fmt: skip
    st.caption(
        phrase(
            "Farthest off: of the values of a check the one that is farthest from the known one, measured by what is "
            "allowed, with what is known and found of it and how far apart they are. Choose a row to see every value and "
            "its source in full."
        )
    )
    rows = [row for row in chosen.selection.rows if row < len(checks)]
    if rows:
        _draw_values(checks[rows[0]])


def _row(check: CheckedAnswer) -> dict[str, str]:
    worst = check.worst
    return {
        phrase("Answer"): AGREES if check.passes else DIFFERS,
        phrase("Check"): check.name,
        phrase("Values"): phrase("{n_agreeing} of {n}", n_agreeing=check.n_agreeing, n=len(check.values)),
        phrase("Farthest off"): value_name(worst.name),
        phrase("Known"): value_words(worst.expected),
        phrase("Found"): value_words(worst.found),
        phrase("Apart"): _distance(worst.deviation),
        phrase("Allowed"): _distance(worst.allowed),
        phrase("Known from"): check.source,
    }


def _distance(size: float | None) -> str:
    return "" if size is None else f"{size:.1e}" if size else "0"


def _draw_values(check: CheckedAnswer) -> None:
    with st.container(border=True):
        st.markdown(f"### {plain(check.name)}")
        what = capitalised(check.what)
        st.caption(plain(phrase("{what}. Known from: {source}.", what=what, source=check.source)))
        if check.problem is not None:
            st.error(plain(difference_words(check)), icon=":material/error:")
        table = pd.DataFrame(
            [
                {
                    phrase("Value"): value_name(value.name),
                    phrase("Known"): value_words(value.expected),
                    phrase("Found"): value_words(value.found),
                    phrase("Apart"): _distance(value.deviation),
                    phrase("Allowed"): _distance(value.allowed),
                    phrase("Answer"): AGREES if value.agrees else DIFFERS,
                }
                for value in check.values
            ]
        )
        st.dataframe(
            table, hide_index=True, key=f"values of {check.name}", height="content" if len(table) < 20 else 420
        )
        st.caption(
            plain(
                phrase("Allowed: {distance}; {reason}.", distance=check.tolerance.words, reason=check.tolerance.reason)
            )
        )


def _draw_files(validation: Validation) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            phrase("Every value, CSV"),
            session.of_this_session(lambda: csv_bytes(validation_table(validation)), "validation csv"),
            file_name="validation.csv", mime="text/csv", icon=":material/download:", key="validation csv", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            phrase("Every value, JSON"), session.of_this_session(lambda: validation_json(validation), "validation json"),
            file_name="validation.json", mime="application/json", icon=":material/download:", key="validation json",
            on_click="ignore",
        )  # fmt: skip


def _draw_versions(validation: Validation) -> None:
    here = join_phrases(
        [join_phrases([MACHINE.get(name, name), version]) for name, version in validation.versions.items()], ", "
    )
    st.markdown(phrase("### Computed with"))
    st.caption(plain(phrase("Here: Matched Cohort Explorer, {versions}.", versions=here)))
    sources = ", ".join(validation.sources)
    st.caption(plain(phrase("Known answers: {sources}, and the publications that the table names.", sources=sources)))
