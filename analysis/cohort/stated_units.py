"""The unit in which a column's times are written, where its name or the file's description of it states one."""

from collections.abc import Mapping

from analysis.cohort.words.outcome_words import UNIT_WORDS
from analysis.cohort.words.role_words import split_words
from analysis.settings import SurvivalEndpoint, TimeUnit


def contradicting_unit(
    endpoint: SurvivalEndpoint, time_unit: TimeUnit, described: Mapping[str, str]
) -> tuple[str, str] | None:
    """Find a unit that the file states for an endpoint's times, and that the study contradicts without saying so.

    Parameters
    ----------
    endpoint : SurvivalEndpoint
        One whose own ``unit`` settles the question, whatever the file states.
    time_unit : {"days", "weeks", "months", "years"}
        The cohort's unit, in which the times are read otherwise.
    described : mapping of str to str
        What the file says of its columns, as SAS, SPSS and Stata files do.

    Returns
    -------
    (str, str) or None
        The unit and where it stands, ``name`` or ``label``; None where nothing is contradicted. The name goes before
        the description, and single letters of a name such as ``t_m`` state nothing.

    Examples
    --------
    >>> contradicting_unit(SurvivalEndpoint(name="OS", time="os_days", event="dead"), "months", {})
    ('days', 'name')
    """
    if endpoint.time is None or endpoint.unit is not None:
        return None
    for where, text in (("name", endpoint.time), ("label", described.get(endpoint.time, ""))):
        words = (word for word in split_words(text) if len(word) > 1 or not word.isascii())
        stated = [UNIT_WORDS[word] for word in words if word in UNIT_WORDS]
        if stated:
            return None if time_unit in stated else (stated[-1], where)
    return None
