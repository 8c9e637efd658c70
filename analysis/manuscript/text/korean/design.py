"""The methods up to balance, in Korean."""

from analysis.manuscript.text.citations import cite
from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.design import EQUIPOISE
from analysis.manuscript.text.korean.particles import with_particle
from analysis.manuscript.text.korean.words import done, listed
from analysis.manuscript.text.numbers import decimals, plain
from analysis.settings import Coarsening, EligibilityRule, MatchingSettings
from charts.lettering import clean_label


def setting(facts: StudyFacts) -> str:
    """Who is compared with whom."""
    score = "성향점수" if facts.score_used else ""
    treated, control = facts.cohort.treated, facts.cohort.control
    return f"본 관찰 코호트 연구에서는 {score}{done(facts)} 후 {treated}군과 {control}군을 비교하였으며, {control}군을 대조군으로 하였다."


def eligibility(facts: StudyFacts) -> str:
    """Who may be in the study."""
    column, rules = facts.cohort.arm_column, facts.cohort.rules
    if not rules:
        return f"두 군({column}) 중 하나에 속하는 모든 환자를 대상으로 하였다."
    return f"두 군({column}) 중 하나에 속하고 다음 조건을 모두 만족하는 환자를 대상으로 하였다: {'; '.join(map(_rule, rules))}."


def _rule(rule: EligibilityRule) -> str:
    bounds = (("이상", rule.at_least), ("초과", rule.above), ("이하", rule.at_most), ("미만", rule.below))
    parts = [
        f"{plain(bound) if isinstance(bound, float) else bound.isoformat()} {words}"
        for words, bound in bounds
        if bound is not None
    ]
    if rule.one_of is not None:
        parts.append(f"{listed([clean_label(item) for item in rule.one_of])} 중 하나")
    if rule.none_of is not None:
        parts.append(f"{listed([clean_label(item) for item in rule.none_of])} 제외")
    kept = " (결측 포함)" if rule.missing == "keep" else ""
    return f"{clean_label(rule.column)} {listed(parts)}{kept}".strip()


def time_zero(facts: StudyFacts) -> str:
    """Time zero and the data cut-off."""
    cohort = facts.cohort
    told = [] if cohort.index is None else [f"관찰 시작일은 {cohort.index} 날짜로 하였다."]
    if cohort.cutoff is not None:
        told.append(f"자료 마감일은 {cohort.cutoff.isoformat()}이었다.")
    return " ".join(told)


def missing(facts: StudyFacts) -> str:
    """What became of missing covariates."""
    found = facts.missing
    if not found.anything:
        return "공변량에 결측값은 없었다."
    if found.imputed:
        names = listed([name for name, _ in found.columns])
        return (
            f"공변량 {len(found.columns)}개({names})의 결측값은 결과변수를 제외하고 공변량과 치료군만을 이용하여 예측 평균 매칭을 사용한 연쇄방정식 다중대체법으로 "
            f"대체하였다(대체 자료 {found.n_sets}개, 반복 {found.iterations}회, 시드 {found.seed}) {cite('vanbuuren2011')}. 각 대체 자료에서 "
            f"성향점수 추정과 {done(facts)}을 시행하고 효과를 Rubin의 규칙으로 통합하였다 {cite('mitra2016', 'rubin1987', 'barnard1999')}. "
            f"통합하였다고 기술하지 않은 결과는 생존곡선과 환자 수를 포함하여 대체 자료 {found.shown}의 결과이다."
        )
    if found.method == "indicator":
        return "연속형 공변량의 결측값은 관측값의 평균으로 대체하고 결측 지시변수를 추가하였으며, 범주형 공변량의 결측은 별도의 범주로 처리하였다."
    return "공변량에 결측값이 있는 환자는 분석에서 제외하였다(완전 사례 분석)."


