"""The methods up to balance, in Japanese."""

from analysis.manuscript.text.citations import cite
from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.design import EQUIPOISE
from analysis.manuscript.text.japanese.words import done, listed
from analysis.manuscript.text.numbers import decimals, plain
from analysis.settings import Coarsening, EligibilityRule, MatchingSettings
from charts.lettering import clean_label


def setting(facts: StudyFacts) -> str:
    """Who is compared with whom."""
    treated, control = facts.cohort.treated, facts.cohort.control
    score = "傾向スコア" if facts.score_used else ""
    return (
        f"本観察コホート研究では、{score}{done(facts)}後に{treated}群と{control}群を比較し、{control}群を対照とした。"
    )


def eligibility(facts: StudyFacts) -> str:
    """Who may be in the study."""
    column, rules = facts.cohort.arm_column, facts.cohort.rules
    if not rules:
        return f"いずれかの群（{column}）に属するすべての患者を対象とした。"
    return f"いずれかの群（{column}）に属し、以下の条件をすべて満たす患者を対象とした：{'；'.join(map(_rule, rules))}。"


def _rule(rule: EligibilityRule) -> str:
    bounds = (("以上", rule.at_least), ("超", rule.above), ("以下", rule.at_most), ("未満", rule.below))
    parts = [
        f"{plain(bound) if isinstance(bound, float) else bound.isoformat()}{words}"
        for words, bound in bounds
        if bound is not None
    ]
    if rule.one_of is not None:
        parts.append(f"{listed([clean_label(item) for item in rule.one_of])}のいずれか")
    if rule.none_of is not None:
        parts.append(f"{listed([clean_label(item) for item in rule.none_of])}を除く")
    kept = "（欠測を含む）" if rule.missing == "keep" else ""
    return f"{clean_label(rule.column)} {listed(parts)}{kept}".strip()


def time_zero(facts: StudyFacts) -> str:
    """Time zero and the data cut-off."""
    cohort = facts.cohort
    told = "" if cohort.index is None else f"観察開始日は{cohort.index}の日付とした。"
    return told + ("" if cohort.cutoff is None else f"データカットオフ日は{cohort.cutoff.isoformat()}であった。")


def missing(facts: StudyFacts) -> str:
    """What became of missing covariates."""
    found = facts.missing
    if not found.anything:
        return "共変量に欠測値はなかった。"
    if found.imputed:
        names = listed([name for name, _ in found.columns])
        return (
            f"共変量{len(found.columns)}個（{names}）の欠測値は、アウトカムを用いず共変量と治療群から、予測平均マッチングによる連鎖方程式を用いて多重補完した"
            f"（補完データ{found.n_sets}個、反復{found.iterations}回、シード{found.seed}）{cite('vanbuuren2011')}。各補完データで傾向スコアの推定と{done(facts)}を行い、"
            f"効果をRubinの規則により統合した{cite('mitra2016', 'rubin1987', 'barnard1999')}。統合したと明記しない結果は、生存曲線と患者数を含め、補完データ{found.shown}の結果である。"
        )
    if found.method == "indicator":
        return "連続共変量の欠測値は観測値の平均で置き換えて欠測指示変数を加え、カテゴリ共変量の欠測は独立したカテゴリとして扱った。"
    return "共変量に欠測値のある患者は除外した（完全ケース解析）。"


_MODELS = {
    "logistic": "ロジスティック回帰",
    "firth": "Firthの罰則付きロジスティック回帰",
    "ridge": "リッジロジスティック回帰",
    "boosting": "勾配ブースティング木",
    "forest": "ランダムフォレスト",
}


def score(facts: StudyFacts) -> str:
    """The model of the treatment."""
    found, settings = facts.score, facts.score.settings
    covariates = f"{len(found.covariates)}個の共変量（{listed(found.covariates)}）"
    if settings.model == "column":
        return f"傾向スコアはデータに与えられた値（{clean_label(settings.column or '')}）を用いて新たに推定せず、{covariates}のバランスを評価した。"
    told = (
        f"共変量を所与として{facts.cohort.treated}群に属する確率である傾向スコアは、{covariates}を用いた{_MODELS[settings.model]}"
        f"{_model_details(facts)}により推定した。"
    )
    extra = [f"{clean_label(item.column)}（制限付き3次スプライン、ノット{item.knots}個）" for item in settings.splines]
    extra += [f"{clean_label(one)}×{clean_label(other)}の交互作用" for one, other in settings.interactions]
    if extra:
        told += f"モデルには次の項を含めた：{listed(extra)}。"
    return told + (f"他の項と重複する項（{listed(found.dropped)}）はモデルから除いた。" if found.dropped else "")


