"""The step in which columns of dates become endpoints, by a stated rule, with a preview of what they give."""

import datetime
from dataclasses import replace

from analysis.cohort.dates import describe_censoring
from analysis.cohort.time_units import UNIT_NAMES
from analysis.phrases import join_phrases, phrase
from analysis.settings import DatesSettings, SurvivalEndpoint
from charts.style import format_time
from ui import screen as st
from ui import session
from ui.data.card import draw_words
from ui.data.date_preview import BuiltKind, DatePreview, preview_endpoint
from ui.data.words import number_of
from ui.exhibit import plain
from ui.form import EVENT, TIME, StudyForm, endpoint_names
from ui.form.changes import built_from_dates, with_date, without_outcome
from ui.form.columns import DATES, IDLE_ROLES
from ui.form.dates import dates_values
from ui.workspace import StudyState, Workspace

FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)

QUESTIONS = {
    "index": phrase("Index date (time zero)"),
    "progression": phrase("Date of progression"),
    "death": phrase("Date of death"),
    "last_contact": phrase("Date of last contact"),
    "last_assessment": phrase("Date of last tumour assessment"),
    "treatment_start": phrase("Start of treatment"),
    "response": phrase("Date of response"),
    "died": phrase("Who died, where a date of death is missing"),
}

DATES_IN_WORDS = {
    "index": phrase("index date (time zero)"),
    "progression": phrase("date of progression"),
    "death": phrase("date of death"),
    "last_contact": phrase("date of last contact"),
    "last_assessment": phrase("date of last tumour assessment"),
    "died": phrase("who died"),
}
"""The dates an endpoint may need, as they stand inside a sentence."""

ENDPOINTS: dict[BuiltKind, tuple[str, str]] = {
    "os": ("OS", phrase("Overall survival")),
    "pfs": ("PFS", phrase("Progression-free survival")),
    "ttp": ("TTP", phrase("Time to progression")),
}

NEEDED: dict[BuiltKind, tuple[tuple[str, ...], ...]] = {
    "os": (("death", "died"), ("last_contact",)),
    "pfs": (("progression",), ("death", "died"), ("last_assessment", "last_contact")),
    "ttp": (("progression",), ("last_assessment", "last_contact")),
}
"""For each endpoint, the dates it needs, one of each group."""


def draw_dates(state: StudyState) -> None:
    """Let the columns of dates be chosen, and endpoints be built from them."""
    desk = session.workspace()
    offered = _columns_of_dates(desk)
    if not offered:
        st.markdown(
            phrase(
                "No column of this file holds dates. Nothing is needed here where the file has times "
                "already, such as months from the start of treatment."
            )
        )
        return
    st.markdown(
        phrase("Where a file holds dates instead of times, choose them here; each endpoint states how it was built.")
    )
    with st.container(border=True, key="choose dates"):
        _draw_choices(desk, offered)
    for kind in ENDPOINTS:
        _draw_endpoint(desk, state, kind)


def _columns_of_dates(desk: Workspace) -> list[str]:
    found = [item.column for item in desk.guess().columns if item.type == "date"]
    return list(dict.fromkeys([*found, *desk.form.dates.roles()]))


def _draw_choices(desk: Workspace, offered: list[str]) -> None:
    free = [item.column for item in desk.form.roles if item.role in (*IDLE_ROLES, EVENT)]
    places = [place for _ in range(3) for place in st.columns(3)]
    for place, part in zip(places, DATES, strict=False):
        columns = list(dict.fromkeys([*offered, *free])) if part != "died" else free
        value = desk.form.dates.column(part)
        session.show(f"date {part}", value)
        with place:
            st.selectbox(
                QUESTIONS[part],
                columns if value in (None, *columns) else [*columns, value],
                key=f"date {part}",
                index=None,
                placeholder=phrase("None"),
                on_change=_take_date,
                args=(part,),
            )
    session.show("date cutoff", desk.form.dates.cutoff)
    with places[len(DATES)]:
        st.date_input(
            phrase("Data cut-off"),
            None,
            FIRST_DAY,
            LAST_DAY,
            key="date cutoff",
            format="YYYY-MM-DD",
            on_change=_take_cutoff,
            help=phrase("What happened later has not been observed: it is censored on this day."),
        )
    _draw_labels_of_death(desk)


def _draw_labels_of_death(desk: Workspace) -> None:
    dates = desk.form.dates
    if dates.died is None:
        return
    session.show("labels of death", list(dates.died_observed))
    st.multiselect(
        phrase("Labels of {died} that mean death", died=plain(dates.died)),
        desk.labels(dates.died),
        key="labels of death",
        on_change=_take_labels,
        placeholder=phrase("By the usual coding (0/1, yes/no, dead/alive …)"),
    )


