"""Landmark, subgroups, adverse events, agreement and several endpoints, each in one sentence."""

from collections.abc import Mapping

from analysis.cohort.time_units import UNIT_NAMES
from analysis.outcomes.agreement import Agreement
from analysis.outcomes.safety import SafetyComparison
from analysis.phrases import join_phrases, phrase
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
    told = phrase(
        "{endpoint} from the landmark at {time:g} {unit} on: {n_responders:,} patients who had responded by {response} v "
        "{n_others:,} who had not",
        endpoint=found.endpoint,
        time=kept.landmark_time,
        unit=UNIT_NAMES[time_unit],
        n_responders=kept.n_known,
        response=found.response,
        n_others=kept.n - kept.n_known,
    )
    if ratio is None:
        return phrase("{patients}; too few events for a hazard ratio.", patients=told)
    interval = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
    test = log_rank_words(found.comparison)
    return phrase(
        "{patients}; hazard ratio {ratio} ({level} {interval}){test}. It compares patients by what became of them and is no "
        "effect of treatment.",
        patients=told,
        ratio=format_ratio(ratio.hazard_ratio),
        level=format_level(ratio.confidence_level),
        interval=interval,
        test="; " + test if test else "",
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
        return phrase("Subgroups of {endpoint}: no test of interaction can be made.", endpoint=endpoint)
    column = min(tests, key=lambda name: tests[name])
    p_value = format_p_statement(tests[column])
    if len(tests) == 1:
        return phrase(
            "Subgroups of {endpoint}: {p} for interaction with {column}, the only test.",
            endpoint=endpoint,
            p=p_value,
            column=column,
        )
    return phrase(
        "Subgroups of {endpoint}: {p} for interaction with {column}, the smallest of {n} tests, not adjusted.",
        endpoint=endpoint,
        p=p_value,
        column=column,
        n=len(tests),
    )


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
            "landmark_hazard_ratio": phrase("Hazard ratio of {endpoint} from the landmark on", endpoint=place.endpoint),
            "fine_gray_hazard_ratio": phrase("Subdistribution hazard ratio of {endpoint}", endpoint=place.endpoint),
        }.get(place.measure)
        if named is not None and place.cause != "competing":
            interval = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
            limits = format_level(ratio.confidence_level) + " " + interval
            told.append(
                phrase(
                    "{effect}, {pooled}: {ratio} ({limits}); {p}.",
                    effect=named,
                    pooled=words,
                    ratio=format_ratio(ratio.estimate),
                    limits=limits,
                    p=format_p_statement(ratio.p_value),
                )
            )
    for name in dict.fromkeys(item.endpoint for item in found.interactions):
        tests = {item.variable: item.test.p_value for item in found.interactions if item.endpoint == name}
        told.append(smallest_interaction(phrase("{endpoint}, {pooled}", endpoint=name, pooled=words), tests))
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
    grades = ((phrase("any grade"), found.any_grade[0]), (phrase("grade 3 or worse"), found.severe[0]))
    for words, line in grades:
        difference = line.risk_difference
        told = [
            phrase(
                "{grade} in {n_treated:,} of {total_treated:,} with {treated} and {n_control:,} of {total_control:,} with "
                "{control}",
                grade=words,
                n_treated=line.treated.rate.count,
                total_treated=line.treated.n,
                treated=treated_label,
                n_control=line.control.rate.count,
                total_control=line.control.n,
                control=control_label,
            )
        ]
        if difference.estimate is not None:
            told.append(
                phrase(
                    "difference {difference} points ({level} {interval})",
                    difference=format_points(difference.estimate),
                    level=level,
                    interval=format_interval(difference.ci_lower, difference.ci_upper, format_points),
                )
            )
        told.append(phrase("{test} {p}", test=line.test, p=format_p_statement(line.p_value)))
        parts.append(join_phrases(told, ", "))
    return phrase("Adverse events: {grades}.", grades=join_phrases(parts, "; "))


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
    told = phrase(
        "{first} and {second} agree in {n:,} of {total:,} patients",
        first=found.first,
        second=found.second,
        n=both.n_agree,
        total=both.n,
    )
    kappa = both.kappa
    if kappa is None:
        return phrase("{sentence}.", sentence=told)
    estimate = format_ratio(kappa.estimate)
    if kappa.ci_lower is None or kappa.ci_upper is None:
        return phrase("{agreement}; κ {kappa}.", agreement=told, kappa=estimate)
    return phrase(
        "{agreement}; κ {kappa} ({level} {limits}).",
        agreement=told,
        kappa=estimate,
        level=format_level(both.confidence_level),
        limits=format_interval(kappa.ci_lower, kappa.ci_upper, format_ratio),
    )


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
    return phrase(
        "p adjusted for {n} endpoints ({adjustment}): {endpoints}.",
        n=n_tests,
        adjustment=ADJUSTMENTS[board.adjustment],
        endpoints=", ".join(told),
    )


def _adjusted(item: BoardEndpoint, when: str) -> str:
    effect = item.after if when == "after" else item.before
    return "" if effect is None or effect.adjusted_p_value is None else format_p(effect.adjusted_p_value)
