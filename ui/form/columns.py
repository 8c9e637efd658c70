"""What one column of the cohort is for, as the table of columns shows and edits it."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.phrases import phrase

UNUSED = "Not used"
ID = "Patient id"
TREATMENT = "Treatment"
COVARIATE = "Covariate"
TIME = "Time to event"
EVENT = "Event"
RESPONSE = "Response category"
RESPONDER = "Responder (yes/no)"
ADVERSE_EVENT = "Adverse event"
INDEX_DATE = "Index date"
TREATMENT_START = "Treatment start"
PROGRESSION_DATE = "Progression date"
DEATH_DATE = "Death date"
WHO_DIED = "Who died"
LAST_CONTACT = "Last contact date"
LAST_ASSESSMENT = "Last assessment date"
RESPONSE_DATE = "Response date"
KNOWN_LATER = "Known only later"
FREE_TEXT = "Free text"
IDENTIFYING = "Identifying"

DATES: Mapping[str, str] = {
    "index": INDEX_DATE,
    "treatment_start": TREATMENT_START,
    "progression": PROGRESSION_DATE,
    "death": DEATH_DATE,
    "died": WHO_DIED,
    "last_contact": LAST_CONTACT,
    "last_assessment": LAST_ASSESSMENT,
    "response": RESPONSE_DATE,
}
"""The parts of the study's dates that are columns, and the role each gives to its column."""

OUTCOME_ROLES = (TIME, EVENT, RESPONSE, RESPONDER)
NAMED_ROLES = (*OUTCOME_ROLES, ADVERSE_EVENT)
"""Roles of columns that go with a name: an endpoint's, or what an adverse event is called."""

IDLE_ROLES = (UNUSED, KNOWN_LATER, FREE_TEXT, IDENTIFYING)
"""Roles of columns that the analysis does not read."""

ROLES = (
    UNUSED, ID, TREATMENT, COVARIATE, TIME, EVENT, RESPONSE, RESPONDER, ADVERSE_EVENT, *DATES.values(),
    KNOWN_LATER, FREE_TEXT, IDENTIFYING,
)  # fmt: skip

ROLE_WORDS: Mapping[str, str] = {
    UNUSED: phrase("Not used"),
    ID: phrase("Patient id"),
    TREATMENT: phrase("Treatment"),
    COVARIATE: phrase("Covariate"),
    TIME: phrase("Time to event"),
    EVENT: phrase("Event"),
    RESPONSE: phrase("Response category"),
    RESPONDER: phrase("Responder (yes/no)"),
    ADVERSE_EVENT: phrase("Adverse event"),
    INDEX_DATE: phrase("Index date"),
    TREATMENT_START: phrase("Treatment start"),
    PROGRESSION_DATE: phrase("Progression date"),
    DEATH_DATE: phrase("Death date"),
    WHO_DIED: phrase("Who died"),
    LAST_CONTACT: phrase("Last contact date"),
    LAST_ASSESSMENT: phrase("Last assessment date"),
    RESPONSE_DATE: phrase("Response date"),
    KNOWN_LATER: phrase("Known only later"),
    FREE_TEXT: phrase("Free text"),
    IDENTIFYING: phrase("Identifying"),
}
"""Each role as a person reads it."""

AUTOMATIC = "automatic"
TYPES = (AUTOMATIC, "numeric", "categorical")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRole:
    """What one column of the cohort is for.

    Attributes
    ----------
    column : str
        The column's name.
    role : str
        One of ``ROLES``, save those of dates: the form's dates name their columns, which may serve twice.
    endpoints : tuple of str
        The endpoints a time, event or response column belongs to, what an adverse event is called where not as its
        column; empty for other roles.
    kind : str
        For covariates one of ``TYPES``.
    reference : str or None
        For categorical covariates the reference level, None for the first.
    """

    column: str
    role: str = UNUSED
    endpoints: tuple[str, ...] = ()
    kind: str = AUTOMATIC
    reference: str | None = None


def split_endpoints(text: str) -> tuple[str, ...]:
    """The single names in a cell such as ``OS; PFS``."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(";") if name.strip()))