def _draw_endpoint(desk: Workspace, state: StudyState, kind: BuiltKind) -> None:
    name, meaning = ENDPOINTS[kind]
    built = next((key for key, value in desk.form.from_dates.items() if value == kind), None)
    lacking = _lacking(desk.form, kind)
    title = phrase("{name}: {meaning}", name=name, meaning=meaning)
    with st.container(border=True, key=f"built {kind}", gap="xsmall"):
        if lacking:
            draw_words(title, lacking)
        else:
            preview = desk.kept(
                ("dates", kind, repr(desk.form)),
                lambda: preview_endpoint(desk, state, kind),
            )
            draw_words(title, _preview_words(preview, desk.form), (_rule(desk.form, kind), *_told(preview)))
        if lacking and built is None:
            return
        session.show(f"from dates {kind}", built is not None)
        st.toggle(
            plain(_toggle_words(desk.form, name, built)),
            key=f"from dates {kind}",
            on_change=_take_endpoint,
            args=(kind,),
        )


def _toggle_words(form: StudyForm, name: str, built: str | None) -> str:
    if built is None and name in endpoint_names(form):
        return phrase(
            "{name} from dates, instead of {time} and {event}",
            name=name,
            time=form.column(TIME, name),
            event=form.column(EVENT, name),
        )
    return phrase("{name} from dates", name=built or name)


def _lacking(form: StudyForm, kind: BuiltKind) -> str:
    """What must be chosen first, as a sentence; empty where nothing lacks."""
    groups = [("index",), *NEEDED[kind]]
    absent = [group for group in groups if all(form.dates.column(part) is None for part in group)]
    words = [join_phrases([DATES_IN_WORDS[part] for part in group], phrase(" or ")) for group in absent]
    match words:
        case [one]:
            return phrase("Needs the {one}.", one=one)
        case [one, two]:
            return phrase("Needs the {one} and the {two}.", one=one, two=two)
        case [one, two, three]:
            return phrase("Needs the {one}, the {two} and the {three}.", one=one, two=two, three=three)
        case [one, two, three, four]:
            return phrase(
                "Needs the {one}, the {two}, the {three} and the {four}.", one=one, two=two, three=three, four=four
            )
    return ""


def _rule(form: StudyForm, kind: BuiltKind) -> str:
    values = dates_values(form.dates)
    if values is None:
        return ""
    endpoint = SurvivalEndpoint(name=ENDPOINTS[kind][0], from_dates=kind)
    return describe_censoring(endpoint, DatesSettings.model_validate(values))


def _preview_words(preview: DatePreview | None, form: StudyForm) -> str:
    if preview is None or preview.problems:
        return phrase("Cannot be built yet.")
    unit = form.time_unit
    parts = [
        phrase(
            "{n_known:,} of {patients} have a time, {events}",
            n_known=preview.n_known,
            patients=number_of(preview.n, "patient"),
            events=number_of(preview.n_events, "event"),
        )
    ]
    parts.append(phrase("median {time}", time=_time(preview.median, unit)))
    parts.append(phrase("median follow-up {time}", time=_time(preview.follow_up, unit)))
    return join_phrases(parts, ", ")


def _time(value: float | None, unit: str) -> str:
    return (
        phrase("not reached")
        if value is None
        else phrase("{time} {unit}", time=format_time(value, unit), unit=UNIT_NAMES[unit])
    )


def _told(preview: DatePreview | None) -> tuple[str, ...]:
    if preview is None:
        return ()
    lost = preview.n - preview.n_known
    why = phrase(
        "{patients} cannot be used: no index date, or neither an event nor a last date without it.",
        patients=number_of(lost, "patient"),
    )
    return (*preview.problems, *((why,) if lost and not preview.problems else ()), *preview.notes)


def _take_date(part: str) -> None:
    desk = session.workspace()
    desk.change(with_date(desk.form, part, session.shown(f"date {part}")))


def _take_cutoff() -> None:
    desk = session.workspace()
    desk.change(replace(desk.form, dates=replace(desk.form.dates, cutoff=session.shown("date cutoff"))))


def _take_labels() -> None:
    desk = session.workspace()
    labels = tuple(session.shown("labels of death") or ())
    desk.change(replace(desk.form, dates=replace(desk.form.dates, died_observed=labels)))


def _take_endpoint(kind: BuiltKind) -> None:
    desk = session.workspace()
    form = desk.form
    if session.shown(f"from dates {kind}"):
        desk.change(built_from_dates(form, ENDPOINTS[kind][0], kind))
        return
    for name in [name for name, value in form.from_dates.items() if value == kind]:
        form = without_outcome(form, name, (TIME, EVENT))
    desk.change(form)
