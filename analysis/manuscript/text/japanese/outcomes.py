"""The methods from endpoints on, in Japanese."""

from analysis.manuscript.text.citations import cite
from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.survival import SurvivalFacts, SurvivalView
from analysis.manuscript.text.japanese.words import MEASURES, TESTS, UNITS, done, level, listed, sets_word, spelled
from analysis.manuscript.text.numbers import plain
from charts.lettering import clean_label
from charts.style import format_count


def _views(facts: StudyFacts) -> list[SurvivalView]:
    return [item.after for item in facts.survival if item.after is not None]


def survival_endpoints(facts: StudyFacts) -> str:
    """Each survival endpoint and where it is from."""
    return "".join(map(_endpoint, facts.survival))


def _endpoint(endpoint: SurvivalFacts) -> str:
    settings, dates = endpoint.settings, endpoint.dates
    name = spelled(endpoint.name, settings.from_dates)
    if dates is None:
        observed = (
            "" if settings.observed is None else f" = {listed([clean_label(item) for item in settings.observed])}"
        )
        blank = "；空欄は打ち切りとした" if settings.blank == "censored" else ""
        columns = (
            f"時間 {clean_label(settings.time or '')}、イベント {clean_label(settings.event or '')}{observed}{blank}"
        )
        told = f"{name}は記録された値（{columns}）を用いた。"
    else:
        death, progression = clean_label(dates.death or dates.died or ""), clean_label(dates.progression or "")
        event = {
            "os": f"死亡（{death}）",
            "pfs": f"増悪（{progression}）または死亡（{death}）のいずれか早い方",
            "ttp": f"増悪（{progression}）",
        }[settings.from_dates or "os"]
        ends = [dates.last_contact] if settings.from_dates == "os" else [dates.last_assessment, dates.last_contact]
        censored = listed([clean_label(item) for item in ends if item is not None])
        told = f"{name}は{clean_label(dates.index)}から{event}までの時間と定義し、イベントのない患者は最終観察日（{censored}の順）で打ち切りとした。"
    if endpoint.competes:
        told += f"競合イベント（{listed([clean_label(item) for item in settings.competing or ()])}）は競合リスクとして解析した。"
    return told


def response_endpoints(facts: StudyFacts) -> str:
    """Each response endpoint, its denominator, and how it was judged."""
    told = []
    for item in facts.response:
        settings, folded = item.settings, item.name.casefold()
        if settings.scans is not None:
            source = cite("eisenhauer2009" if settings.scans == "recist" else "lencioni2010")
            told.append(f"{item.name}の最良効果は各画像の病変径和から判定した{source}。")
            continue
        column = clean_label(settings.column or settings.responder or "")
        source = (
            cite("lencioni2010") if "mrecist" in folded else cite("eisenhauer2009") if "recist 1.1" in folded else ""
        )
        told.append(f"{item.name}の効果は記録された値（{column}）を用いた{source}。")
    if any(item.categorical for item in facts.response):
        told.append(
            "奏効は完全奏効または部分奏効、病勢コントロールは奏効または安定と定義した。効果が評価不能の患者は非奏効とし、評価可能な患者のみの解析も行った。"
        )
    return "".join(told)


def response_times(facts: StudyFacts) -> str:
    """How responses over time were found."""
    if not facts.courses or facts.scans is None:
        return ""
    confirmed = "後の画像で確認された場合のみ奏効とし" if facts.scans.confirmed else "奏効の確認は求めず"
    ends = facts.courses[0].ends_with
    ending = "画像上の増悪" if ends is None else f"画像上の増悪または{ends}イベント"
    names = listed([item.criterion for item in facts.courses])
    return f"奏効までの期間と奏効期間は各画像の病変径和から求めた（{names}）。{confirmed}、{ending}を奏効の終了とした。"


def adverse_events(facts: StudyFacts) -> str:
    """Which adverse events are compared."""
    if not facts.adverse_events:
        return ""
    grades = [
        "全グレード" if item.lowest_grade == 1 else f"グレード{item.lowest_grade}以上" for item in facts.adverse_events
    ]
    return f"有害事象{facts.adverse_events[0].n_terms}項目の最高グレードを比較した（{listed(grades)}）。"


def _unit(facts: StudyFacts) -> str:
    return sets_word(facts) if facts.design.clustered else "患者"


