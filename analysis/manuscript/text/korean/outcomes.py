"""The methods from endpoints on, in Korean."""

from analysis.manuscript.text.citations import cite
from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.survival import SurvivalFacts, SurvivalView
from analysis.manuscript.text.korean.particles import with_particle
from analysis.manuscript.text.korean.words import MEASURES, TESTS, UNITS, done, level, listed, sets_word, spelled
from analysis.manuscript.text.numbers import plain
from charts.lettering import clean_label
from charts.style import format_count


def _views(facts: StudyFacts) -> list[SurvivalView]:
    return [item.after for item in facts.survival if item.after is not None]


def survival_endpoints(facts: StudyFacts) -> str:
    """Each survival endpoint and where it is from."""
    return " ".join(map(_endpoint, facts.survival))


def _endpoint(endpoint: SurvivalFacts) -> str:
    settings, dates = endpoint.settings, endpoint.dates
    name = spelled(endpoint.name, settings.from_dates)
    if dates is None:
        observed = (
            "" if settings.observed is None else f" = {listed([clean_label(item) for item in settings.observed])}"
        )
        blank = "; 빈칸은 중도절단으로 처리" if settings.blank == "censored" else ""
        columns = f"시간 {clean_label(settings.time or '')}, 사건 {clean_label(settings.event or '')}{observed}{blank}"
        told = f"{with_particle(name, '은/는')} 자료에 기록된 값({columns})을 사용하였다."
    else:
        death, progression = clean_label(dates.death or dates.died or ""), clean_label(dates.progression or "")
        event = {
            "os": f"사망({death})",
            "pfs": f"질병 진행({progression}) 또는 사망({death}) 중 먼저 발생한 사건",
            "ttp": f"질병 진행({progression})",
        }[settings.from_dates or "os"]
        ends = [dates.last_contact] if settings.from_dates == "os" else [dates.last_assessment, dates.last_contact]
        censored = listed([clean_label(item) for item in ends if item is not None])
        told = (
            f"{with_particle(name, '은/는')} {clean_label(dates.index)}부터 {event}까지의 시간으로 정의하였으며, 사건이 없는 환자는 마지막 관찰일({censored} 순)에 "
            "중도절단하였다."
        )
    if endpoint.competes:
        told += (
            f" 경쟁 사건({listed([clean_label(item) for item in settings.competing or ()])})은 경쟁위험으로 분석하였다."
        )
    return told


def response_endpoints(facts: StudyFacts) -> str:
    """Each response endpoint, its denominator, and how it was judged."""
    told = []
    for item in facts.response:
        settings, folded = item.settings, item.name.casefold()
        if settings.scans is not None:
            source = cite("eisenhauer2009" if settings.scans == "recist" else "lencioni2010")
            told.append(f"{item.name} 최적 반응은 각 영상의 병변 크기 합으로부터 판정하였다 {source}.")
            continue
        column = clean_label(settings.column or settings.responder or "")
        source = (
            f" {cite('lencioni2010')}"
            if "mrecist" in folded
            else f" {cite('eisenhauer2009')}"
            if "recist 1.1" in folded
            else ""
        )
        told.append(f"{item.name} 반응은 기록된 값({column})을 사용하였다{source}.")
    if any(item.categorical for item in facts.response):
        told.append(
            "객관적 반응은 완전 반응 또는 부분 반응으로, 질병 조절은 객관적 반응 또는 안정 병변으로 정의하였다. 반응을 평가할 수 없는 환자는 "
            "비반응자로 간주하였으며, 평가 가능한 환자만을 대상으로 추가 분석하였다."
        )
    return " ".join(told)


