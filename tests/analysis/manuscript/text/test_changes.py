"""Each choice of a study changes its text in every language, and what was not done is not told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from analysis.manuscript.publication import Publication
from analysis.manuscript.text.facts import StudyFacts, study_facts
from analysis.manuscript.text.facts.design import SupportFacts
from analysis.manuscript.text.facts.further import (
    BootstrapFacts,
    CentreFacts,
    CurveFacts,
    NegativeControlFacts,
    SubgroupFacts,
)
from analysis.manuscript.text.facts.response import AdverseEventFacts
from analysis.manuscript.text.facts.survival import LandmarkFacts
from analysis.manuscript.text.facts.values import Effect, TwoArms
from analysis.manuscript.text.writing import VOICES, facts_text
from analysis.settings import Coarsening, SplineSettings, SupportSettings

LANGUAGES = ("en", "ko", "ja")
Change = Callable[[StudyFacts], StudyFacts]
EFFECT = Effect(estimate=0.8, ci_lower=0.5, ci_upper=1.2, p_value=0.3)


def methods_of(facts: StudyFacts, language: str) -> str:
    return " ".join(text for section in facts_text(facts, VOICES[language]).methods for text in section.paragraphs)


def results_of(facts: StudyFacts, language: str) -> str:
    return " ".join(text for section in facts_text(facts, VOICES[language]).results for text in section.paragraphs)


@pytest.fixture(scope="session")
def weighted_facts(studies: dict[str, Publication]) -> StudyFacts:
    return study_facts(studies["gbsg_iptw"])


@pytest.fixture(scope="session")
def matched_facts(studies: dict[str, Publication]) -> StudyFacts:
    return study_facts(studies["sample"])


def unchanged(facts: StudyFacts) -> StudyFacts:
    return facts


def weighting(estimand: str = "ATE", **changes: object) -> Change:
    def change(facts: StudyFacts) -> StudyFacts:
        assert facts.design.weighting is not None
        changed = facts.design.weighting.model_copy(update=changes)
        return replace(facts, design=replace(facts.design, weighting=changed, estimand=estimand))

    return change


def score(**changes: object) -> Change:
    def change(facts: StudyFacts) -> StudyFacts:
        changed = facts.score.settings.model_copy(update=changes)
        return replace(facts, score=replace(facts.score, settings=changed))

    return change


def balance(**changes: object) -> Change:
    def change(facts: StudyFacts) -> StudyFacts:
        changed = facts.balance.settings.model_copy(update=changes)
        return replace(facts, balance=replace(facts.balance, settings=changed))

    return change


def confidence(**changes: object) -> Change:
    return lambda facts: replace(facts, confidence=facts.confidence.model_copy(update=changes))


def plan(**changes: Any) -> Change:
    return lambda facts: replace(facts, plan=replace(facts.plan, **changes))


def missing(**changes: Any) -> Change:
    return lambda facts: replace(facts, missing=replace(facts.missing, **changes))


def matching(**changes: object) -> Change:
    def change(facts: StudyFacts) -> StudyFacts:
        changed = facts.design.matching.model_copy(update=changes)
        return replace(facts, design=replace(facts.design, matching=changed))

    return change


def support(method: str) -> Change:
    found = SupportFacts(
        settings=SupportSettings.model_construct(method=method, lower=0.1, upper=0.9),
        lower=0.1,
        upper=0.9,
        left_out=TwoArms(treated=3, control=4),
    )
    return lambda facts: replace(facts, design=replace(facts.design, support=found))


def curve(complete: bool) -> Change:
    found = CurveFacts(
        measure="hazard_ratio",
        endpoint="OS",
        complete=complete,
        n_planned=64,
        n_done=60,
        n_with_estimate=59,
        lowest=0.6,
        median=0.8,
        highest=1.1,
        n_same_sign=50,
        n_random=None,
        random_lowest=None,
        random_highest=None,
    )
    return lambda facts: replace(facts, curve=found)


def bootstrap(draws: str) -> Change:
    found = BootstrapFacts(
        measure="hazard_ratio",
        endpoint="OS",
        draws=draws,
        n_done=1900,
        seed=7,
        percentile=EFFECT,
        accelerated=None,
    )
    return lambda facts: replace(facts, bootstrap=found)


def landmark(facts: StudyFacts) -> StudyFacts:
    found = LandmarkFacts(time=3.0, response="mRECIST", n_responded=11, n_others=30, hazard_ratio=EFFECT, log_rank=0.4)
    first = facts.survival[0]
    assert first.after is not None
    changed = replace(first, after=replace(first.after, landmark=found))
    return replace(facts, survival=(changed, *facts.survival[1:]))


def negative_control(holds: bool) -> Change:
    found = NegativeControlFacts(endpoint="Falls", measure="rate_difference", effect=EFFECT, holds_no_effect=holds)
    return lambda facts: replace(facts, negative_control=found)


def subgroups(facts: StudyFacts) -> StudyFacts:
    found = SubgroupFacts(endpoint="OS", columns=("ward",), interactions=(("ward", 0.21),), pooled=False)
    return replace(facts, subgroups=(found,))


def centres(facts: StudyFacts) -> StudyFacts:
    found = CentreFacts(endpoint="OS", n_centres=6, p_value=0.33, i_squared=0.12)
    return replace(facts, centres=(found,), cohort=replace(facts.cohort, centre="ward"))


def adverse_events(facts: StudyFacts) -> StudyFacts:
    contrast = next(item.after.objective for item in facts.response if item.after is not None)
    assert contrast is not None
    found = AdverseEventFacts(lowest_grade=3, n_terms=2, contrast=replace(contrast, test="Pearson chi-squared"))
    return replace(facts, adverse_events=(found,))


WEIGHTED: dict[str, Change] = {
    "ATT": weighting("ATT"),
    "ATC": weighting("ATC"),
    "overlap": weighting("ATO", method="overlap"),
    "matching weights": weighting("ATM", method="matching"),
    "entropy": weighting("ATT", method="entropy"),
    "stabilised": weighting(stabilised=True),
    "truncated at 99": weighting(truncate=99.0),
    "truncated at 95": weighting(truncate=95.0),
}
BOTH: dict[str, Change] = {
    "common range": support("common_range"),
    "score range": support("score"),
    "preference range": support("preference"),
    "complete cases": missing(method="complete_case", anything=True),
    "indicators": missing(method="indicator", anything=True),
    "imputed": missing(
        method="multiple_imputation", anything=True, columns=(("age", 5),), n_sets=20, shown=1, iterations=10, seed=3
    ),
    "firth": score(model="firth"),
    "ridge": score(model="ridge"),
    "ridge with its penalty": score(model="ridge", penalty=0.5),
    "boosting": score(model="boosting"),
    "forest": score(model="forest"),
    "forest in three folds": score(model="forest", folds=3),
    "a score of the data": score(model="column", column="ps"),
    "interactions": score(interactions=(("age", "size"),)),
    "spline": score(splines=(SplineSettings(column="age", knots=4),)),
    "spline of three knots": score(splines=(SplineSettings(column="age", knots=3),)),
    "adverse events": adverse_events,
    "denominator of the treated": balance(denominator="treated"),
    "denominator of the controls": balance(denominator="control"),
    "denominator anew": balance(after="recomputed"),
    "raw proportions": balance(binary="raw"),
    "balance of others": balance(also=("weight",)),
    "90% intervals": confidence(level=0.9),
    "Wilson": confidence(proportion="wilson"),
    "log curves": confidence(survival="log"),
    "plain curves": confidence(survival="plain"),
    "covered": plan(opened="covered"),
    "from the start": plan(opened="from the start"),
    "early": plan(opened="early"),
    "after lock": plan(opened="after lock", digest="0123456789ab", outcomes_seen=False, followed=True),
    "locked late": plan(opened="from the start", digest="0123456789ab", outcomes_seen=True, followed=True),
    "plan of the file": plan(digest="0123456789ab", outcomes_seen=None, followed=True),
    "another than planned": plan(digest="0123456789ab", outcomes_seen=False, followed=False),
    "third specification": plan(opened="covered", number=3, total=5),
    "hidden counts": lambda facts: replace(facts, cohort=replace(facts.cohort, suppress_below=5)),
    "Hochberg": lambda facts: replace(facts, board=replace(facts.board, adjustment="hochberg")),
    "false discovery rate": lambda facts: replace(facts, board=replace(facts.board, adjustment="benjamini-hochberg")),
    "no adjustment": lambda facts: replace(facts, board=replace(facts.board, adjustment="none")),
    "subgroups": subgroups,
    "centres": centres,
    "landmark": landmark,
    "negative control": negative_control(True),
    "curve": curve(True),
    "curve cut short": curve(False),
    "bootstrap of patients": bootstrap("patients"),
    "bootstrap of sets": bootstrap("sets"),
}
MATCHED: dict[str, Change] = {
    "exact": matching(exact=("sex",)),
    "coarsened": matching(coarsen=(Coarsening(column="age", cutpoints=(60.0,)),)),
    "coarsened in bins": matching(coarsen=(Coarsening(column="age", bins=4),)),
    "coarsened exact": matching(method="strata", coarsen=(Coarsening(column="age", bins=4),)),
    "strata": matching(method="strata", exact=("sex",)),
    "fewer dissolved": matching(ratio=3, min_ratio=2),
    "controls": matching(estimand="ATC", ratio=2),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_of_a_weighted_study_has_methods_of_its_own(weighted_facts: StudyFacts, language: str) -> None:
    changes = {"as it is": unchanged} | WEIGHTED | BOTH
    told = {name: methods_of(change(weighted_facts), language) for name, change in changes.items()}
    alike = [(one, other) for one in told for other in told if one < other and told[one] == told[other]]
    assert alike == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_of_a_matched_study_has_methods_of_its_own(matched_facts: StudyFacts, language: str) -> None:
    changes = {"as it is": unchanged} | MATCHED | BOTH
    told = {name: methods_of(change(matched_facts), language) for name, change in changes.items()}
    alike = [(one, other) for one in told for other in told if one < other and told[one] == told[other]]
    assert alike == []


CLAIMS: dict[str, dict[str, str]] = {
    "en": {
        "curve": "specification curve",
        "bootstrap of sets": "bootstrapped with",
        "negative control": "negative-control",
        "landmark": "landmark",
        "centres": "Cochran's Q",
        "imputed": "imputed",
        "score range": "entered the comparison",
        "interactions": "interaction of age",
    },
    "ko": {
        "curve": "사양 곡선",
        "bootstrap of sets": "부트스트랩을",
        "negative control": "음성 대조",
        "landmark": "랜드마크",
        "centres": "Cochran Q",
        "imputed": "다중대체법",
        "score range": "범위에 있는 환자만",
        "interactions": "age×size",
    },
    "ja": {
        "curve": "仕様曲線",
        "bootstrap of sets": "ブートストラップを",
        "negative control": "陰性対照",
        "landmark": "ランドマーク",
        "centres": "Cochran",
        "imputed": "多重補完",
        "score range": "患者のみを比較に含め",
        "interactions": "age×size",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_claimed_that_was_not_done(weighted_facts: StudyFacts, language: str) -> None:
    plain = methods_of(weighted_facts, language)
    for name, words in CLAIMS[language].items():
        assert words not in plain, name
        assert words in methods_of(BOTH[name](weighted_facts), language), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_limitations_follow_the_plan_and_the_gate(matched_facts: StudyFacts, language: str) -> None:
    few = VOICES[language].sentences["limits_outcomes"]
    assert "mRECIST" in few(replace(matched_facts, least_events=14))
    assert "mRECIST" not in few(replace(matched_facts, least_events=13))
    assert "mRECIST" not in few(replace(matched_facts, least_events=None))
    say = VOICES[language].sentences["limits_plan"]
    assert say(BOTH["after lock"](matched_facts)) == ""
    texts = {say(BOTH[name](matched_facts)) for name in ("covered", "locked late", "another than planned")}
    assert len(texts) == 3
    assert "" not in texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_negative_control_that_fails_is_told(matched_facts: StudyFacts, language: str) -> None:
    held, failed = (results_of(negative_control(holds)(matched_facts), language) for holds in (True, False))
    assert held != failed
    assert "Falls" in held
    assert "Falls" not in results_of(matched_facts, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_with_hidden_counts_are_not_counted(studies: dict[str, Publication], language: str) -> None:
    hidden, shown = study_facts(studies["hidden"]).balance, study_facts(studies["sample"]).balance
    assert hidden.some_hidden
    assert not shown.some_hidden
    assert hidden.n_terms < shown.n_terms
    found = VOICES[language].sentences["balance_found"]
    assert f"{shown.n_terms}" in found(study_facts(studies["sample"]))
    assert f"{shown.n_terms}" not in found(study_facts(studies["hidden"]))


def test_a_seed_is_named_where_randomness_was_used(matched_facts: StudyFacts) -> None:
    unsown = tuple(
        replace(item, after=None if item.after is None else replace(item.after, resamples=None, seed=None))
        for item in matched_facts.survival
    )
    for language, word in (("en", "seed"), ("ko", "시드"), ("ja", "シード")):
        assert word not in methods_of(replace(matched_facts, survival=unsown), language)
        assert word in methods_of(matched_facts, language)