def curves(facts: StudyFacts) -> str:
    """Curves, medians and follow-up."""
    if not facts.survival:
        return ""
    told = []
    if any(not item.competes for item in facts.survival):
        kind = {"log-log": "log-log変換による", "log": "対数変換による", "plain": "変換しない"}[
            facts.confidence.survival
        ]
        variance = (
            "Greenwoodの分散"
            if facts.design.effective is None
            else f"{done(facts)}前はGreenwoodの分散、{done(facts)}後は{_unit(facts)}単位の無限小ジャックナイフ分散"
        )
        told.append(
            f"生存曲線はKaplan–Meier法で推定し{cite('kaplan1958')}、信頼区間は{variance}を用いた{kind}信頼区間とし、中央値の信頼区間は曲線の信頼区間から求めた"
            f"{cite('brookmeyer1982')}。"
        )
    told.append(f"追跡期間の中央値は逆Kaplan–Meier法で推定した{cite('schemper1996')}。")
    return "".join(told)


def log_rank(facts: StudyFacts) -> str:
    """Which log-rank tests were made."""
    told_of = [item for item in facts.survival if not item.competes]
    found, kinds, told = [item.after for item in told_of if item.after is not None], [], []
    if any(view.log_rank is not None for view in found):
        kinds.append("層別しないログランク検定")
    if any(view.log_rank_stratified is not None for view in found):
        kinds.append(f"{sets_word(facts)}による層別ログランク検定")
    if any(view.log_rank_robust is not None for view in found):
        weighted = "重み付き" if facts.design.effective is not None else ""
        kinds.append(f"{_unit(facts)}単位のロバスト分散を用いた{weighted}ログランク検定{cite('lin1989')}")
    if any(item.before is not None and item.before.log_rank is not None for item in told_of):
        told.append(f"{done(facts)}前はログランク検定")
    if kinds:
        told.append(f"{done(facts)}後は{listed(kinds)}")
    return f"生存期間の比較には、{listed(told)}を用いた。" if told else ""


def cox(facts: StudyFacts) -> str:
    """Hazard ratios, marginal and conditional."""
    found = _views(facts)
    if not any(view.cox is not None for view in found):
        return ""
    weighted = "重み付き" if facts.design.effective is not None else ""
    told = (
        f"ハザード比（HR）は{facts.cohort.control}群を基準とし、治療のみを含むCoxモデル（同順位はEfron法）により推定した{cite('efron1977')}。"
        f"{done(facts)}後の{weighted}ハザード比は周辺ハザード比であり、{_unit(facts)}単位のロバストサンドイッチ分散を用いた{cite('austin2014', 'lin1989')}。"
    )
    if any(
        item.after is not None and item.after.cox_stratified is not None and not item.competes
        for item in facts.survival
    ):
        told += f"{sets_word(facts)}で層別したCoxモデルによる条件付きハザード比も示した。"
    return told


def proportional(facts: StudyFacts) -> str:
    """The test of proportional hazards."""
    if not any(view.schoenfeld is not None for view in _views(facts)):
        return ""
    return f"比例ハザード性はスケール化Schoenfeld残差により検定した{cite('grambsch1994')}。"


def differences(facts: StudyFacts) -> str:
    """Restricted means, milestones and medians."""
    found, told, unit = _views(facts), [], UNITS[facts.unit]
    means = [view.rmst for view in found if view.rmst is not None]
    if means:
        horizons = listed(list(dict.fromkeys(f"{plain(round(mean.horizon, 2))}{unit}" for mean in means)))
        told.append(f"{horizons}までの境界内平均生存時間（RMST）{cite('royston2013')}")
    times = list(dict.fromkeys(moment.time for view in found for moment in view.moments))
    if times:
        told.append(f"{listed([plain(time) + unit for time in times])}時点の生存割合")
    if any(view.median_difference is not None for view in found):
        told.append("生存期間中央値")
    if not told:
        return ""
    sentence = f"{listed(told)}の群間差を推定した。"
    drawn = next((view for view in found if view.resamples is not None), None)
    if drawn is None:
        return sentence
    drawn_unit = f"{sets_word(facts)}全体" if facts.design.clustered else "各群の患者"
    source = cite("austinsmall2014") if facts.design.clustered else ""
    return (
        f"{sentence}{done(facts)}後の信頼区間は、{drawn_unit}を単位とするブートストラップ{format_count(drawn.resamples or 0)}回（シード{drawn.seed}）の"
        f"パーセンタイルから求めた{source}。"
    )