def response_times(facts: StudyFacts) -> str:
    """How responses over time were found."""
    if not facts.courses or facts.scans is None:
        return ""
    confirmed = (
        "이후 영상에서 확인된 경우에만 반응으로 인정하였고"
        if facts.scans.confirmed
        else "반응의 확인은 요구하지 않았고"
    )
    ends = facts.courses[0].ends_with
    ending = "영상에서의 질병 진행" if ends is None else f"영상에서의 질병 진행 또는 {ends} 사건"
    names = listed([item.criterion for item in facts.courses])
    return f"반응까지의 시간과 반응 지속기간은 각 영상의 병변 크기 합으로부터 구하였다({names}). {confirmed}, {ending} 시점을 반응의 종료로 하였다."


def adverse_events(facts: StudyFacts) -> str:
    """Which adverse events are compared."""
    if not facts.adverse_events:
        return ""
    grades = listed(
        ["모든 등급" if item.lowest_grade == 1 else f"{item.lowest_grade}등급 이상" for item in facts.adverse_events]
    )
    return f"이상사례 {facts.adverse_events[0].n_terms}개 항목의 최고 등급을 비교하였다({grades})."


def _unit(facts: StudyFacts) -> str:
    return sets_word(facts) if facts.design.clustered else "환자"


def curves(facts: StudyFacts) -> str:
    """Curves, medians and follow-up."""
    if not facts.survival:
        return ""
    told = []
    if any(not item.competes for item in facts.survival):
        kind = {"log-log": "log-log 변환", "log": "로그 변환", "plain": "변환하지 않은"}[facts.confidence.survival]
        variance = (
            "Greenwood 분산"
            if facts.design.effective is None
            else f"{done(facts)} 전 Greenwood 분산, {done(facts)} 후 {_unit(facts)} 단위의 무한소 잭나이프 분산"
        )
        told.append(
            f"생존곡선은 Kaplan–Meier 방법으로 추정하였고 {cite('kaplan1958')}, 신뢰구간은 {variance}을 이용한 {kind} 신뢰구간으로 구하였으며, "
            f"중앙값의 신뢰구간은 곡선의 신뢰구간에서 구하였다 {cite('brookmeyer1982')}."
        )
    told.append(f"추적기간의 중앙값은 역 Kaplan–Meier 방법으로 추정하였다 {cite('schemper1996')}.")
    return " ".join(told)


def log_rank(facts: StudyFacts) -> str:
    """Which log-rank tests were made."""
    told_of = [item for item in facts.survival if not item.competes]
    found, kinds = [item.after for item in told_of if item.after is not None], []
    if any(view.log_rank is not None for view in found):
        kinds.append("층화하지 않은 로그순위 검정")
    if any(view.log_rank_stratified is not None for view in found):
        kinds.append(f"{sets_word(facts)}별 층화 로그순위 검정")
    if any(view.log_rank_robust is not None for view in found):
        weighted = "가중 " if facts.design.effective is not None else ""
        kinds.append(f"{_unit(facts)} 단위의 로버스트 분산을 이용한 {weighted}로그순위 검정 {cite('lin1989')}")
    told = []
    if any(item.before is not None and item.before.log_rank is not None for item in told_of):
        told.append(f"{done(facts)} 전에는 로그순위 검정")
    if kinds:
        told.append(f"{done(facts)} 후에는 {listed(kinds)}")
    return f"생존기간의 비교에는 {listed(told)}을 사용하였다." if told else ""


def cox(facts: StudyFacts) -> str:
    """Hazard ratios, marginal and conditional."""
    found = _views(facts)
    if not any(view.cox is not None for view in found):
        return ""
    weighted = "가중 " if facts.design.effective is not None else ""
    told = (
        f"위험비(HR)는 {facts.cohort.control}군을 기준으로 치료만을 포함한 Cox 모형(동률은 Efron 방법)으로 추정하였다 {cite('efron1977')}. "
        f"{done(facts)} 후의 {weighted}위험비는 주변(marginal) 위험비이며 {_unit(facts)} 단위의 로버스트 샌드위치 분산을 적용하였다 "
        f"{cite('austin2014', 'lin1989')}."
    )
    if any(
        item.after is not None and item.after.cox_stratified is not None and not item.competes
        for item in facts.survival
    ):
        told += (
            f" {sets_word(facts)}으로 층화한 Cox 모형의 조건부 위험비를 함께 제시하였다."
            if facts.design.pairs
            else (f" {sets_word(facts)}로 층화한 Cox 모형의 조건부 위험비를 함께 제시하였다.")
        )
    return told


