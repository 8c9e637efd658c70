"""Everything of a study as files: the matched cohort, the results, every table and figure, and the study itself."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from analysis.cohort.missing import MissingPicture
from analysis.phrases import phrase, uncapitalised
from analysis.reporting.csv_files import csv_bytes, csv_files
from analysis.reporting.figure_files import figure_files
from analysis.reporting.findings import Findings, study_findings
from analysis.reporting.results import results_file
from analysis.reporting.robustness_results import RobustnessFindings
from analysis.reporting.tables import patients_table
from analysis.robustness.result import summarise_curve
from analysis.settings import ExportSettings, ManuscriptSettings, StudySettings
from analysis.study import StudyResult
from analysis.study.ledger import Ledger
from analysis.study_file import study_yaml
from charts.files import FigureFormat
from charts.weights import weights_differ
from ui import screen as st
from ui import session
from ui.exhibit import FORMATS, Exhibit, exhibit_file, file_name, format_words, printed_file
from ui.exhibits.balance import love_exhibit
from ui.exhibits.calibration import calibration_exhibit
from ui.exhibits.centres import centres_exhibits
from ui.exhibits.flow import flow_exhibit
from ui.exhibits.left_out import left_out_exhibit
from ui.exhibits.missing import missing_exhibit, missing_picture
from ui.exhibits.overlap import overlap_exhibit
from ui.exhibits.response import response_exhibit
from ui.exhibits.specifications import curve_exhibit, order_exhibit
from ui.exhibits.survival import survival_exhibit
from ui.exhibits.weights import weights_exhibit
from ui.figure_style import asked_style, draw_style_choices
from ui.ledger.plan import ledger_of
from ui.missing_letters import draw_missing_letters
from ui.robustness.findings import kept_findings
from ui.workspace import StudyState


def draw_downloads(state: StudyState) -> None:
    """Offer the study's files; each is made when it is asked for, outside the session: what it says is settled here."""
    if state.settings is None:
        return
    said = session.provenance()
    _draw_study_file(state.settings, said)
    result = session.workspace().result()
    if result is None:
        _say_why_nothing_more(state)
        return
    _draw_hiding()
    _draw_results(state, result)
    _draw_figures(state, result, said)


def _draw_study_file(settings: StudySettings, said: str) -> None:
    with st.container(border=True):
        st.markdown(phrase("### Study file"))
        st.caption(
            phrase(
                "Every choice of this study. Drop it on the Data page, or run it on the command line, "
                "to get the same numbers."
            )
        )
        _button(phrase("Study file, YAML"), lambda: study_bytes(settings, said), "study", "yaml", "application/yaml")


def _say_why_nothing_more(state: StudyState) -> None:
    if state.is_covered:
        st.caption(
            phrase(":material/visibility_off: Results, tables and figures can be had once outcomes are uncovered.")
        )
    else:
        st.caption(
            phrase(
                ":material/info: Results, tables and figures can be had once patients are matched or weighted: "
                "the warning at the top of the page says what to change."
            )
        )


def _draw_results(state: StudyState, result: StudyResult) -> None:
    below, ledger, robust = session.hidden_below(), ledger_of(session.workspace()), kept_findings(state)
    with st.container(border=True):
        words = COHORT_WORDS[result.design.kind]
        st.markdown(phrase("### Results") if below else words.heading)
        st.caption(
            phrase(
                "Counts of 1 to {most} patients, and what gives them away, are hidden; "
                "rows of single patients are left out.",
                most=below - 1,
            )
            if below
            else phrase(
                "Patients by id with set, weight, score and, for those left out, the reason. "
                "Keep it as you keep patient data."
            )
        )
        with st.container(horizontal=True):
            if not below:
                _button(words.button, lambda: matched_cohort(result), words.name, "csv", "text/csv")
            _button(
                phrase("Results, JSON"),
                lambda: results_file(result, _findings(result, robust), ledger),
                "results",
                "json",
                "application/json",
            )
            _button(
                phrase("All tables, ZIP"),
                lambda: tables_archive(result, ledger, _findings(result, robust)),
                "tables",
                "zip",
                "application/zip",
            )


def _draw_figures(state: StudyState, result: StudyResult, said: str) -> None:
    below = session.hidden_below()
    with st.container(border=True):
        st.markdown(phrase("### All figures"))
        st.caption(
            phrase(
                "Every figure that prints no hidden count, before and after matching; curves without the numbers at risk. "
                "A step of a curve still shows when someone had an event."
            )
            if below
            else phrase(
                "Every figure as the switch shows it ({population}), at-risk tables included, with its data.",
                population=uncapitalised(session.POPULATIONS[session.POPULATIONS.index(session.population())]),
            )
        )
        exhibits = {file_name(exhibit_file(item), ""): item for item in every_exhibit(state)}
        with st.expander(phrase("For which journal"), icon=":material/newspaper:"):
            draw_style_choices("all")
        asked = asked_style()
        draw_missing_letters(
            [str(result.settings.model_dump()), *(item.title + item.alt + item.caption for item in exhibits.values())]
        )
        with st.container(horizontal=True):
            for extension in FORMATS:
                make = (
                    partial(
                        hidden_figures, result, extension, missing_picture(session.workspace(), result.settings), said
                    )
                    if below
                    else partial(figures_archive, exhibits, extension, said, asked)
                )
                _button(
                    phrase("{file_format}, ZIP", file_format=format_words(extension, asked)),
                    make,
                    f"figures {extension}",
                    "zip",
                    "application/zip",
                )


