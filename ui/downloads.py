"""Everything of a study as files: the matched cohort, the results, every table and figure, and the study itself."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import streamlit as st

from analysis.cohort.missing import MissingPicture
from analysis.reporting.csv_files import csv_bytes, csv_files
from analysis.reporting.figure_files import figure_files
from analysis.reporting.results import results_file
from analysis.reporting.tables import patients_table
from analysis.settings import ExportSettings
from analysis.study import StudyResult
from analysis.study_file import study_yaml
from charts.files import FigureFormat, figure_file
from charts.weights import weights_differ
from ui import session
from ui.exhibit import FORMATS, Exhibit, exhibit_file, file_name
from ui.exhibits.balance import love_exhibit
from ui.exhibits.calibration import calibration_exhibit
from ui.exhibits.centres import centres_exhibits
from ui.exhibits.flow import flow_exhibit
from ui.exhibits.left_out import left_out_exhibit
from ui.exhibits.missing import missing_exhibit, missing_picture
from ui.exhibits.overlap import overlap_exhibit
from ui.exhibits.response import response_exhibit
from ui.exhibits.survival import survival_exhibit
from ui.exhibits.weights import weights_exhibit
from ui.workspace import StudyState


def draw_downloads(state: StudyState) -> None:
    """Offer the study's files; each is made when it is asked for."""
    if state.settings is None:
        return
    settings = state.settings
    with st.container(border=True):
        st.markdown("### Study file")
        st.caption(
            "Every choice of this study. Drop it on the Data page, or run it on the command line, to get the same numbers."
        )
        _button("Study file, YAML", lambda: study_yaml(settings).encode("utf-8"), "study", "yaml", "application/yaml")
    result = session.workspace().result()
    if result is None:
        return
    _draw_hiding()
    below = session.hidden_below()
    with st.container(border=True):
        cohort = {"matching": "Matched cohort", "weighting": "Weighted cohort"}[result.design.kind]
        st.markdown("### Results" if below else f"### {cohort} and results")
        st.caption(
            f"Counts of 1 to {below - 1} patients, and what gives them away, are hidden; rows of single patients are left out."
            if below
            else "Patients by id with set, weight, score and, for those left out, the reason. Keep it as you keep patient data."
        )
        with st.container(horizontal=True):
            if not below:
                _button(f"{cohort}, CSV", lambda: matched_cohort(result), cohort.lower(), "csv", "text/csv")
            _button("Results, JSON", lambda: results_file(result), "results", "json", "application/json")
            _button("All tables, ZIP", lambda: tables_archive(result), "tables", "zip", "application/zip")
    with st.container(border=True):
        st.markdown("### All figures")
        st.caption(
            "Every figure that prints no hidden count, before and after matching; curves without the numbers at risk. "
            "A step of a curve still shows when someone had an event."
            if below
            else f"Every figure as the switch shows it ({session.population().lower()}), at-risk tables included, with its data."
        )
        exhibits = list(every_exhibit(state))
        with st.container(horizontal=True):
            for extension, (words, _) in FORMATS.items():
                make = (
                    partial(hidden_figures, result, extension, missing_picture(session.workspace(), result.settings))
                    if below
                    else partial(figures_archive, exhibits, extension)
                )
                _button(f"{words}, ZIP", make, f"figures {extension}", "zip", "application/zip")


def _draw_hiding() -> None:
    """The limit below which counts are hidden in files."""
    with st.container(border=True):
        st.markdown("### Small counts")
        session.show("hide below", session.workspace().form.exports.suppress_below)
        st.number_input(
            "Hide counts below", min_value=0, max_value=MOST_HIDDEN, step=1, key="hide below", on_change=_hide, width=200,
            help="0 hides nothing. Many hospitals and registers ask for 5 or 10. It is written into the study file.",
        )  # fmt: skip
        st.caption("For files only: the pages show every count. Needed where a file leaves the hospital.")


MOST_HIDDEN = 100


def _hide() -> None:
    desk = session.workspace()
    desk.change(replace(desk.form, exports=ExportSettings(suppress_below=int(session.shown("hide below") or 0))))


def hidden_figures(result: StudyResult, extension: FigureFormat, missing: MissingPicture | None = None) -> bytes:
    """Every figure that prints no hidden count, in one format, in one archive."""
    return _archive(dict(figure_files(result, [extension], missing)))


def every_exhibit(state: StudyState) -> Iterator[Exhibit]:
    """The figures of the study in the order of a paper."""
    assert state.settings is not None
    picture = missing_picture(session.workspace(), state.settings)
    missing = missing_exhibit(picture) if picture is not None and picture.columns else None
    found = [flow_exhibit(state), missing, overlap_exhibit(state), calibration_exhibit(state), love_exhibit(state)]
    if state.design is not None and state.patients is not None:
        found += [left_out_exhibit(state)]
        found += [weights_exhibit(state)] if weights_differ(state.design.weights, state.patients.treated) else []
    found += [survival_exhibit(state, item.name) for item in state.settings.outcomes.survival]
    found += [response_exhibit(state), *centres_exhibits(state)]
    yield from (item for item in found if item is not None)


def matched_cohort(result: StudyResult) -> bytes:
    """Every row read, with its score, set and weight, or the reason why it was left out."""
    return csv_bytes(patients_table(result.patients, result.propensity, result.design))


def tables_archive(result: StudyResult) -> bytes:
    """Every table of the study as CSV in one archive."""
    return _archive(csv_files(result))


def figures_archive(exhibits: list[Exhibit], extension: FigureFormat) -> bytes:
    """Every figure in one format, and its data, in one archive."""
    files = {}
    for exhibit in exhibits:
        files[file_name(exhibit_file(exhibit), extension)] = figure_file(exhibit.publication(), extension)
        files[file_name(exhibit_file(exhibit), "csv")] = csv_bytes(exhibit.table())
    return _archive(files)


def _button(label: str, data: Callable[[], bytes], name: str, extension: str, mime: str) -> None:
    st.download_button(
        label, session.of_this_session(data), file_name=file_name(name, extension), mime=mime, key=f"download {name}",
        on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def _archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()
