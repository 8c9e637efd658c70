"""The results, in Korean."""

from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.design import EQUIPOISE
from analysis.manuscript.text.facts.response import ContrastFacts
from analysis.manuscript.text.korean.particles import with_particle
from analysis.manuscript.text.korean.words import (
    MEASURES,
    TESTS,
    TO,
    arms,
    done,
    level,
    listed,
    sets_word,
    within,
)
from analysis.manuscript.text.numbers import decimals, limits, measure_form, plain
from charts.style import (
    format_count,
    format_p_statement,
    format_percent,
    format_points,
    format_ratio,
    format_smd,
)


def flow(facts: StudyFacts) -> str:
    """The patients from the file to the analysis."""
    cohort, told = facts.cohort, []
    if read := arms(facts, cohort.read):
        other = f" 그 외 {format_count(cohort.other)}건은 두 군에 속하지 않았다." if cohort.other else ""
        told.append(f"자료에는 두 군의 환자 {format_count(cohort.read.both or 0)}명({read})이 포함되어 있었다.{other}")
    if cohort.rules and (eligible := arms(facts, cohort.last_eligible)):
        told.append(f"이 중 {eligible}이 선정 기준을 만족하였다.")
    if cohort.without_covariate.both:
        told.append(f"공변량 결측으로 {arms(facts, cohort.without_covariate)}을 제외하였다.")
    if cohort.analysed == cohort.read:
        told.append(f"전원이 {done(facts)} 대상이었다.")
    elif analysed := arms(facts, cohort.analysed):
        told.append(f"{format_count(cohort.analysed.both or 0)}명({analysed})을 대상으로 비교를 시작하였다.")
    return " ".join(told)


def missing_found(facts: StudyFacts) -> str:
    """How much was missing, and how the imputed sets differ."""
    found = facts.missing
    if not found.imputed:
        return ""
    names = [f"{name} {format_count(count)}명" for name, count in found.columns if count is not None]
    told = [f"결측은 다음과 같았다: {listed(names)}."] if names else []
    if found.n_failed:
        told.append(f"대체 자료 {found.n_failed}개에서는 비교군을 구성할 수 없어 나머지 {found.pooled}개를 통합하였다.")
    if found.sets_found:
        low, high = map(format_count, found.sets_found)
        told.append(f"대체 자료별 {sets_word(facts)}의 수는 {low if low == high else low + TO + high}개였다.")
    return " ".join(told)


def score_found(facts: StudyFacts) -> str:
    """How well the score tells the groups apart, and how far they overlap."""
    found, told = facts.score, []
    if found.c_statistic is not None:
        told.append(f"성향점수의 C 통계량은 {with_particle(decimals(found.c_statistic, 2), '이었다/였다')}.")
    if found.equipoise is not None:
        low, high = map(plain, EQUIPOISE)
        told.append(f"선호점수가 {low}~{high}인 환자의 비율은 {format_percent(found.equipoise)}였다.")
    return " ".join(told)


def support_found(facts: StudyFacts) -> str:
    """Who was left out by the score."""
    found = facts.design.support
    if found is None or found.left_out.both is None:
        return ""
    return f"공통 지지 범위를 벗어나 제외된 환자는 {arms(facts, found.left_out)}이었다."


_REASONS = {
    "no control within the caliper": "캘리퍼 내 대조군 환자 없음",
    "control taken by a closer patient": "대조군 환자가 더 가까운 환자와 매칭됨",
    "no control in the same stratum": "같은 층에 대조군 환자 없음",
    "no treated patient within the caliper": "캘리퍼 내 치료군 환자 없음",
    "treated patient taken by a closer patient": "치료군 환자가 더 가까운 환자와 매칭됨",
    "no treated patient in the same stratum": "같은 층에 치료군 환자 없음",
    "not needed as a match": "매칭에 필요하지 않음",
    "matched in a set too small to be kept": "세트가 너무 작아 제외됨",
    "outside the common support": "공통 지지 범위 밖",
    "a weight of 0": "가중치 0",
    "control given to another patient": "대조군 환자가 다른 환자에게 배정됨",
    "treated patient given to another one": "치료군 환자가 다른 환자에게 배정됨",
}