class CohortWords(NamedTuple):
    """What the file of the patients is called."""

    heading: str
    button: str
    name: str


COHORT_WORDS = {
    "matching": CohortWords(phrase("### Matched cohort and results"), phrase("Matched cohort, CSV"), "matched cohort"),
    "weighting": CohortWords(
        phrase("### Weighted cohort and results"), phrase("Weighted cohort, CSV"), "weighted cohort"
    ),
}


def _draw_hiding() -> None:
    """The limit below which counts are hidden in files."""
    with st.container(border=True):
        st.markdown(phrase("### Small counts"))
        session.show("hide below", session.workspace().form.exports.suppress_below)
        st.number_input(
            phrase("Hide counts below"), min_value=0, max_value=MOST_HIDDEN, step=1, key="hide below", on_change=_hide, width=200,
            help=phrase("0 hides nothing. Many hospitals and registers ask for 5 or 10. It is written into the study file."),
        )  # fmt: skip
        st.caption(phrase("For files only: the pages show every count. Needed where a file leaves the hospital."))


MOST_HIDDEN = 100


def _hide() -> None:
    desk = session.workspace()
    desk.change(replace(desk.form, exports=ExportSettings(suppress_below=int(session.shown("hide below") or 0))))


def study_bytes(settings: StudySettings, said: str) -> bytes:
    """The study file; what is true of it stands above as a comment."""
    return f"# {said}\n{study_yaml(settings)}".encode()


def hidden_figures(
    result: StudyResult, extension: FigureFormat, missing: MissingPicture | None = None, said: str = ""
) -> bytes:
    """Every figure that prints no hidden count, in one format, in one archive."""
    return _archive({**dict(figure_files(result, [extension], missing)), **_said(said)})


def every_exhibit(state: StudyState) -> Iterator[Exhibit]:
    """The figures of the study in the order of a paper."""
    assert state.settings is not None
    picture = missing_picture(session.workspace(), state.settings)
    missing = missing_exhibit(picture) if picture is not None and picture.columns else None
    found = [
        flow_exhibit(state, analysed=True),
        missing,
        overlap_exhibit(state),
        calibration_exhibit(state),
        love_exhibit(state),
    ]
    if state.design is not None and state.patients is not None:
        found += [left_out_exhibit(state)]
        found += [weights_exhibit(state)] if weights_differ(state.design.weights, state.patients.treated) else []
    found += [survival_exhibit(state, item.name) for item in state.settings.outcomes.survival]
    found += [response_exhibit(state), *centres_exhibits(state), *_robustness_exhibits(state)]
    yield from (item for item in found if item is not None)


def _robustness_exhibits(state: StudyState) -> Iterator[Exhibit]:
    """The specification curve and the random orders, where they were made of this study."""
    found = kept_findings(state)
    curve = None if found is None else found.curve
    if curve is None or state.settings is None:
        return
    summary, unit = summarise_curve(curve), state.settings.cohort.time_unit
    if summary.spread is not None:
        yield curve_exhibit(curve, unit)
    if summary.random_order is not None:
        yield order_exhibit(curve, unit)


def matched_cohort(result: StudyResult) -> bytes:
    """Every row read, with its score, set and weight, or the reason why it was left out."""
    return csv_bytes(patients_table(result.patients, result.propensity, result.design))


def _findings(result: StudyResult, robust: RobustnessFindings | None) -> Findings:
    """What is told beyond the stages, with the specification curve and the bootstrap where they are up to date."""
    return replace(study_findings(result), robustness=robust)


def tables_archive(result: StudyResult, ledger: Ledger | None = None, findings: Findings | None = None) -> bytes:
    """Every table of the study as CSV in one archive, that of the ledger among them."""
    return _archive(csv_files(result, findings, ledger))


def figures_archive(
    exhibits: Mapping[str, Exhibit], extension: FigureFormat, said: str = "", asked: ManuscriptSettings | None = None
) -> bytes:
    """Every figure in one format, and its data, in one archive, by the names that end in a dot."""
    files = _said(said)
    for name, exhibit in exhibits.items():
        files[f"{name}{extension}"] = printed_file(exhibit, extension, asked or ManuscriptSettings())
        files[f"{name}csv"] = csv_bytes(exhibit.table())
    return _archive(files)


def _said(said: str) -> dict[str, bytes]:
    """What is true of the study, beside figures that cannot say it themselves."""
    return {"what_was_examined.txt": f"{said}\n".encode()}


def _button(label: str, data: Callable[[], bytes], name: str, extension: str, mime: str) -> None:
    st.download_button(
        label, session.of_this_session(data, name), file_name=file_name(name, extension), mime=mime, key=f"download {name}",
        on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def _archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()