def proportional(facts: StudyFacts) -> str:
    """The test of proportional hazards."""
    if not any(view.schoenfeld is not None for view in _views(facts)):
        return ""
    return f"비례위험 가정은 척도화 Schoenfeld 잔차로 검정하였다 {cite('grambsch1994')}."


def differences(facts: StudyFacts) -> str:
    """Restricted means, milestones and medians."""
    found, told, unit = _views(facts), [], UNITS[facts.unit]
    means = [view.rmst for view in found if view.rmst is not None]
    if means:
        horizons = listed(list(dict.fromkeys(f"{plain(round(mean.horizon, 2))}{unit}" for mean in means)))
        told.append(f"{horizons}까지의 제한평균생존시간(RMST) {cite('royston2013')}")
    times = list(dict.fromkeys(moment.time for view in found for moment in view.moments))
    if times:
        told.append(f"{listed([plain(time) + unit for time in times])} 시점의 생존율")
    if any(view.median_difference is not None for view in found):
        told.append("생존기간 중앙값")
    if not told:
        return ""
    sentence = f"두 군 간 {listed(told)}의 차이를 추정하였다."
    drawn = next((view for view in found if view.resamples is not None), None)
    if drawn is None:
        return sentence
    drawn_unit = f"{sets_word(facts)} 전체를 단위로 한" if facts.design.clustered else "각 군의 환자를 단위로 한"
    source = f" {cite('austinsmall2014')}" if facts.design.clustered else ""
    return (
        f"{sentence} {done(facts)} 후의 신뢰구간은 {drawn_unit} 부트스트랩 {format_count(drawn.resamples or 0)}회(시드 {drawn.seed})의 "
        f"백분위수로 구하였다{source}."
    )


def competing(facts: StudyFacts) -> str:
    """Competing risks."""
    found = [view.competing for view in _views(facts) if view.competing is not None]
    if not found:
        return ""
    also = (
        f"({done(facts)} 후 {sets_word(facts)}별 층화 검정 포함)"
        if any(item.gray_stratified is not None for item in found)
        else ""
    )
    return (
        f"경쟁 사건이 있는 경우 누적 발생률은 Aalen–Johansen 방법으로 추정하고 {cite('putter2007')} Gray 검정{also}으로 비교하였으며 "
        f"{cite('gray1988')}, 부분분포 위험비는 Fine–Gray 모형으로 {cite('fine1999')}, 원인별 위험비는 Cox 모형으로 추정하였다."
    )


def landmark(facts: StudyFacts) -> str:
    """The landmark analysis."""
    found = next((view.landmark for view in _views(facts) if view.landmark is not None), None)
    if found is None:
        return ""
    return (
        f"반응({found.response})에 따른 생존은 {plain(found.time)}{UNITS[facts.unit]} 시점까지 사건 없이 추적된 환자를 대상으로 랜드마크 분석을 "
        f"시행하였다 {cite('anderson1983')}."
    )