def design_found(facts: StudyFacts) -> str:
    """Sets or weights, and who was left out."""
    design, told = facts.design, []
    if compared := arms(facts, design.compared):
        if design.matched and design.n_sets is not None:
            told.append(f"매칭 결과 {sets_word(facts)} {format_count(design.n_sets)}개({compared})가 구성되었다.")
        else:
            told.append(f"가중 비교에는 {compared}이 포함되었다.")
    if design.effective is not None:
        one, other = (decimals(size, 1) for size in design.effective)
        told.append(f"유효 표본 크기는 각각 {one}, {with_particle(other, '이었다/였다')}.")
    if design.n_truncated:
        told.append(f"가중치 {format_count(design.n_truncated)}개가 절단되었다.")
    for label, reasons in (
        (facts.cohort.treated, design.left_out_treated),
        (facts.cohort.control, design.left_out_control),
    ):
        parts = [f"{_REASONS.get(reason, reason)}({format_count(count)}명)" for reason, count in reasons if count]
        if parts:
            told.append(f"{label}군에서 제외된 환자와 그 이유는 다음과 같다: {listed(parts)}.")
    return " ".join(told)


def target(facts: StudyFacts) -> str:
    """Whom the effect now refers to."""
    design, analysed = facts.design, facts.cohort.analysed
    if design.estimand not in ("ATT", "ATC"):
        return ""
    treated = design.estimand == "ATT"
    label = facts.cohort.treated if treated else facts.cohort.control
    pair = (analysed.treated, design.compared.treated) if treated else (analysed.control, design.compared.control)
    total, kept = pair
    if total is None or kept is None:
        return ""
    if total == kept:
        return f"{label}군 {format_count(total)}명이 모두 비교에 포함되었으며, 효과는 이 환자들에 대한 것이다."
    return (
        f"{label}군 {format_count(total)}명 중 {format_count(total - kept)}명은 비교 대상이 없어, 효과는 {label}군 전체가 아니라 매칭된 "
        f"{format_count(kept)}명과 유사한 환자에 대한 것이다."
    )


def balance_found(facts: StudyFacts) -> str:
    """How far balance was reached."""
    found = facts.balance
    if found.largest_before is None or found.largest_after is None:
        return ""
    term = f"({found.largest_term})" if found.largest_term else ""
    told = [
        f"SMD 절댓값의 최댓값은 {done(facts)} 전 {format_smd(found.largest_before)}, {done(facts)} 후 "
        f"{with_particle(format_smd(found.largest_after) + term, '이었다/였다')}."
    ]
    if found.threshold is not None:
        hidden = "작은 수로 숨기지 않은" if found.some_hidden else "전체"
        told.append(
            f"{hidden} {found.n_terms}개 항 중 SMD 절댓값이 {with_particle(plain(found.threshold), '을/를')} 초과한 항은 {done(facts)} 전 {found.n_above_before}개, "
            f"{done(facts)} 후 {found.n_above_after}개였다."
        )
        if found.n_above_after and found.chance_after is not None:
            told.append(
                f"이 정도 크기의 군에서는 우연만으로도 한 항의 SMD 절댓값이 95%의 경우 {format_smd(found.chance_after)}까지 나타날 수 있다."
            )
    if len(facts.missing.smd_after) == 2:
        low, high = map(format_smd, facts.missing.smd_after)
        told.append(
            f"대체 자료별 {done(facts)} 후 SMD 절댓값의 최댓값은 {with_particle(low if low == high else low + TO + high, '이었다/였다')}."
        )
    return " ".join(told)


def agreement_found(facts: StudyFacts) -> str:
    """How far criteria agree."""
    told = []
    for item in facts.agreement:
        kappa = ""
        if item.kappa is not None:
            kappa = f"(κ {format_ratio(item.kappa.estimate)}, {level(facts)} {limits(item.kappa, format_ratio, TO)})"
        told.append(
            f"{item.first} 기준과 {item.second} 기준은 {format_count(item.n)}명 중 {format_count(item.n_agree)}명에서 일치하였다{kappa}."
        )
    return " ".join(told)


def safety_found(facts: StudyFacts) -> str:
    """Adverse events under the design."""
    told = []
    for item in facts.adverse_events:
        if item.contrast.treated.count is None or item.contrast.control.count is None:
            continue
        grade = "모든 등급" if item.lowest_grade == 1 else f"{item.lowest_grade}등급 이상"
        told.append(f"{grade}의 이상사례는 {rates_words(facts, item.contrast)}.")
    return " ".join(told)