_MODELS = {
    "logistic": "로지스틱 회귀분석",
    "firth": "Firth 벌점 로지스틱 회귀분석",
    "ridge": "능형(ridge) 로지스틱 회귀분석",
    "boosting": "그래디언트 부스팅 트리",
    "forest": "랜덤 포레스트",
}


def score(facts: StudyFacts) -> str:
    """The model of the treatment."""
    found, settings = facts.score, facts.score.settings
    covariates = f"{len(found.covariates)}개 공변량({listed(found.covariates)})"
    if settings.model == "column":
        column = clean_label(settings.column or "")
        return f"성향점수는 자료에 주어진 값({column})을 사용하고 새로 추정하지 않았으며, {covariates}의 균형을 평가하였다."
    told = (
        f"공변량이 주어졌을 때 {facts.cohort.treated}군에 속할 확률인 성향점수는 {covariates}을 포함한 "
        f"{with_particle(_MODELS[settings.model] + _model_details(facts), '으로/로')} 추정하였다."
    )
    extra = [f"{clean_label(item.column)}(제한 3차 스플라인, 매듭 {item.knots}개)" for item in settings.splines]
    extra += [f"{clean_label(one)}×{clean_label(other)} 상호작용" for one, other in settings.interactions]
    if extra:
        told += f" 모형에는 다음 항을 포함하였다: {listed(extra)}."
    if found.dropped:
        told += f" 다른 항과 중복되는 항({listed(found.dropped)})은 모형에서 제외하였다."
    return told


def _model_details(facts: StudyFacts) -> str:
    found, settings = facts.score, facts.score.settings
    if settings.model == "firth":
        return f" {cite('firth1993')}"
    if settings.model in ("boosting", "forest"):
        return f"({settings.folds}겹 교차 적합, 시드 {settings.seed}) {cite('chernozhukov2018')}"
    if settings.model != "ridge":
        return ""
    if settings.penalty is not None:
        return f"(벌점 {plain(settings.penalty)})"
    folds = "" if found.n_folds is None else f", {found.n_folds}겹"
    seed = "" if found.seed is None else f", 시드 {found.seed}"
    return f"(벌점은 교차검증으로 결정{folds}{seed})"


def support(facts: StudyFacts) -> str:
    """Who was left out by the score."""
    found = facts.design.support
    if found is None:
        return ""
    if found.settings.method == "common_range":
        return "두 군의 성향점수가 겹치는 범위에 있는 환자만 비교에 포함하였으며, 성향점수는 다시 추정하지 않았다."
    name = "성향점수" if found.settings.method == "score" else "선호점수(preference score)"
    source = cite("crump2009" if found.settings.method == "score" else "walker2013")
    if found.lower is None or found.upper is None:
        return ""
    return (
        f"{name}가 {plain(found.lower)}~{plain(found.upper)} 범위에 있는 환자만 비교에 포함하였으며 {source}, "
        "성향점수는 다시 추정하지 않았다."
    )


_DISTANCES = {
    "logit": "성향점수의 로짓",
    "probability": "성향점수",
    "mahalanobis": "공변량의 Mahalanobis 거리",
}
_ORDERS = {
    "closest": "가장 가까운 쌍부터",
    "largest": "성향점수가 높은 환자부터",
    "smallest": "성향점수가 낮은 환자부터",
    "data": "자료의 순서대로",
}


def design(facts: StudyFacts) -> str:
    """How the groups were made comparable."""
    if facts.design.weighting is not None:
        return _weighted(facts)
    matching = facts.design.matching
    if matching.method == "strata":
        word = f"대략적 정확 매칭(coarsened exact matching) {cite('iacus2012')}" if matching.coarsen else "정확 매칭"
        columns = [*(clean_label(name) for name in matching.exact), *map(_classes, matching.coarsen)]
        return f"{word}으로 환자를 층({listed(columns)})으로 나누고, 두 군이 모두 포함되지 않은 층은 제외하였다."
    distance = _DISTANCES[matching.distance]
    if matching.distance == "mahalanobis":
        distance += f" {cite('rubin1980')}"
    if matching.method == "full":
        return (
            f"{distance}에 대한 최적 완전 매칭(optimal full matching)을 시행하였으며, 각 세트는 한 군의 환자 1명과 다른 군의 환자 1명 "
            f"이상으로 구성하였다. {_caliper(facts)} {cite('hansen2004')}."
        )
    return f"{distance}에 대해 {_partners(facts)} {_method(matching)}을 시행하였다. {_caliper(facts)} {_sources(matching)}."


