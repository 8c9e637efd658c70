"""What the R script of a capsule is told of a run: how to rebuild it, and what R does not rebuild and why."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.cohort.covariates import MISSING_LEVEL
from analysis.cohort.time_units import convert_times
from analysis.cohort.words.codings import is_reversed_name
from analysis.manuscript.publication import Publication
from analysis.settings import EligibilityRule, ResponseEndpoint, StudySettings, SurvivalEndpoint
from analysis.study import StudyResult

Json = dict[str, Any]

TEXT_FILES = (".csv", ".tsv", ".txt", ".tab")

WORDS: dict[str, list[str]] = {
    "yes": [
        "예",
        "유",
        "있음",
        "はい",
        "あり",
        "有り",
        "有",
        "사망",
        "사",
        "死亡",
        "死",
        "이벤트",
        "진행",
        "재발",
        "再発",
        "増悪",
    ],
    "no": [
        "아니오",
        "아니요",
        "무",
        "없음",
        "いいえ",
        "なし",
        "無し",
        "無",
        "생존",
        "생",
        "生存",
        "生",
        "중도절단",
        "打ち切り",
    ],
    "unknown": ["미상", "불명", "모름", "不明"],
    "cr": ["완전관해", "완전반응", "完全奏効", "完全寛解"],
    "pr": ["부분관해", "부분반응", "部分奏効", "部分寛解"],
    "sd": ["안정병변", "안정", "安定", "不変"],
    "pd": ["진행병변", "진행", "進行", "増悪"],
    "ne": ["평가불능", "평가불가", "評価不能", "評価不可"],
}
"""Labels of Korean and Japanese files that the R script knows beside the English ones."""


def rebuilding_plan(publication: Publication) -> Json:
    """How a run is rebuilt in R, as plain values.

    Parameters
    ----------
    publication : Publication
        One run.

    Returns
    -------
    dict
        Columns, labels and settings by the names that the R script uses; ``skipped`` lists keys of `expected_values`,
        by their beginning, that R does not rebuild, each with a sentence that the script prints.
    """
    result, settings = publication.result, publication.result.settings
    file = publication.cohort_file or settings.cohort.file or "cohort.csv"
    return {
        "sha256": result.cohort_sha256,
        "is_text": file.lower().endswith(TEXT_FILES),
        "encoding": settings.cohort.encoding,
        "header_row": settings.cohort.header_row,
        "sheet": settings.cohort.sheet,
        "treatment": settings.treatment.model_dump(mode="json"),
        "eligibility": [_rule(rule) for rule in settings.eligibility],
        "covariates": _covariates(result) if _covariates_reason(result) is None else [],
        "complete_cases": settings.missing.method == "complete_case",
        "needed": _needed(settings),
        "score": _score(result),
        "support": _support(settings),
        "design": _design(result),
        "balance": _balance(result),
        "survival": [_survival(endpoint, settings) for endpoint in settings.outcomes.survival],
        "response": [_response(endpoint) for endpoint in settings.outcomes.response],
        "times": list(settings.outcomes.times),
        "horizon": settings.outcomes.rmst_horizon,
        "level": settings.confidence.level,
        "interval": settings.confidence.survival,
        "proportion": settings.confidence.proportion,
        "skipped": _skipped(result),
        "after": _after(settings),
    }


def _rule(rule: EligibilityRule) -> Json:
    return rule.model_dump(mode="json", exclude={"reason"})


def _covariates(result: StudyResult) -> list[Json]:
    table = result.patients.covariates
    found = []
    for name in map(str, table.columns):
        column = table[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            levels = [str(level) for level in column.cat.categories]
            found.append(
                {"column": name, "type": "categorical", "levels": levels, "indicator": levels[-1] == MISSING_LEVEL}
            )
        else:
            found.append({"column": name, "type": "numeric", "levels": None, "indicator": False})
    return found


def _needed(settings: StudySettings) -> list[str]:
    """Columns that are no covariates and without which nobody is analysed."""
    matched = settings.weighting is None
    own = [*settings.matching.exact, *(item.column for item in settings.matching.calipers)] if matched else []
    own += [item.column for item in settings.matching.coarsen] if matched else []
    own += [name for name in (settings.propensity.column,) if name is not None]
    planned = {item.column for item in settings.covariates}
    return [name for name in dict.fromkeys(own) if name not in planned]


def _score(result: StudyResult) -> Json:
    propensity = result.settings.propensity
    return {"model": propensity.model, "column": propensity.column, "reason": _score_reason(result)}


def _score_reason(result: StudyResult) -> str | None:
    settings = result.settings
    propensity = settings.propensity
    if settings.missing.method == "multiple_imputation" and result.imputation is not None:
        return "the score: covariates were imputed, and another program draws other values."
    if settings.missing.method == "indicator" and _is_marked(result):
        return "the score: missing covariates were marked and filled by a rule of the product's own."
    if propensity.model not in ("logistic", "column"):
        names = {"firth": "Firth's regression is", "ridge": "ridge regression is", "boosting": "boosted trees are"}
        return f"the score: {names.get(propensity.model, 'a random forest is')} not rebuilt, glm is."
    if propensity.splines or propensity.interactions:
        return "the score: splines and products of covariates are not rebuilt."
    if result.propensity.dropped:
        return "the score: terms that others determine were left out by a rule of the product's own."
    return None


def _is_marked(result: StudyResult) -> bool:
    own = {item.column for item in result.settings.covariates}
    table = result.patients.covariates
    marked = any(
        MISSING_LEVEL in column.cat.categories
        for _, column in table.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
    )
    return marked or not set(map(str, table.columns)) <= own


def _design_reason(result: StudyResult) -> str | None:
    settings = result.settings
    score = _score_reason(result)
    weighting, matching = settings.weighting, settings.matching
    if weighting is not None:
        if weighting.method == "entropy":
            return "Entropy balancing is solved by the product."
        return None if score is None else "The weights rest on a score that is not rebuilt."
    if matching.method == "strata":
        if result.imputation is not None:
            return "The classes rest on covariates that were imputed."
        return None if settings.support.method == "none" or score is None else "The support rests on the score."
    if score is not None:
        return "The sets rest on a score that is not rebuilt."
    if matching.method == "nearest" and matching.order == "random":
        return "A random order depends on the program's own random numbers."
    if matching.min_ratio > 1 or (matching.method == "optimal" and matching.ratio > 1):
        return "Sets of several numbers of controls are formed by a rule of the product's own."
    return None


def _support(settings: StudySettings) -> Json:
    asked = settings.support
    usual = (0.1, 0.9) if asked.method == "score" else (0.3, 0.7)
    return {
        "method": asked.method,
        "lower": usual[0] if asked.lower is None else asked.lower,
        "upper": usual[1] if asked.upper is None else asked.upper,
    }


def _design(result: StudyResult) -> Json:
    settings, design = result.settings, result.design
    common = {
        "kind": design.kind,
        "method": design.method if design.kind == "weighting" else settings.matching.method,
        "estimand": design.estimand,
        "reason": _design_reason(result),
        "disjoint": design.disjoint_sets,
        "plain_tests": design.plain_tests,
    }
    if settings.weighting is not None:
        return common | {"stabilised": settings.weighting.stabilised, "truncate": settings.weighting.truncate}
    matching = settings.matching.model_dump(mode="json", exclude={"method", "estimand", "seed"})
    return common | matching


def _balance(result: StudyResult) -> Json:
    names = [str(name) for name in result.patients.covariates.columns]
    rows = []
    for row in result.balance.to_table().to_dict(orient="records"):
        covariate, term = str(row["covariate"]), str(row["term"])
        levels = _covariates(result)[names.index(covariate)]["levels"]
        level = None if levels is None else 1 + levels.index(term[len(covariate) + 1 :])
        rows.append({"covariate": names.index(covariate) + 1, "level": level})
    rebuilt, convention = _covariates_reason(result) is None, result.balance.convention
    return {
        "rebuilt": rebuilt,
        "denominator": convention.denominator,
        "after": convention.after,
        "binary": convention.binary,
        "rows": rows if rebuilt else [],
    }


def _covariates_reason(result: StudyResult) -> str | None:
    if result.imputation is not None:
        return "balance: covariates were imputed, and another program draws other values."
    if result.settings.missing.method == "indicator" and _is_marked(result):
        return "balance: missing covariates were marked and filled by a rule of the product's own."
    return None


def _survival(endpoint: SurvivalEndpoint, settings: StudySettings) -> Json:
    if endpoint.from_dates is not None:
        return {"time": None}
    unit = settings.cohort.time_unit
    factor = 1.0
    if endpoint.unit is not None and endpoint.unit != unit:
        factor = float(convert_times(np.ones(1), endpoint.unit, unit)[0])
    return {
        "time": endpoint.time,
        "event": endpoint.event,
        "observed": None if endpoint.observed is None else list(endpoint.observed),
        "reversed": is_reversed_name(str(endpoint.event)),
        "blank": endpoint.blank,
        "competing": None if endpoint.competing is None else list(endpoint.competing),
        "factor": factor,
    }


def _response(endpoint: ResponseEndpoint) -> Json:
    return {"column": endpoint.column, "responder": endpoint.responder}


def _skipped(result: StudyResult) -> list[Json]:
    settings = result.settings
    found = []
    score, covariates = _score_reason(result), _covariates_reason(result)
    if score is not None:
        found.append({"reason": score, "keys": ["propensity/"]})
    elif settings.propensity.model == "column":
        found.append({"reason": "the model of the score, which the file brings.", "keys": ["propensity/"]})
    if covariates is not None:
        found.append({"reason": covariates, "keys": ["balance/"]})
    for number, endpoint in enumerate(settings.outcomes.survival):
        if endpoint.from_dates is not None:
            reason = f"{endpoint.name}: its times are built from dates by the product's rules."
            found.append({"reason": reason, "keys": [f"survival/{number}/"]})
    for number, item in enumerate(settings.outcomes.response):
        if item.scans is not None:
            reason = f"{item.name}: best responses follow from scans by the product's rules."
            found.append({"reason": reason, "keys": [f"response/{number}/"]})
    found.append({"reason": "bootstrapped differences, competing risks, subgroups and sensitivity.", "keys": []})
    return found


def _after(settings: StudySettings) -> list[str]:
    """Beginnings of the keys that need the design."""
    survival = [f"survival/{number}/after/" for number in range(len(settings.outcomes.survival))]
    response = [f"response/{number}/after/" for number in range(len(settings.outcomes.response))]
    return [*survival, *response, "balance/after/"]