def rates_words(facts: StudyFacts, found: ContrastFacts, *, weighted: bool = False) -> str:
    """A rate in both arms, its difference and the test, to the end of the sentence."""
    parts = []
    for label, arm in ((facts.cohort.treated, found.treated), (facts.cohort.control, found.control)):
        inside = f"{'가중 ' if weighted else ''}{format_percent(None if arm.rate is None else arm.rate.estimate)}"
        if arm.rate is not None and arm.rate.ci_lower is not None:
            inside += f", {level(facts)} {limits(arm.rate, format_percent, TO)}"
        parts.append(f"{label}군 {format_count(arm.n or 0)}명 중 {format_count(arm.count or 0)}명({inside})")
    told = f"{listed(parts)}이었다"
    if found.difference is None:
        return told
    interval = limits(found.difference, format_points, TO)
    test = "" if found.p_value is None else f"; {TESTS[found.test]}, {format_p_statement(found.p_value)}"
    return f"{told}(차이 {format_points(found.difference.estimate)}%p, {level(facts)} {interval}{test})"


def subgroups_found(facts: StudyFacts) -> str:
    """The smallest p-value of interaction of each endpoint."""
    told = []
    for item in facts.subgroups:
        if item.interactions:
            column, p = min(item.interactions, key=lambda test: test[1])
            pooled = ", 통합" if item.pooled else ""
            told.append(
                f"{item.endpoint} {format_p_statement(p)}({column}{pooled}; {len(item.interactions)}개 검정 중 최소)"
            )
    return f"{done(facts)} 후 상호작용 검정의 최소 p값은 다음과 같았다: {listed(told)}." if told else ""


def centres_found(facts: StudyFacts) -> str:
    """How far centres differ."""
    told = [
        f"{item.endpoint} I² {format_percent(item.i_squared)}, {format_p_statement(item.p_value)}"
        for item in facts.centres
        if item.i_squared is not None and item.p_value is not None
    ]
    return f"{facts.centres[0].n_centres}개 기관 간 이질성은 다음과 같았다: {'; '.join(told)}." if told else ""


def multiplicity_found(facts: StudyFacts) -> str:
    """Adjusted p-values of the endpoints."""
    board = facts.board
    if board.adjustment == "none" or len(board.p_values) < 2:
        return ""
    told = [f"{name} {format_p_statement(adjusted)}" for name, _, adjusted in board.p_values]
    where = f"(대체 자료 {facts.missing.shown})" if facts.missing.imputed else ""
    return f"평가변수 {board.n_tests}개에 대해 보정한 {done(facts)} 후 p값{where}은 다음과 같았다: {listed(told)}."


def confounding_found(facts: StudyFacts) -> str:
    """What it would take to explain the effects away."""
    values, told = [], []
    for item in facts.confounding:
        if item.e_value is not None:
            limit = "" if item.e_value_limit is None else f"(신뢰한계 {format_ratio(item.e_value_limit)})"
            values.append(f"{item.endpoint} {format_ratio(item.e_value)}{limit}")
    if values:
        told.append(f"E-값은 {with_particle(listed(values), '이었다/였다')}.")
    bounded = [item for item in facts.confounding if item.has_bounds and item.bounds_p is not None]
    weak = [f"{item.endpoint}({format_p_statement(item.bounds_p)})" for item in bounded if item.critical_gamma is None]
    if weak:
        told.append(f"{sets_word(facts)} 내 비교는 숨은 편향이 없더라도 유의하지 않았다: {listed(weak)}.")
    told += [
        f"{item.endpoint}의 {sets_word(facts)} 내 비교는 숨은 편향 Γ = {format_ratio(item.critical_gamma)}에서 유의성을 잃었다."
        for item in bounded
        if item.critical_gamma is not None
    ]
    return " ".join(told)


