"""Balance of the columns that a study names beside its covariates."""

from analysis.cohort.selection import StudyCohort
from analysis.design.balance import CovariateBalance, other_balance
from analysis.design.design import Design
from analysis.settings import StudySettings


def balance_of_other_columns(patients: StudyCohort, design: Design, settings: StudySettings) -> CovariateBalance | None:
    """Measure balance in the columns of ``balance.also`` that are no covariates.

    Parameters
    ----------
    patients, design, settings
        Of one run.

    Returns
    -------
    CovariateBalance or None
        None where the study names no such column.
    """
    columns = [column for column in settings.balance.also if column in patients.extra]
    if not columns:
        return None
    return other_balance(patients.extra[columns], patients.treated, design.weights, settings.balance)
