"""Changes to a form, each a new form."""

from collections.abc import Iterable
from dataclasses import replace

from ui.form.columns import COVARIATE, IDLE_ROLES, UNUSED
from ui.form.study import StudyForm


def with_covariates(form: StudyForm, covariates: Iterable[str]) -> StudyForm:
    """The form with exactly these columns as covariates, in this order; other roles stay."""
    order = tuple(covariates)
    chosen = set(order)
    dated = form.dates.roles()
    roles = []
    for item in form.roles:
        free = item.role in (*IDLE_ROLES, COVARIATE) and item.column not in dated
        if item.column in chosen and free:
            roles.append(replace(item, role=COVARIATE))
        elif item.role == COVARIATE:
            roles.append(replace(item, role=UNUSED))
        else:
            roles.append(item)
    return replace(form, roles=tuple(roles), covariate_order=order)