def _partners(facts: StudyFacts) -> str:
    matching = facts.design.matching
    replaced = "복원" if matching.replacement else "비복원"
    if matching.ratio == 1:
        return f"1:1 {replaced}"
    arms = (facts.cohort.treated, facts.cohort.control)
    focal, other = arms if matching.estimand != "ATC" else arms[::-1]
    return f"{focal}군 환자 1명당 {other}군 환자 최대 {matching.ratio}명의 1:{matching.ratio} {replaced}"


def _method(matching: MatchingSettings) -> str:
    if matching.method == "optimal":
        return "최적 매칭(가능한 한 많은 환자를 총거리가 최소가 되도록 매칭)"
    if matching.replacement:
        return "최근접 이웃 매칭"
    order = f"무작위 순서(시드 {matching.seed})로" if matching.order == "random" else _ORDERS[matching.order]
    return f"탐욕적 최근접 이웃 매칭({order} 매칭)"


def _sources(matching: MatchingSettings) -> str:
    if matching.method == "nearest":
        return cite("stuart2010")
    return cite("rosenbaum1989") if matching.ratio == 1 else cite("rosenbaum1989", "ming2000")


def _caliper(facts: StudyFacts) -> str:
    matching, found = facts.design.matching, facts.design
    if matching.caliper is None or found.caliper_width is None:
        return "캘리퍼는 적용하지 않았다"
    name = "성향점수" if matching.distance == "probability" else "성향점수 로짓"
    kind = {"sd": f"{name} 표준편차의 ", "pooled_sd": f"{name} 합동 표준편차의 ", "raw": f"{name} 척도의 "}
    times = "" if matching.caliper_scale == "raw" else "배"
    widths = []
    if found.caliper_on_logit is not None:
        widths.append(f"로짓 척도 {decimals(found.caliper_on_logit, 3)}")
    if found.caliper_on_probability is not None:
        widths.append(f"치료군 중앙 성향점수에서 확률 척도 {decimals(found.caliper_on_probability, 3)}")
    size = f"{kind[matching.caliper_scale]}{plain(matching.caliper)}{times}"
    return f"캘리퍼는 {size}({listed(widths)})로 하였다 {cite('austin2011')}"


def _classes(item: Coarsening) -> str:
    if item.cutpoints is not None:
        return f"{clean_label(item.column)}(절단점 {listed([plain(point) for point in item.cutpoints])})"
    return f"{clean_label(item.column)}(같은 너비의 {item.bins}개 구간)"


def _weighted(facts: StudyFacts) -> str:
    weighting, estimand = facts.design.weighting, facts.design.estimand
    if weighting is None:
        return ""
    treated, control = facts.cohort.treated, facts.cohort.control
    if weighting.method == "iptw":
        weights = {
            "ATE": f"{treated}군 1/PS, {control}군 1/(1 − PS)",
            "ATT": f"{treated}군 1, {control}군 PS/(1 − PS)",
            "ATC": f"{treated}군 (1 − PS)/PS, {control}군 1",
        }[estimand]
        return f"치료 역확률 가중법(IPTW)을 적용하였으며, 가중치는 다음과 같다: {weights}(PS, 성향점수) {cite('robins2000')}."
    return {
        "overlap": f"각 환자가 상대 군에 속할 확률을 가중치로 하는 중첩 가중법(overlap weighting)을 적용하였다 {cite('li2018')}.",
        "matching": f"두 군에 속할 확률 중 작은 값을 실제 군에 속할 확률로 나눈 매칭 가중치를 적용하였다 {cite('ligreene2013')}.",
        "entropy": f"공변량의 평균이 정확히 일치하도록 하는 엔트로피 균형법을 적용하였다 {cite('hainmueller2012')}.",
    }[weighting.method]


