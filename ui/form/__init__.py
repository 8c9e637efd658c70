"""The study as a form, as the screen edits it."""

from ui.form.changes import with_covariates
from ui.form.columns import (
    AUTOMATIC,
    COVARIATE,
    EVENT,
    ID,
    RESPONDER,
    RESPONSE,
    ROLES,
    TIME,
    TREATMENT,
    TYPES,
    UNUSED,
    ColumnRole,
)
from ui.form.conversion import GUESSED, form_from_guess, form_from_settings, settings_from_form
from ui.form.dates import StudyDates
from ui.form.design import consistent, with_settings
from ui.form.study import StudyForm, covariates_in_order, endpoint_names, response_names

__all__ = [
    "AUTOMATIC",
    "COVARIATE",
    "EVENT",
    "GUESSED",
    "ID",
    "RESPONDER",
    "RESPONSE",
    "ROLES",
    "TIME",
    "TREATMENT",
    "TYPES",
    "UNUSED",
    "ColumnRole",
    "StudyDates",
    "StudyForm",
    "consistent",
    "covariates_in_order",
    "endpoint_names",
    "form_from_guess",
    "form_from_settings",
    "response_names",
    "settings_from_form",
    "with_covariates",
    "with_settings",
]