def _model_details(facts: StudyFacts) -> str:
    found, settings = facts.score, facts.score.settings
    if settings.model == "firth":
        return cite("firth1993")
    if settings.model in ("boosting", "forest"):
        return f"（{settings.folds}分割クロスフィッティング、シード{settings.seed}）{cite('chernozhukov2018')}"
    if settings.model != "ridge":
        return ""
    if settings.penalty is not None:
        return f"（罰則{plain(settings.penalty)}）"
    folds = "" if found.n_folds is None else f"、{found.n_folds}分割"
    seed = "" if found.seed is None else f"、シード{found.seed}"
    return f"（罰則は交差検証で決定{folds}{seed}）"


def support(facts: StudyFacts) -> str:
    """Who was left out by the score."""
    found = facts.design.support
    if found is None:
        return ""
    if found.settings.method == "common_range":
        return "両群の傾向スコアが重なる範囲の患者のみを比較に含め、傾向スコアは再推定しなかった。"
    if found.lower is None or found.upper is None:
        return ""
    name = "傾向スコア" if found.settings.method == "score" else "選好スコア（preference score）"
    source = cite("crump2009" if found.settings.method == "score" else "walker2013")
    return f"{name}が{plain(found.lower)}～{plain(found.upper)}の患者のみを比較に含め{source}、傾向スコアは再推定しなかった。"


_DISTANCES = {
    "logit": "傾向スコアのロジット",
    "probability": "傾向スコア",
    "mahalanobis": "共変量のMahalanobis距離",
}
_ORDERS = {
    "closest": "最も近いペアから順",
    "largest": "傾向スコアの高い患者から順",
    "smallest": "傾向スコアの低い患者から順",
    "data": "データの順",
}


def design(facts: StudyFacts) -> str:
    """How the groups were made comparable."""
    if facts.design.weighting is not None:
        return _weighted(facts)
    matching = facts.design.matching
    if matching.method == "strata":
        word = (
            f"粗視化厳密マッチング（coarsened exact matching）{cite('iacus2012')}"
            if matching.coarsen
            else "厳密マッチング"
        )
        columns = [*(clean_label(name) for name in matching.exact), *map(_classes, matching.coarsen)]
        return f"{word}により患者を層（{listed(columns)}）に分け、両群の患者を含まない層は除外した。"
    distance = _DISTANCES[matching.distance]
    if matching.distance == "mahalanobis":
        distance += cite("rubin1980")
    if matching.method == "full":
        return (
            f"{distance}に基づく最適フルマッチング（optimal full matching）を行い、各セットは一方の群の患者1例と他方の群の患者1例以上とした。"
            f"{_caliper(facts)}{cite('hansen2004')}。"
        )
    return f"{distance}に基づき、{_partners(facts)}{_method(matching)}を行った。{_caliper(facts)}{_sources(matching)}。"


def _partners(facts: StudyFacts) -> str:
    matching = facts.design.matching
    replaced = "復元" if matching.replacement else "非復元"
    if matching.ratio == 1:
        return f"1:1の{replaced}"
    arms = (facts.cohort.treated, facts.cohort.control)
    focal, other = arms if matching.estimand != "ATC" else arms[::-1]
    return f"{focal}群1例に対し{other}群最大{matching.ratio}例の1:{matching.ratio}の{replaced}"


def _method(matching: MatchingSettings) -> str:
    if matching.method == "optimal":
        return "最適マッチング（できるだけ多くの患者を総距離が最小となるようにマッチング）"
    if matching.replacement:
        return "最近傍マッチング"
    order = f"無作為順（シード{matching.seed}）" if matching.order == "random" else _ORDERS[matching.order]
    return f"最近傍マッチング（貪欲法、{order}）"


def _sources(matching: MatchingSettings) -> str:
    if matching.method == "nearest":
        return cite("stuart2010")
    return cite("rosenbaum1989") if matching.ratio == 1 else cite("rosenbaum1989", "ming2000")


def _caliper(facts: StudyFacts) -> str:
    matching, found = facts.design.matching, facts.design
    if matching.caliper is None or found.caliper_width is None:
        return "キャリパーは設けなかった"
    name = "傾向スコア" if matching.distance == "probability" else "傾向スコアのロジット"
    kind = {"sd": f"{name}の標準偏差の", "pooled_sd": f"{name}の併合標準偏差の", "raw": f"{name}の尺度で"}
    times = "" if matching.caliper_scale == "raw" else "倍"
    widths = []
    if found.caliper_on_logit is not None:
        widths.append(f"ロジット尺度で{decimals(found.caliper_on_logit, 3)}")
    if found.caliper_on_probability is not None:
        widths.append(f"治療群の傾向スコア中央値において確率尺度で{decimals(found.caliper_on_probability, 3)}")
    size = f"{kind[matching.caliper_scale]}{plain(matching.caliper)}{times}"
    return f"キャリパーは{size}（{listed(widths)}）とした{cite('austin2011')}"