def rates(facts: StudyFacts) -> str:
    """Rates, their differences and their tests."""
    after = [item.after for item in facts.response if item.after is not None and item.after.objective is not None]
    before = any(item.before is not None and item.before.objective is not None for item in facts.response)
    if not (after or before):
        return ""
    exact = facts.confidence.proportion == "clopper-pearson"
    kind = f"Clopper–Pearson 방법 {cite('clopper1934')}" if exact else f"Wilson 방법 {cite('wilson1927')}"
    told = (
        f"반응률의 신뢰구간은 {kind}, 차이의 신뢰구간은 Newcombe 방법 {cite('newcombe1998')}으로 구하였다. 기대빈도가 5 미만인 경우에는 Fisher의 정확 "
        "검정을, 그 외에는 연속성 보정을 하지 않은 Pearson 카이제곱 검정을 사용하였다."
    )
    contrasts = [view.objective for view in after if view.objective is not None]
    if any(contrast.paired_difference is not None for contrast in contrasts):
        told += (
            f" 매칭 쌍 내 차이의 신뢰구간은 Tango 방법 {cite('tango1998')}으로 구하고, McNemar 검정(정확 및 mid-p) "
            f"{cite('fagerland2013')} 결과를 제시하였다."
        )
    robust = list(dict.fromkeys(contrast.test for contrast in contrasts if contrast.test.startswith("Robust")))
    if robust:
        names = listed([TESTS[name] for name in robust])
        told += (
            f" {done(facts)} 후의 반응률은 가중 반응률이며, {_unit(facts)} 단위의 샌드위치 분산과 {names}을 사용하였다."
        )
    elif any(view.weighted for view in after):
        told += f" {done(facts)} 후의 반응률과 차이는 유효 표본 크기에 근거한 가중값이며, 검정은 가중하지 않은 빈도로 하였다."
    return told


def agreement(facts: StudyFacts) -> str:
    """Agreement of criteria."""
    return f"반응 기준 간 일치도는 비가중 Cohen κ로 평가하였다 {cite('cohen1960')}." if facts.agreement else ""


def safety(facts: StudyFacts) -> str:
    """How adverse events were compared."""
    tests = list(dict.fromkeys(TESTS[item.contrast.test] for item in facts.adverse_events))
    return f"{done(facts)} 후 이상사례는 {listed(tests)}으로 비교하였다." if tests else ""


def adjusted(facts: StudyFacts) -> str:
    """The multivariable Cox models."""
    if not any(view.adjusted is not None for view in _views(facts)):
        return ""
    kept = "가중치와 " if facts.design.effective is not None else ""
    return (
        f"{done(facts)} 전과 후에 모든 공변량을 보정한 다변수 Cox 모형으로 치료 효과를 추정하였으며, {done(facts)} 후에는 {kept}로버스트 분산을 "
        f"유지하였다(이중 로버스트 추정) {cite('funk2011')}."
    )


def subgroups(facts: StudyFacts) -> str:
    """Which subgroups were compared."""
    if not facts.subgroups:
        return ""
    columns = listed(facts.subgroups[0].columns)
    return f"하위군({columns})에서의 효과는 상호작용 검정으로 비교하였으며, 검정 횟수는 보정하지 않았다 {cite('wang2007')}."


def centres(facts: StudyFacts) -> str:
    """How centres were compared."""
    if not facts.centres:
        return ""
    return f"균형과 효과를 기관({facts.cohort.centre})별로도 평가하였으며, 이질성은 Cochran Q와 I²로 평가하였다 {cite('higgins2002')}."


_ADJUSTMENTS = {
    "holm": ("Holm", "holm1979"),
    "hochberg": ("Hochberg", "hochberg1988"),
    "benjamini-hochberg": ("Benjamini–Hochberg", "benjamini1995"),
}


def multiplicity(facts: StudyFacts) -> str:
    """How p-values of several endpoints were adjusted."""
    board = facts.board
    if board.n_tests < 2:
        return ""
    if board.adjustment == "none":
        return f"평가변수 {board.n_tests}개의 p값은 다중 비교에 대해 보정하지 않았다."
    name, source = _ADJUSTMENTS[board.adjustment]
    return f"평가변수 {board.n_tests}개의 p값은 {name} 방법으로 보정한 값도 제시하였다 {cite(source)}."


