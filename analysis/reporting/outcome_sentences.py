"""Landmark, subgroups, adverse events, agreement and several endpoints, each in one sentence."""

from collections.abc import Mapping

from analysis.outcomes.agreement import Agreement
from analysis.outcomes.safety import SafetyComparison
from analysis.reporting.sentences import log_rank_words
from analysis.study.agreement import CriteriaAgreement
from analysis.study.endpoint_board import BoardEndpoint, EndpointBoard
from analysis.study.landmark import LandmarkComparison
from analysis.study.pooled_effects import PooledEffects
from analysis.study.subgroups import EndpointSubgroups
from charts.style import format_interval, format_level, format_p, format_p_statement, format_points, format_ratio

ADJUSTMENTS = {"holm": "Holm", "hochberg": "Hochberg", "benjamini-hochberg": "Benjamini–Hochberg"}


def landmark_sentence(found: LandmarkComparison, time_unit: str) -> str:
    """Survival from the landmark on, of those who had responded and the others.

    Parameters
    ----------
    found : LandmarkComparison
        One endpoint in one population.
    time_unit : str
        As in the study file.

    Returns
    -------
    str
    """
    kept, ratio = found.kept, found.comparison.cox
    told = (
        f"{found.endpoint} from the landmark at {kept.landmark_time:g} {time_unit} on: {kept.n_known:,} patients who had "
        f"responded by {found.response} v {kept.n - kept.n_known:,} who had not"
    )
    if ratio is None:
        return f"{told}; too few events for a hazard ratio."
    interval = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
    test = log_rank_words(found.comparison)
    return (
        f"{told}; hazard ratio {format_ratio(ratio.hazard_ratio)} ({format_level(ratio.confidence_level)} {interval})"
        f"{f'; {test}' if test else ''}. It compares patients by what became of them and is no effect of treatment."
    )


def subgroups_sentence(found: EndpointSubgroups) -> str:
    """How many subgroups were compared on an endpoint, and the smallest p of interaction.

    Parameters
    ----------
    found : EndpointSubgroups
        One population.

    Returns
    -------
    str
    """
    tests = {
        item.column: item.effects.interaction.p_value
        for item in found.subgroups
        if item.effects is not None and item.effects.interaction is not None
    }
    return smallest_interaction(found.endpoint, tests)


def smallest_interaction(endpoint: str, tests: Mapping[str, float]) -> str:
    """The smallest of an endpoint's p-values of interaction, by column, in one sentence.

    Parameters
    ----------
    endpoint : str
        Its name, with what more is to be said of it.
    tests : mapping of str to float

    Returns
    -------
    str

    Examples
    --------
    >>> smallest_interaction("OS", {"age": 0.21, "ecog": 0.034})
    'Subgroups of OS: p = 0.034 for interaction with ecog, the smallest of 2 tests, not adjusted.'
    """
    if not tests:
        return f"Subgroups of {endpoint}: no test of interaction can be made."
    column = min(tests, key=lambda name: tests[name])
    among = "the only test" if len(tests) == 1 else f"the smallest of {len(tests)} tests, not adjusted"
    return f"Subgroups of {endpoint}: {format_p_statement(tests[column])} for interaction with {column}, {among}."


def pooled_effect_sentences(found: PooledEffects, words: str) -> list[str]:
    """Landmark, competing risks and interactions over all imputed sets, each in one sentence.

    Parameters
    ----------
    found : PooledEffects
        One population.
    words : str
        Over what was pooled: ``pooled over 20 imputed sets``.

    Returns
    -------
    list of str
    """
    told = []
    for effect in found.effects:
        place, ratio = effect.place, effect.estimate
        named = {
            "landmark_hazard_ratio": f"Hazard ratio of {place.endpoint} from the landmark on",
            "fine_gray_hazard_ratio": f"Subdistribution hazard ratio of {place.endpoint}",
        }.get(place.measure)
        if named is not None and place.cause != "competing":
            interval = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
            limits = f"{format_level(ratio.confidence_level)} {interval}"
            told.append(
                f"{named}, {words}: {format_ratio(ratio.estimate)} ({limits}); {format_p_statement(ratio.p_value)}."
            )
    for name in dict.fromkeys(item.endpoint for item in found.interactions):
        tests = {item.variable: item.test.p_value for item in found.interactions if item.endpoint == name}
        told.append(smallest_interaction(f"{name}, {words}", tests))
    return told


def adverse_events_sentence(found: SafetyComparison, *, treated_label: str, control_label: str) -> str:
    """Patients with any adverse event, and with a severe one, in both arms.

    Parameters
    ----------
    found : SafetyComparison
        One population.
    treated_label, control_label : str
        As in the study file.

    Returns
    -------
    str
    """
    parts, level = [], format_level(found.confidence_level)
    for words, line in (("any grade", found.any_grade[0]), ("grade 3 or worse", found.severe[0])):
        difference = line.risk_difference
        interval = format_interval(difference.ci_lower, difference.ci_upper, format_points)
        told = f"{words} in {line.treated.rate.count:,} of {line.treated.n:,} with {treated_label} and "
        told += f"{line.control.rate.count:,} of {line.control.n:,} with {control_label}"
        if difference.estimate is not None:
            told += f", difference {format_points(difference.estimate)} points ({level} {interval})"
        parts.append(f"{told}, {line.test} {format_p_statement(line.p_value)}")
    return f"Adverse events: {'; '.join(parts)}."


def agreement_sentence(found: CriteriaAgreement) -> str:
    """How far two responses of the same patients agree.

    Parameters
    ----------
    found : CriteriaAgreement
        One population, both arms.

    Returns
    -------
    str
    """
    both: Agreement = found.both_arms
    told = f"{found.first} and {found.second} agree in {both.n_agree:,} of {both.n:,} patients"
    kappa = both.kappa
    if kappa is None:
        return f"{told}."
    if kappa.ci_lower is None or kappa.ci_upper is None:
        return f"{told}; κ {format_ratio(kappa.estimate)}."
    limits = format_interval(kappa.ci_lower, kappa.ci_upper, format_ratio)
    return f"{told}; κ {format_ratio(kappa.estimate)} ({format_level(both.confidence_level)} {limits})."


def board_sentence(board: EndpointBoard, when: str) -> str | None:
    """The p-values of all endpoints, adjusted for their number; None where nothing is adjusted.

    Parameters
    ----------
    board : EndpointBoard
        Of one study.
    when : {"before", "after"}
        The population.

    Returns
    -------
    str or None
    """
    n_tests = board.n_tests_after if when == "after" else board.n_tests_before
    if board.adjustment == "none" or n_tests < 2:
        return None
    told = [f"{item.name} {_adjusted(item, when)}" for item in board.endpoints if _adjusted(item, when)]
    return f"p adjusted for {n_tests} endpoints ({ADJUSTMENTS[board.adjustment]}): {', '.join(told)}."


def _adjusted(item: BoardEndpoint, when: str) -> str:
    effect = item.after if when == "after" else item.before
    return "" if effect is None or effect.adjusted_p_value is None else format_p(effect.adjusted_p_value)