def negative_control_found(facts: StudyFacts) -> str:
    """Whether the arms differ in the negative control."""
    found = facts.negative_control
    if found is None or found.effect is None or found.holds_no_effect is None:
        return ""
    verdict = (
        "효과 없음을 포함하였다" if found.holds_no_effect else "효과 없음을 포함하지 않아 편향이 남아 있음을 시사하였다"
    )
    form = measure_form(found.measure, facts.unit)
    return (
        f"음성 대조 결과인 {found.endpoint}의 {MEASURES[found.measure]} 추정값은 {form(found.effect.estimate)}"
        f"({within(facts, found.effect, found.measure)})이며, 신뢰구간은 {verdict}."
    )


def specifications_found(facts: StudyFacts) -> str:
    """What the specification curve showed."""
    curve = facts.curve
    if curve is None or curve.lowest is None:
        return ""
    form = measure_form(curve.measure, facts.unit)
    told = (
        f"추정값을 얻은 {format_count(curve.n_with_estimate)}개 사양에서 {curve.endpoint}의 {MEASURES[curve.measure]} 추정값은 "
        f"{with_particle(form(curve.lowest) + TO + form(curve.highest), '으로/로')}, 중앙값은 {with_particle(form(curve.median), '이었다/였다')}."
    )
    if curve.n_same_sign is not None:
        told += f" 본 연구와 효과의 방향이 같은 추정값은 {format_count(curve.n_same_sign)}개였다."
    if curve.n_random:
        told += f" 무작위 매칭 순서 {format_count(curve.n_random)}회에서 추정값은 {form(curve.random_lowest)}~{with_particle(form(curve.random_highest), '이었다/였다')}."
    return told


def bootstrap_found(facts: StudyFacts) -> str:
    """The limits of the bootstrap."""
    found = facts.bootstrap
    if found is None:
        return ""
    pairs = (("백분위수", found.percentile), ("BCa", found.accelerated))
    told = [f"{name} {within(facts, effect, found.measure)}" for name, effect in pairs if effect is not None]
    return (
        f"{found.endpoint}의 {MEASURES[found.measure]}에 대한 부트스트랩 신뢰구간은 {with_particle(listed(told), '이었다/였다')}."
        if told
        else ""
    )


def limits_design(facts: StudyFacts) -> str:
    """What the design cannot do."""
    e_value = any(item.e_value is not None for item in facts.confounding)
    quantified = "으며, 그 정도는 E-값으로 제시하였다" if e_value else "다"
    told = [
        f"본 연구는 관찰 연구로, 측정되지 않았거나 부정확하게 측정된 공변량에 의한 교란이 남아 있을 수 있{quantified}."
    ]
    analysed, lost = facts.cohort.analysed.both, facts.left_out
    if analysed is not None and lost:
        told.append(
            f"{format_count(analysed)}명 중 {format_count(lost)}명이 비교에서 제외되어, 결과를 이들과 유사한 환자에게 적용할 수 없다."
        )
    if facts.balance.threshold is not None and facts.balance.n_above_after:
        told.append(
            f"{done(facts)} 후에도 {'최소 ' if facts.balance.some_hidden else ''}{facts.balance.n_above_after}개 항에서 기준을 초과하는 불균형이 남았다."
        )
    return " ".join(told)


def limits_outcomes(facts: StudyFacts) -> str:
    """Few events, and proportional hazards in doubt."""
    told = []
    if few := [f"{name} {format_count(count)}건" for name, count in facts.few_events]:
        told.append(f"사건 수가 적었다({listed(few)}).")
    doubtful = [item.name for item in facts.survival if item.after is not None and item.after.doubtful]
    if doubtful:
        told.append(
            f"비례위험 가정이 의심되는 평가변수({listed(doubtful)})의 위험비는 추적기간 동안의 평균으로 해석하여야 한다."
        )
    if responders := [f"{name} {format_count(count)}명" for name, count in facts.few_responders]:
        told.append(f"반응자 수가 적었다({listed(responders)}).")
    return " ".join(told)


def limits_plan(facts: StudyFacts) -> str:
    """What the plan leaves open."""
    plan, told = facts.plan, []
    if plan.digest is None:
        return "확정된 분석 계획이 없으므로, 결과를 확인한 후 분석 방법을 선택하였을 가능성을 배제할 수 없다."
    if plan.outcomes_seen:
        told.append("분석 계획은 결과를 확인한 후에 확정되었다.")
    if not plan.followed:
        told.append("본 분석은 확정된 계획과 다르다.")
    return " ".join(told)
