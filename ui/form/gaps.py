"""What a form still lacks before it is a study, in sentences."""

from collections.abc import Iterator

from analysis.design_contradictions import lacks_classes
from analysis.phrases import phrase
from ui.form.columns import COVARIATE, EVENT, ID, OUTCOME_ROLES, RESPONDER, RESPONSE, ROLE_WORDS, TIME, TREATMENT
from ui.form.study import StudyForm, endpoint_names, response_names


def missing_parts(form: StudyForm) -> Iterator[str]:
    """Say everything that is still to be chosen, each in a sentence.

    Parameters
    ----------
    form : StudyForm
        A study being edited.
    """
    for role, words in ((TREATMENT, phrase("the treatment")), (ID, phrase("the patient's id"))):
        if len(form.columns(role)) > 1:
            yield phrase(
                "One column can be {role}; {n} have that role. Keep one.", role=words, n=len(form.columns(role))
            )
    if not form.columns(TREATMENT):
        yield phrase("One column must be the treatment; none has that role yet. Give it in the table of columns.")
    elif form.treated is None or form.control is None:
        yield phrase("The treated and the control arm must be named. Choose both beside the table of columns.")
    if not form.columns(COVARIATE):
        yield phrase(
            "At least one column must be a covariate, by which the arms are made comparable; none has that role yet."
        )
    yield from _missing_of_design(form)
    yield from _missing_of_endpoints(form)


def _missing_of_design(form: StudyForm) -> Iterator[str]:
    matching, score = form.matching, form.propensity
    if not form.is_weighted and lacks_classes(matching):
        yield phrase(
            "Matching in classes needs a column that makes the classes; none is chosen. Choose "
            "one under Match exactly on or under Columns in classes."
        )
    if score.model == "column" and score.column is None:
        yield phrase(
            "A score from the file needs its column; none is chosen. Choose it under Propensity "
            "score, or choose a model."
        )


def _missing_of_endpoints(form: StudyForm) -> Iterator[str]:
    outcomes = [item for item in form.roles if item.role in OUTCOME_ROLES]
    for item in outcomes:
        if not item.endpoints:
            yield phrase(
                "The endpoint of column '{column}' needs a name, such as OS, PFS or ORR. Type it in the table.",
                column=item.column,
            )
    if form.from_dates and form.dates.index is None:
        yield phrase(
            "Endpoints built from dates need the index date, at which time begins. Choose its column under Dates."
        )
    for name in endpoint_names(form):
        yield from _missing_of_survival(form, name)
    for name in response_names(form):
        count = sum(item.role in (RESPONSE, RESPONDER) and name in item.endpoints for item in outcomes)
        count += name in form.event_responses
        if count > 1:
            yield phrase("Response {name} needs one column; {n} have that role. Keep one.", name=name, n=count)
    if not outcomes and not form.from_dates and not form.response_scans:
        yield phrase("At least one outcome is needed: a time with its event, or a response. None has that role yet.")


def _missing_of_survival(form: StudyForm, name: str) -> Iterator[str]:
    counts = {role: sum(item.role == role and name in item.endpoints for item in form.roles) for role in (TIME, EVENT)}
    if name in form.from_dates:
        if any(counts.values()):
            yield phrase("Endpoint {name} is built from dates and from columns. Keep one of the two.", name=name)
        return
    for role, other in ((TIME, EVENT), (EVENT, TIME)):
        if counts[role] == 0:
            yield phrase(
                "Endpoint {name} has a column for '{other}' but none for '{role}'. Give both the same name.",
                name=name,
                other=ROLE_WORDS[other],
                role=ROLE_WORDS[role],
            )
        elif counts[role] > 1:
            yield phrase(
                "Endpoint {name} needs one column for '{role}'; {n} have that role. Keep one.",
                name=name,
                role=ROLE_WORDS[role],
                n=counts[role],
            )