def confounding(facts: StudyFacts) -> str:
    """What was asked of unmeasured confounding."""
    found, told = facts.confounding, []
    if any(item.e_value is not None for item in found):
        told.append(f"E-값 {cite('vanderweele2017')}")
    if any(item.has_bounds for item in found):
        told.append(f"{sets_word(facts)} 내 Rosenbaum 한계 {cite('rosenbaum2002')}")
    if any(item.has_tipping for item in found):
        told.append(f"이분형 교란변수에 대한 티핑 포인트 {cite('lin1998')}")
    return f"측정되지 않은 교란에 대한 민감도는 다음 방법으로 평가하였다: {listed(told)}." if told else ""


def negative_control(facts: StudyFacts) -> str:
    """The negative control."""
    found = facts.negative_control
    return (
        ""
        if found is None
        else f"치료의 영향을 받을 수 없는 {found.endpoint} 결과를 음성 대조 결과로 사용하였다 {cite('lipsitch2010')}."
    )


def specifications(facts: StudyFacts) -> str:
    """The specification curve."""
    curve = facts.curve
    if curve is None:
        return ""
    part = "" if curve.complete else f"(계획한 {format_count(curve.n_planned)}개 중)"
    return (
        f"{curve.endpoint}의 {MEASURES[curve.measure]} 추정을 {format_count(curve.n_done)}개{part}의 분석 사양에서 반복하였다"
        f"(사양 곡선 분석) {cite('simonsohn2020')}."
    )


def bootstrap(facts: StudyFacts) -> str:
    """The bootstrap of the effect."""
    found = facts.bootstrap
    if found is None:
        return ""
    drawn = (
        f"{sets_word(facts)} 단위로 {cite('austinsmall2014')}"
        if found.draws == "sets"
        else f"환자 단위로 성향점수 추정과 {done(facts)}을 매회 반복하여"
    )
    return (
        f"{found.endpoint}의 {MEASURES[found.measure]}에 대해 {drawn} 부트스트랩을 {format_count(found.n_done)}회(시드 {found.seed}) 시행하고 "
        f"백분위수 및 BCa 신뢰구간을 구하였다 {cite('efron1987')}."
    )


def confidence(facts: StudyFacts) -> str:
    """The level of every interval."""
    return f"모든 신뢰구간(CI)은 양측 {level(facts).removesuffix(' CI')} 신뢰구간이며, p값은 양측 검정의 값이다. 도달하지 않은 시간은 NR로 표시하였다."


def plan(facts: StudyFacts) -> str:
    """What is on record of the plan."""
    found, told = facts.plan, []
    if found.digest is None:
        told.append("확정된 분석 계획의 기록은 없다.")
    else:
        when = {True: "결과를 확인한 후 확정된", False: "결과를 확인하기 전에 확정된", None: "연구 파일에 명시된"}[
            found.outcomes_seen
        ]
        told.append(f"본 분석은 {when} 계획(SHA-256 {found.digest}…){'을 따랐다' if found.followed else '과 다르다'}.")
    if found.number is not None:
        told.append(f"검토한 {found.total}개 분석 사양 중 {found.number}번째 사양이다.")
    told.append(
        {
            "covered": "분석 설계를 정하는 동안 결과는 가려져 있었다.",
            "from the start": "분석 설계를 정하는 동안 결과를 볼 수 있었다.",
            "after lock": "계획이 확정될 때까지 결과는 가려져 있었다.",
            "early": "계획이 확정되기 전에 결과를 열람하였다.",
            "command line": "분석 방법을 정하기 전에 결과를 확인하였는지는 기록되어 있지 않다.",
        }[found.opened]
    )
    return " ".join(told)


def suppression(facts: StudyFacts) -> str:
    """Which counts are hidden."""
    below = facts.cohort.suppress_below
    return f"{below}명 미만의 환자 수는 제시하지 않았다." if below > 1 else ""


def software(facts: StudyFacts) -> str:
    """What computed it."""
    of = facts.software.of
    named = listed([f"{name} {value}" for name, value in facts.software.versions if name not in ("version", "python")])
    return f"분석에는 Matched Cohort Explorer {of('version')}(Python {of('python')}; {named})을 사용하였다."