def competing(facts: StudyFacts) -> str:
    """Competing risks."""
    found = [view.competing for view in _views(facts) if view.competing is not None]
    if not found:
        return ""
    stratified = any(item.gray_stratified is not None for item in found)
    also = f"（{done(facts)}後は{sets_word(facts)}による層別検定を含む）" if stratified else ""
    return (
        f"競合イベントがある場合、累積発生率をAalen–Johansen法で推定し{cite('putter2007')}、Gray検定{also}で比較した{cite('gray1988')}。部分分布ハザード比は"
        f"Fine–Grayモデル{cite('fine1999')}、原因別ハザード比はCoxモデルにより推定した。"
    )


def landmark(facts: StudyFacts) -> str:
    """The landmark analysis."""
    found = next((view.landmark for view in _views(facts) if view.landmark is not None), None)
    if found is None:
        return ""
    time = f"{plain(found.time)}{UNITS[facts.unit]}"
    return f"奏効（{found.response}）別の生存は、{time}時点までイベントなく追跡された患者を対象にランドマーク解析を行った{cite('anderson1983')}。"


def rates(facts: StudyFacts) -> str:
    """Rates, their differences and their tests."""
    after = [item.after for item in facts.response if item.after is not None and item.after.objective is not None]
    before = any(item.before is not None and item.before.objective is not None for item in facts.response)
    if not (after or before):
        return ""
    exact = facts.confidence.proportion == "clopper-pearson"
    kind = f"Clopper–Pearson法{cite('clopper1934')}" if exact else f"Wilson法{cite('wilson1927')}"
    told = (
        f"奏効割合の信頼区間は{kind}、差の信頼区間はNewcombe法{cite('newcombe1998')}により求めた。期待度数が5未満の場合はFisherの正確検定を、それ以外は連続性補正を"
        "行わないPearsonのカイ二乗検定を用いた。"
    )
    contrasts = [view.objective for view in after if view.objective is not None]
    if any(contrast.paired_difference is not None for contrast in contrasts):
        told += f"マッチドペア内の差の信頼区間はTango法{cite('tango1998')}により求め、McNemar検定（正確およびmid-p）{cite('fagerland2013')}の結果を示した。"
    robust = list(dict.fromkeys(contrast.test for contrast in contrasts if contrast.test.startswith("Robust")))
    if robust:
        names = listed([TESTS[name] for name in robust])
        told += (
            f"{done(facts)}後の奏効割合は重み付き割合であり、{_unit(facts)}単位のサンドイッチ分散と{names}を用いた。"
        )
    elif any(view.weighted for view in after):
        told += f"{done(facts)}後の奏効割合と差は有効標本サイズに基づく重み付きの値であり、検定は重みを付けない度数で行った。"
    return told


def agreement(facts: StudyFacts) -> str:
    """Agreement of criteria."""
    return f"効果判定規準間の一致度は重みなしCohenのκで評価した{cite('cohen1960')}。" if facts.agreement else ""


def safety(facts: StudyFacts) -> str:
    """How adverse events were compared."""
    tests = list(dict.fromkeys(TESTS[item.contrast.test] for item in facts.adverse_events))
    return f"{done(facts)}後の有害事象は{listed(tests)}で比較した。" if tests else ""


def adjusted(facts: StudyFacts) -> str:
    """The multivariable Cox models."""
    if not any(view.adjusted is not None for view in _views(facts)):
        return ""
    kept = "重みと" if facts.design.effective is not None else ""
    return (
        f"{done(facts)}前後に、すべての共変量で調整した多変量Coxモデルにより治療効果を推定し、{done(facts)}後は{kept}ロバスト分散を維持した（二重ロバスト推定）"
        f"{cite('funk2011')}。"
    )


def subgroups(facts: StudyFacts) -> str:
    """Which subgroups were compared."""
    if not facts.subgroups:
        return ""
    columns = listed(facts.subgroups[0].columns)
    return f"サブグループ（{columns}）における効果は交互作用検定で比較し、検定数に対する調整は行わなかった{cite('wang2007')}。"


def centres(facts: StudyFacts) -> str:
    """How centres were compared."""
    if not facts.centres:
        return ""
    return f"バランスと効果を施設（{facts.cohort.centre}）別にも評価し、異質性はCochranのQとI²で評価した{cite('higgins2002')}。"