def _classes(item: Coarsening) -> str:
    if item.cutpoints is not None:
        return f"{clean_label(item.column)}（区切り点{listed([plain(point) for point in item.cutpoints])}）"
    return f"{clean_label(item.column)}（等幅の{item.bins}区間）"


def _weighted(facts: StudyFacts) -> str:
    weighting = facts.design.weighting
    if weighting is None:
        return ""
    treated, control = facts.cohort.treated, facts.cohort.control
    if weighting.method == "iptw":
        weights = {
            "ATE": f"{treated}群で1/PS、{control}群で1/(1 − PS)",
            "ATT": f"{treated}群で1、{control}群でPS/(1 − PS)",
            "ATC": f"{treated}群で(1 − PS)/PS、{control}群で1",
        }[facts.design.estimand]
        return f"治療の逆確率重み付け法（IPTW）を用い、重みは{weights}とした（PS：傾向スコア）{cite('robins2000')}。"
    return {
        "overlap": f"各患者が他方の群に属する確率を重みとするオーバーラップ重み付け法を用いた{cite('li2018')}。",
        "matching": f"両群に属する確率の小さい方を実際の群に属する確率で除したマッチング重みを用いた{cite('ligreene2013')}。",
        "entropy": f"共変量の平均が正確に一致するエントロピーバランシングを用いた{cite('hainmueller2012')}。",
    }[weighting.method]


def design_details(facts: StudyFacts) -> str:
    """What else pairs had to fulfil, and what became of the weights."""
    matching, weighting, told = facts.design.matching, facts.design.weighting, []
    if weighting is not None:
        if weighting.stabilised:
            told.append("重みは安定化した。")
        if weighting.truncate is not None:
            low, high = plain(100 - weighting.truncate), plain(weighting.truncate)
            told.append(f"重みは{low}および{high}パーセンタイルで打ち切った{cite('cole2008')}。")
        return "".join(told)
    if matching.method != "strata":
        if matching.exact:
            told.append(f"次の変数は完全に一致させた：{listed([clean_label(name) for name in matching.exact])}。")
        if matching.coarsen:
            told.append(f"次の区間内でのみマッチングした：{listed([_classes(item) for item in matching.coarsen])}。")
        apart = [f"{clean_label(item.column)} {plain(item.width)}" for item in matching.calipers]
        if apart:
            told.append(f"マッチした患者間で許容した差は次のとおりである：{listed(apart)}。")
        if matching.method in ("nearest", "optimal") and matching.min_ratio > 1:
            told.append(f"マッチした患者が{matching.min_ratio}例未満のセットは除外した。")
    if facts.design.effective is not None:
        told.append("マッチドセットの構成に応じて患者に重みを付けた。")
    return "".join(told)


def estimand(facts: StudyFacts) -> str:
    """Whom the effect refers to, as it was set."""
    words = {
        "ATT": f"治療群（{facts.cohort.treated}群）における平均治療効果",
        "ATC": f"対照群（{facts.cohort.control}群）における平均治療効果",
        "ATE": "全患者における平均治療効果",
        "ATO": "いずれの治療も行われ得たオーバーラップ集団における平均治療効果",
        "ATM": "マッチング可能な患者における平均治療効果",
    }[facts.design.estimand]
    return f"推定対象は{words}（{facts.design.estimand}）とした。"


def balance(facts: StudyFacts) -> str:
    """How balance was measured."""
    found, settings = facts.balance, facts.balance.settings
    arm = {
        "pooled": "両群の併合標準偏差",
        "treated": f"{facts.cohort.treated}群の標準偏差",
        "control": f"{facts.cohort.control}群の標準偏差",
    }[settings.denominator]
    when = f"{done(facts)}前の値に固定" if settings.after == "fixed" else f"{done(facts)}後に再計算"
    told = f"共変量のバランスは標準化平均差（SMD）で評価し、分母は{arm}（{when}）とした{cite('stuart2010')}。"
    if settings.binary == "raw":
        told += "割合は標準化しない差で示した。"
    if found.threshold is not None:
        told += f"SMDの絶対値が{plain(found.threshold)}以下の場合にバランスがとれていると判断した{cite('austin2009')}。"
    if settings.also:
        told += f"傾向スコアに含めない次の変数のバランスも評価した：{listed([clean_label(name) for name in settings.also])}。"
    if facts.score.equipoise is not None:
        low, high = map(plain, EQUIPOISE)
        told += f"重なりの程度は選好スコア（preference score）が{low}～{high}の患者の割合で示した{cite('walker2013')}。"
    return told
