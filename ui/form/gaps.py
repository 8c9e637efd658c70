"""What a form still lacks before it is a study, in sentences."""

from collections.abc import Iterator

from analysis.design_contradictions import lacks_classes
from ui.form.columns import COVARIATE, EVENT, ID, OUTCOME_ROLES, RESPONDER, RESPONSE, TIME, TREATMENT
from ui.form.study import StudyForm, endpoint_names, response_names


def missing_parts(form: StudyForm) -> Iterator[str]:
    """Say everything that is still to be chosen, each in a sentence.

    Parameters
    ----------
    form : StudyForm
        A study being edited.
    """
    for role, words in ((TREATMENT, "the treatment"), (ID, "the patient's id")):
        if len(form.columns(role)) > 1:
            yield f"One column can be {words}; {len(form.columns(role))} have that role. Keep one."
    if not form.columns(TREATMENT):
        yield "One column must be the treatment; none has that role yet. Give it in the table of columns."
    elif form.treated is None or form.control is None:
        yield "The treated and the control arm must be named. Choose both beside the table of columns."
    if not form.columns(COVARIATE):
        yield "At least one column must be a covariate, by which the arms are made comparable; none has that role yet."
    yield from _missing_of_design(form)
    yield from _missing_of_endpoints(form)


def _missing_of_design(form: StudyForm) -> Iterator[str]:
    matching, score = form.matching, form.propensity
    if not form.is_weighted and lacks_classes(matching):
        yield (
            "Matching in classes needs a column that makes the classes; none is chosen. Choose one under Match exactly on "
            "or under Columns in classes."
        )
    if score.model == "column" and score.column is None:
        yield "A score from the file needs its column; none is chosen. Choose it under Propensity score, or choose a model."


def _missing_of_endpoints(form: StudyForm) -> Iterator[str]:
    outcomes = [item for item in form.roles if item.role in OUTCOME_ROLES]
    for item in outcomes:
        if not item.endpoints:
            yield f"The endpoint of column '{item.column}' needs a name, such as OS, PFS or ORR. Type it in the table."
    if form.from_dates and form.dates.index is None:
        yield "Endpoints built from dates need the index date, at which time begins. Choose its column under Dates."
    for name in endpoint_names(form):
        yield from _missing_of_survival(form, name)
    for name in response_names(form):
        count = sum(item.role in (RESPONSE, RESPONDER) and name in item.endpoints for item in outcomes)
        count += name in form.event_responses
        if count > 1:
            yield f"Response {name} needs one column; {count} have that role. Keep one."
    if not outcomes and not form.from_dates and not form.response_scans:
        yield "At least one outcome is needed: a time with its event, or a response. None has that role yet."


def _missing_of_survival(form: StudyForm, name: str) -> Iterator[str]:
    counts = {role: sum(item.role == role and name in item.endpoints for item in form.roles) for role in (TIME, EVENT)}
    if name in form.from_dates:
        if any(counts.values()):
            yield f"Endpoint {name} is built from dates and from columns. Keep one of the two."
        return
    for role, other in ((TIME, EVENT), (EVENT, TIME)):
        if counts[role] == 0:
            yield f"Endpoint {name} has a column for '{other}' but none for '{role}'. Give both the same name."
        elif counts[role] > 1:
            yield f"Endpoint {name} needs one column for '{role}'; {counts[role]} have that role. Keep one."