_ADJUSTMENTS = {
    "holm": ("Holm法", "holm1979"),
    "hochberg": ("Hochberg法", "hochberg1988"),
    "benjamini-hochberg": ("Benjamini–Hochberg法", "benjamini1995"),
}


def multiplicity(facts: StudyFacts) -> str:
    """How p-values of several endpoints were adjusted."""
    board = facts.board
    if board.n_tests < 2:
        return ""
    if board.adjustment == "none":
        return f"評価項目{board.n_tests}個のp値は多重性の調整を行わなかった。"
    name, source = _ADJUSTMENTS[board.adjustment]
    return f"評価項目{board.n_tests}個のp値は{name}で調整した値も示した{cite(source)}。"


def confounding(facts: StudyFacts) -> str:
    """What was asked of unmeasured confounding."""
    found, told = facts.confounding, []
    if any(item.e_value is not None for item in found):
        told.append(f"E値{cite('vanderweele2017')}")
    if any(item.has_bounds for item in found):
        told.append(f"{sets_word(facts)}内のRosenbaum限界{cite('rosenbaum2002')}")
    if any(item.has_tipping for item in found):
        told.append(f"二値交絡因子に対するティッピングポイント{cite('lin1998')}")
    return f"未測定交絡に対する感度は{listed(told)}により評価した。" if told else ""


def negative_control(facts: StudyFacts) -> str:
    """The negative control."""
    found = facts.negative_control
    return (
        ""
        if found is None
        else f"治療の影響を受け得ない{found.endpoint}を陰性対照アウトカムとした{cite('lipsitch2010')}。"
    )


def specifications(facts: StudyFacts) -> str:
    """The specification curve."""
    curve = facts.curve
    if curve is None:
        return ""
    part = "" if curve.complete else f"（計画した{format_count(curve.n_planned)}個のうち）"
    return f"{curve.endpoint}の{MEASURES[curve.measure]}を{format_count(curve.n_done)}個{part}の解析仕様で再推定した（仕様曲線解析）{cite('simonsohn2020')}。"


def bootstrap(facts: StudyFacts) -> str:
    """The bootstrap of the effect."""
    found = facts.bootstrap
    if found is None:
        return ""
    drawn = (
        f"{sets_word(facts)}を単位とする{cite('austinsmall2014')}"
        if found.draws == "sets"
        else f"患者を単位とし傾向スコアの推定と{done(facts)}を毎回繰り返す"
    )
    return (
        f"{found.endpoint}の{MEASURES[found.measure]}について、{drawn}ブートストラップを{format_count(found.n_done)}回（シード{found.seed}）行い、"
        f"パーセンタイルおよびBCa信頼区間を求めた{cite('efron1987')}。"
    )


def confidence(facts: StudyFacts) -> str:
    """The level of every interval."""
    return f"信頼区間（CI）はすべて両側{level(facts).removesuffix(' CI')}信頼区間、p値は両側検定の値である。到達しなかった時間はNRと示した。"


def plan(facts: StudyFacts) -> str:
    """What is on record of the plan."""
    found, told = facts.plan, []
    if found.digest is None:
        told.append("確定された解析計画の記録はない。")
    else:
        when = {True: "結果を見た後に確定された", False: "結果を見る前に確定された", None: "研究ファイルに記載された"}[
            found.outcomes_seen
        ]
        told.append(f"本解析は{when}計画（SHA-256 {found.digest}…）{'に従った' if found.followed else 'と異なる'}。")
    if found.number is not None:
        told.append(f"検討した{found.total}個の解析仕様のうち{found.number}番目である。")
    told.append(
        {
            "covered": "解析のデザインを決める間、結果は伏せられていた。",
            "from the start": "解析のデザインを決める間、結果は見える状態であった。",
            "after lock": "計画が確定するまで結果は伏せられていた。",
            "early": "計画が確定する前に結果を閲覧した。",
            "command line": "解析方法を定める前に結果を見たかどうかは記録されていない。",
        }[found.opened]
    )
    return "".join(told)


def suppression(facts: StudyFacts) -> str:
    """Which counts are hidden."""
    below = facts.cohort.suppress_below
    return f"{below}例未満の患者数は示さなかった。" if below > 1 else ""


def software(facts: StudyFacts) -> str:
    """What computed it."""
    of = facts.software.of
    libraries = [f"{name} {value}" for name, value in facts.software.versions if name not in ("version", "python")]
    return f"解析にはMatched Cohort Explorer {of('version')}（Python {of('python')}；{listed(libraries)}）を用いた。"