def design_details(facts: StudyFacts) -> str:
    """What else pairs had to fulfil, and what became of the weights."""
    matching, weighting, told = facts.design.matching, facts.design.weighting, []
    if weighting is not None:
        if weighting.stabilised:
            told.append("가중치는 안정화하였다.")
        if weighting.truncate is not None:
            low, high = plain(100 - weighting.truncate), plain(weighting.truncate)
            told.append(f"가중치는 {low} 및 {high} 백분위수에서 절단하였다 {cite('cole2008')}.")
        return " ".join(told)
    if matching.method != "strata":
        if matching.exact:
            told.append(
                f"다음 변수는 정확히 일치하도록 하였다: {listed([clean_label(name) for name in matching.exact])}."
            )
        if matching.coarsen:
            told.append(f"다음 구간 안에서만 매칭하였다: {listed([_classes(item) for item in matching.coarsen])}.")
        apart = [f"{clean_label(item.column)} {plain(item.width)}" for item in matching.calipers]
        if apart:
            told.append(f"매칭된 환자 간 허용 차이는 다음과 같다: {listed(apart)}.")
        if matching.method in ("nearest", "optimal") and matching.min_ratio > 1:
            told.append(f"매칭된 환자가 {matching.min_ratio}명 미만인 세트는 제외하였다.")
    if facts.design.effective is not None:
        told.append("매칭 세트의 구성에 따라 환자에게 가중치를 부여하였다.")
    return " ".join(told)


def estimand(facts: StudyFacts) -> str:
    """Whom the effect refers to, as it was set."""
    words = {
        "ATT": f"치료군({facts.cohort.treated}군)에서의 평균 치료 효과",
        "ATC": f"대조군({facts.cohort.control}군)에서의 평균 치료 효과",
        "ATE": "전체 환자에서의 평균 치료 효과",
        "ATO": "두 치료 모두 가능성이 있는 중첩 집단에서의 평균 치료 효과",
        "ATM": "매칭 가능한 환자에서의 평균 치료 효과",
    }[facts.design.estimand]
    return f"추정 대상은 {words}({facts.design.estimand})였다."


def balance(facts: StudyFacts) -> str:
    """How balance was measured."""
    found, settings = facts.balance, facts.balance.settings
    arm = {
        "pooled": "두 군의 합동 표준편차",
        "treated": f"{facts.cohort.treated}군의 표준편차",
        "control": f"{facts.cohort.control}군의 표준편차",
    }[settings.denominator]
    when = f"{done(facts)} 전 값으로 고정" if settings.after == "fixed" else f"{done(facts)} 후 다시 계산"
    told = f"공변량의 균형은 표준화 평균 차이(SMD)로 평가하였으며, 분모는 {arm}({when})로 하였다 {cite('stuart2010')}."
    if settings.binary == "raw":
        told += " 비율은 표준화하지 않은 차이로 나타냈다."
    if found.threshold is not None:
        told += (
            f" SMD의 절댓값이 {plain(found.threshold)} 이하이면 균형이 이루어진 것으로 판단하였다 {cite('austin2009')}."
        )
    if settings.also:
        told += f" 성향점수에 포함하지 않은 다음 변수의 균형도 평가하였다: {listed([clean_label(name) for name in settings.also])}."
    if facts.score.equipoise is not None:
        low, high = map(plain, EQUIPOISE)
        told += f" 중첩 정도는 선호점수(preference score)가 {low}~{high}인 환자의 비율로 나타냈다 {cite('walker2013')}."
    return told
