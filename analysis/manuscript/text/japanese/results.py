"""The results, in Japanese."""

from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.design import EQUIPOISE
from analysis.manuscript.text.facts.response import ContrastFacts
from analysis.manuscript.text.japanese.words import (
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
        other = f"ほか{format_count(cohort.other)}件はいずれの群にも属さなかった。" if cohort.other else ""
        told.append(f"データには両群の患者{format_count(cohort.read.both or 0)}例（{read}）が含まれていた。{other}")
    if cohort.rules and (eligible := arms(facts, cohort.last_eligible)):
        told.append(f"このうち{eligible}が適格基準を満たした。")
    if cohort.without_covariate.both:
        told.append(f"共変量の欠測により{arms(facts, cohort.without_covariate)}を除外した。")
    if cohort.analysed == cohort.read:
        told.append(f"全例を{done(facts)}の対象とした。")
    elif analysed := arms(facts, cohort.analysed):
        told.append(f"{format_count(cohort.analysed.both or 0)}例（{analysed}）を比較の対象とした。")
    return "".join(told)


def missing_found(facts: StudyFacts) -> str:
    """How much was missing, and how the imputed sets differ."""
    found = facts.missing
    if not found.imputed:
        return ""
    names = [f"{name} {format_count(count)}例" for name, count in found.columns if count is not None]
    told = [f"欠測は次のとおりであった：{listed(names)}。"] if names else []
    if found.n_failed:
        told.append(f"補完データ{found.n_failed}個では比較を構成できず、残る{found.pooled}個を統合した。")
    if found.sets_found:
        low, high = map(format_count, found.sets_found)
        told.append(f"補完データごとの{sets_word(facts)}数は{low if low == high else low + TO + high}であった。")
    return "".join(told)


def score_found(facts: StudyFacts) -> str:
    """How well the score tells the groups apart, and how far they overlap."""
    found, told = facts.score, []
    if found.c_statistic is not None:
        told.append(f"傾向スコアのC統計量は{decimals(found.c_statistic, 2)}であった。")
    if found.equipoise is not None:
        low, high = map(plain, EQUIPOISE)
        told.append(f"選好スコアが{low}～{high}の患者の割合は{format_percent(found.equipoise)}であった。")
    return "".join(told)


def support_found(facts: StudyFacts) -> str:
    """Who was left out by the score."""
    found = facts.design.support
    if found is None or found.left_out.both is None:
        return ""
    return f"共通サポートの範囲外として除外された患者は{arms(facts, found.left_out)}であった。"


_REASONS = {
    "no control within the caliper": "キャリパー内に対照群の患者なし",
    "control taken by a closer patient": "対照群の患者がより近い患者とマッチ",
    "no control in the same stratum": "同じ層に対照群の患者なし",
    "no treated patient within the caliper": "キャリパー内に治療群の患者なし",
    "treated patient taken by a closer patient": "治療群の患者がより近い患者とマッチ",
    "no treated patient in the same stratum": "同じ層に治療群の患者なし",
    "not needed as a match": "マッチングに不要",
    "matched in a set too small to be kept": "セットが小さすぎるため除外",
    "outside the common support": "共通サポートの範囲外",
    "a weight of 0": "重み0",
    "control given to another patient": "対照群の患者が他の患者に割り付け",
    "treated patient given to another one": "治療群の患者が他の患者に割り付け",
}


def design_found(facts: StudyFacts) -> str:
    """Sets or weights, and who was left out."""
    design, told = facts.design, []
    if compared := arms(facts, design.compared):
        if design.matched and design.n_sets is not None:
            told.append(f"マッチングにより{sets_word(facts)}{format_count(design.n_sets)}組（{compared}）が得られた。")
        else:
            told.append(f"重み付き比較には{compared}が含まれた。")
    if design.effective is not None:
        one, other = (decimals(size, 1) for size in design.effective)
        told.append(f"有効標本サイズはそれぞれ{one}、{other}であった。")
    if design.n_truncated:
        told.append(f"重み{format_count(design.n_truncated)}個が打ち切られた。")
    for label, reasons in (
        (facts.cohort.treated, design.left_out_treated),
        (facts.cohort.control, design.left_out_control),
    ):
        parts = [f"{_REASONS.get(reason, reason)}（{format_count(count)}例）" for reason, count in reasons if count]
        if parts:
            told.append(f"{label}群で除外された患者とその理由は次のとおりである：{listed(parts)}。")
    return "".join(told)


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
        return f"{label}群{format_count(total)}例の全例が比較に含まれ、効果はこれらの患者に関するものである。"
    return (
        f"{label}群{format_count(total)}例中{format_count(total - kept)}例には比較相手がなく、効果は{label}群全体ではなく、マッチした"
        f"{format_count(kept)}例に類似する患者に関するものである。"
    )


def balance_found(facts: StudyFacts) -> str:
    """How far balance was reached."""
    found = facts.balance
    if found.largest_before is None or found.largest_after is None:
        return ""
    term = f"（{found.largest_term}）" if found.largest_term else ""
    told = [
        f"SMDの絶対値の最大値は{done(facts)}前{format_smd(found.largest_before)}、{done(facts)}後"
        f"{format_smd(found.largest_after)}{term}であった。"
    ]
    if found.threshold is not None:
        hidden = "少数のため伏せた項を除く" if found.some_hidden else "全"
        told.append(
            f"{hidden}{found.n_terms}項のうちSMDの絶対値が{plain(found.threshold)}を超えた項は{done(facts)}前{found.n_above_before}項、"
            f"{done(facts)}後{found.n_above_after}項であった。"
        )
        if found.n_above_after and found.chance_after is not None:
            told.append(
                f"この規模の群では、偶然のみでも1項のSMDの絶対値は95%の場合{format_smd(found.chance_after)}まで生じ得る。"
            )
    if len(facts.missing.smd_after) == 2:
        low, high = map(format_smd, facts.missing.smd_after)
        told.append(
            f"補完データごとの{done(facts)}後のSMDの絶対値の最大値は{low if low == high else low + TO + high}であった。"
        )
    return "".join(told)


def agreement_found(facts: StudyFacts) -> str:
    """How far criteria agree."""
    told = []
    for item in facts.agreement:
        kappa = ""
        if item.kappa is not None:
            kappa = f"（κ {format_ratio(item.kappa.estimate)}、{level(facts)} {limits(item.kappa, format_ratio, TO)}）"
        told.append(
            f"{item.first}と{item.second}は{format_count(item.n)}例中{format_count(item.n_agree)}例で一致した{kappa}。"
        )
    return "".join(told)


def safety_found(facts: StudyFacts) -> str:
    """Adverse events under the design."""
    told = []
    for item in facts.adverse_events:
        if item.contrast.treated.count is None or item.contrast.control.count is None:
            continue
        grade = "全グレード" if item.lowest_grade == 1 else f"グレード{item.lowest_grade}以上"
        told.append(f"{grade}の有害事象は{rates_words(facts, item.contrast)}。")
    return "".join(told)


def rates_words(facts: StudyFacts, found: ContrastFacts, *, weighted: bool = False) -> str:
    """A rate in both arms, its difference and the test, to the end of the sentence."""
    parts = []
    for label, arm in ((facts.cohort.treated, found.treated), (facts.cohort.control, found.control)):
        inside = f"{'重み付き' if weighted else ''}{format_percent(None if arm.rate is None else arm.rate.estimate)}"
        if arm.rate is not None and arm.rate.ci_lower is not None:
            inside += f"、{level(facts)} {limits(arm.rate, format_percent, TO)}"
        parts.append(f"{label}群{format_count(arm.n or 0)}例中{format_count(arm.count or 0)}例（{inside}）")
    told = f"{listed(parts)}であった"
    if found.difference is None:
        return told
    interval = limits(found.difference, format_points, TO)
    test = "" if found.p_value is None else f"；{TESTS[found.test]}、{format_p_statement(found.p_value)}"
    return f"{told}（差{format_points(found.difference.estimate)}ポイント、{level(facts)} {interval}{test}）"


def subgroups_found(facts: StudyFacts) -> str:
    """The smallest p-value of interaction of each endpoint."""
    told = []
    for item in facts.subgroups:
        if item.interactions:
            column, p = min(item.interactions, key=lambda test: test[1])
            pooled = "、統合" if item.pooled else ""
            told.append(
                f"{item.endpoint} {format_p_statement(p)}（{column}{pooled}；{len(item.interactions)}検定中の最小）"
            )
    return f"{done(facts)}後の交互作用検定の最小p値は次のとおりであった：{listed(told)}。" if told else ""


def centres_found(facts: StudyFacts) -> str:
    """How far centres differ."""
    told = [
        f"{item.endpoint} I² {format_percent(item.i_squared)}, {format_p_statement(item.p_value)}"
        for item in facts.centres
        if item.i_squared is not None and item.p_value is not None
    ]
    return f"{facts.centres[0].n_centres}施設間の異質性は次のとおりであった：{'；'.join(told)}。" if told else ""


def multiplicity_found(facts: StudyFacts) -> str:
    """Adjusted p-values of the endpoints."""
    board = facts.board
    if board.adjustment == "none" or len(board.p_values) < 2:
        return ""
    told = [f"{name} {format_p_statement(adjusted)}" for name, _, adjusted in board.p_values]
    where = f"（補完データ{facts.missing.shown}）" if facts.missing.imputed else ""
    return f"評価項目{board.n_tests}個に対して調整した{done(facts)}後のp値{where}は次のとおりであった：{listed(told)}。"


def confounding_found(facts: StudyFacts) -> str:
    """What it would take to explain the effects away."""
    values, told = [], []
    for item in facts.confounding:
        if item.e_value is not None:
            limit = "" if item.e_value_limit is None else f"（信頼限界では{format_ratio(item.e_value_limit)}）"
            values.append(f"{item.endpoint} {format_ratio(item.e_value)}{limit}")
    if values:
        told.append(f"E値は{listed(values)}であった。")
    bounded = [item for item in facts.confounding if item.has_bounds and item.bounds_p is not None]
    weak = [
        f"{item.endpoint}（{format_p_statement(item.bounds_p)}）" for item in bounded if item.critical_gamma is None
    ]
    if weak:
        told.append(f"{sets_word(facts)}内の比較は、隠れたバイアスがなくても有意ではなかった：{listed(weak)}。")
    told += [
        f"{item.endpoint}の{sets_word(facts)}内比較は、隠れたバイアスΓ = {format_ratio(item.critical_gamma)}で有意性を失った。"
        for item in bounded
        if item.critical_gamma is not None
    ]
    return "".join(told)


def negative_control_found(facts: StudyFacts) -> str:
    """Whether the arms differ in the negative control."""
    found = facts.negative_control
    if found is None or found.effect is None or found.holds_no_effect is None:
        return ""
    verdict = "効果なしを含んでいた" if found.holds_no_effect else "効果なしを含まず、残存するバイアスを示唆した"
    form = measure_form(found.measure, facts.unit)
    return (
        f"陰性対照アウトカムである{found.endpoint}の{MEASURES[found.measure]}は{form(found.effect.estimate)}"
        f"（{within(facts, found.effect, found.measure)}）であり、信頼区間は{verdict}。"
    )


def specifications_found(facts: StudyFacts) -> str:
    """What the specification curve showed."""
    curve = facts.curve
    if curve is None or curve.lowest is None:
        return ""
    form = measure_form(curve.measure, facts.unit)
    told = (
        f"推定値の得られた{format_count(curve.n_with_estimate)}個の仕様において、{curve.endpoint}の{MEASURES[curve.measure]}は"
        f"{form(curve.lowest)}～{form(curve.highest)}（中央値{form(curve.median)}）であった。"
    )
    if curve.n_same_sign is not None:
        told += f"本研究と効果の方向が同じ推定値は{format_count(curve.n_same_sign)}個であった。"
    if curve.n_random:
        told += f"無作為なマッチング順{format_count(curve.n_random)}回での推定値は{form(curve.random_lowest)}～{form(curve.random_highest)}であった。"
    return told


def bootstrap_found(facts: StudyFacts) -> str:
    """The limits of the bootstrap."""
    found = facts.bootstrap
    if found is None:
        return ""
    pairs = (("パーセンタイル", found.percentile), ("BCa", found.accelerated))
    told = [f"{name} {within(facts, effect, found.measure)}" for name, effect in pairs if effect is not None]
    return (
        f"{found.endpoint}の{MEASURES[found.measure]}のブートストラップ信頼区間は{listed(told)}であった。"
        if told
        else ""
    )


def limits_design(facts: StudyFacts) -> str:
    """What the design cannot do."""
    e_value = any(item.e_value is not None for item in facts.confounding)
    quantified = "り、その程度はE値で示した" if e_value else "る"
    told = [f"本研究は観察研究であり、未測定または測定の不正確な共変量による交絡が残存している可能性があ{quantified}。"]
    analysed, lost = facts.cohort.analysed.both, facts.left_out
    if analysed is not None and lost:
        told.append(
            f"{format_count(analysed)}例中{format_count(lost)}例が比較から除外され、結果はこれらに類似する患者には適用できない。"
        )
    if facts.balance.threshold is not None and facts.balance.n_above_after:
        told.append(
            f"{done(facts)}後も{'少なくとも' if facts.balance.some_hidden else ''}{facts.balance.n_above_after}項で基準を超える不均衡が残った。"
        )
    return "".join(told)


def limits_outcomes(facts: StudyFacts) -> str:
    """Few events, and proportional hazards in doubt."""
    told = []
    if few := [f"{name} {format_count(count)}件" for name, count in facts.few_events]:
        told.append(f"イベント数が少なかった（{listed(few)}）。")
    doubtful = [item.name for item in facts.survival if item.after is not None and item.after.doubtful]
    if doubtful:
        told.append(
            f"比例ハザード性が疑わしい評価項目（{listed(doubtful)}）のハザード比は、追跡期間にわたる平均として解釈すべきである。"
        )
    if responders := [f"{name} {format_count(count)}例" for name, count in facts.few_responders]:
        told.append(f"奏効例が少なかった（{listed(responders)}）。")
    return "".join(told)


def limits_plan(facts: StudyFacts) -> str:
    """What the plan leaves open."""
    plan, told = facts.plan, []
    if plan.digest is None:
        return "確定された解析計画がないため、結果を見た後に解析方法が選択された可能性を否定できない。"
    if plan.outcomes_seen:
        told.append("解析計画は結果を見た後に確定された。")
    if not plan.followed:
        told.append("本解析は確定された計画と異なる。")
    return "".join(told)
