"""Survival endpoints: how they were defined, and what was found before and after the design."""

from dataclasses import dataclass

from analysis.manuscript.publication import Publication
from analysis.manuscript.text.facts.values import Effect, Json, TwoArms, effect_of, p_of
from analysis.outcomes.survival_comparison import DOUBTFUL_PROPORTIONALITY
from analysis.settings import DatesSettings, SurvivalEndpoint
from charts.lettering import clean_label


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmFacts:
    """One arm: patients, events, and the median with its limits; None where hidden, ``median`` also where not reached."""

    n: int | None
    events: int | None
    median: float | None
    ci_lower: float | None
    ci_upper: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentFacts:
    """Survival, or an incidence, at one time in both arms, with the difference where there is one."""

    time: float
    treated: Effect
    control: Effect
    difference: Effect | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RmstFacts:
    """Restricted mean survival times up to ``horizon``; ``bootstrapped`` where the limits of the difference are."""

    horizon: float
    treated: float
    control: float
    difference: Effect
    bootstrapped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetingFacts:
    """An endpoint whose event something else can forestall: events of either kind, tests and ratios.

    Attributes
    ----------
    events, competing : TwoArms
    gray, gray_stratified : float or None
        p-values, of the event.
    fine_gray, cause_specific : Effect or None
    moments : tuple of MomentFacts
        Incidences.
    """

    events: TwoArms
    competing: TwoArms
    gray: float | None
    gray_stratified: float | None
    fine_gray: Effect | None
    cause_specific: Effect | None
    moments: tuple[MomentFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LandmarkFacts:
    """Patients split at a time by whether they had responded: numbers, events and the ratio from then on."""

    time: float
    response: str
    n_responded: int
    n_others: int
    hazard_ratio: Effect | None
    log_rank: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalView:
    """One endpoint in one population.

    Attributes
    ----------
    treated, control : ArmFacts
    follow_up : float or None
        Median by reverse Kaplan–Meier, both arms; None where not reached or hidden.
    log_rank, log_rank_stratified, log_rank_robust : float or None
        p-values.
    cox, cox_stratified : Effect or None
        Marginal, and conditional on the matched set.
    schoenfeld : float or None
        p-value of the test of proportional hazards.
    rmst : RmstFacts or None
    moments : tuple of MomentFacts
    median_difference : Effect or None
    resamples, seed : int or None
        Of what is bootstrapped.
    adjusted : Effect or None
        The ratio of the treatment in the multivariable model.
    pooled : Effect or None
        The marginal ratio over the imputed sets.
    pooled_rmst : Effect or None
    competing : CompetingFacts or None
    landmark : LandmarkFacts or None
    """

    treated: ArmFacts
    control: ArmFacts
    follow_up: float | None
    log_rank: float | None
    log_rank_stratified: float | None
    log_rank_robust: float | None
    cox: Effect | None
    cox_stratified: Effect | None
    schoenfeld: float | None
    rmst: RmstFacts | None
    moments: tuple[MomentFacts, ...]
    median_difference: Effect | None
    resamples: int | None
    seed: int | None
    adjusted: Effect | None
    pooled: Effect | None
    pooled_rmst: Effect | None
    competing: CompetingFacts | None
    landmark: LandmarkFacts | None

    @property
    def doubtful(self) -> bool:
        """Whether proportional hazards are doubtful."""
        return self.schoenfeld is not None and self.schoenfeld < DOUBTFUL_PROPORTIONALITY

    @property
    def events(self) -> int | None:
        """Of both arms."""
        one, other = self.treated.events, self.control.events
        return None if one is None or other is None else one + other


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalFacts:
    """One survival endpoint.

    Attributes
    ----------
    name : str
    settings : SurvivalEndpoint
    dates : DatesSettings or None
        Where the endpoint is built from dates.
    competes : bool
        Whether other events compete with it.
    before, after : SurvivalView or None
        None where it could not be compared.
    """

    name: str
    settings: SurvivalEndpoint
    dates: DatesSettings | None
    competes: bool
    before: SurvivalView | None
    after: SurvivalView | None


def survival_facts(publication: Publication, document: Json) -> tuple[SurvivalFacts, ...]:
    """The facts of every survival endpoint, in the order of the study."""
    settings = publication.result.settings
    rivalled = {item.name for item in publication.result.patients.endpoints if item.competing is not None}
    found = []
    for endpoint, entry in zip(settings.outcomes.survival, document["survival"], strict=True):
        views = {when: _view(document, entry, when, endpoint.name in rivalled) for when in ("before", "after")}
        found.append(
            SurvivalFacts(
                name=clean_label(endpoint.name),
                settings=endpoint,
                dates=settings.dates if endpoint.from_dates is not None else None,
                competes=endpoint.name in rivalled,
                before=views["before"],
                after=views["after"],
            )
        )
    return tuple(found)


def _view(document: Json, entry: Json, when: str, competes: bool) -> SurvivalView | None:
    view, name = entry[when], entry["outcome"]
    if view is None:
        return None
    told = _entry(document["differences"], name, when)
    pooled = _pooled(document["imputation"], name, when)
    return SurvivalView(
        treated=_arm(view["arms"]["treated"]),
        control=_arm(view["arms"]["control"]),
        follow_up=view["follow_up_median"],
        log_rank=p_of(view["log_rank"]),
        log_rank_stratified=p_of(view["log_rank_stratified"]),
        log_rank_robust=p_of(view["log_rank_robust"]),
        cox=effect_of(view["cox"], "hazard_ratio"),
        cox_stratified=effect_of(view["cox_stratified"], "hazard_ratio"),
        schoenfeld=view["schoenfeld_p_value"],
        rmst=None if told is None else _rmst(told["rmst"]),
        moments=() if competes or told is None else _moments(view, told),
        median_difference=None if told is None else effect_of(told["median"], "difference"),
        resamples=None if told is None else told["resamples"],
        seed=None if told is None else told["seed"],
        adjusted=_adjusted(_entry(document["cox_tables"], name, when)),
        pooled=None if pooled is None else effect_of(pooled["hazard_ratio"]),
        pooled_rmst=None if pooled is None or competes else effect_of(pooled["rmst_difference"]),
        competing=_competing(_entry(document["competing_risks"], name, when)),
        landmark=_landmark(_entry(document["landmark"], name, when)),
    )


def _entry(entries: list[Json], name: str, when: str) -> Json | None:
    return next((entry[when] for entry in entries if entry["outcome"] == name), None)


def _pooled(imputation: Json | None, name: str, when: str) -> Json | None:
    entries = [] if imputation is None else imputation["pooled"][when]["survival"]
    return next((entry for entry in entries if entry["outcome"] == name), None)


def _arm(arm: Json) -> ArmFacts:
    return ArmFacts(
        n=arm["n"],
        events=arm["events"],
        median=arm.get("median"),
        ci_lower=arm.get("median_ci_lower"),
        ci_upper=arm.get("median_ci_upper"),
    )


def _rmst(found: Json | None) -> RmstFacts | None:
    difference = effect_of(found, "difference")
    if found is None or difference is None or found["treated"] is None or found["control"] is None:
        return None
    return RmstFacts(
        horizon=found["horizon"],
        treated=found["treated"],
        control=found["control"],
        difference=difference,
        bootstrapped="bootstrap" in found["method"],
    )


def _moments(view: Json, told: Json) -> tuple[MomentFacts, ...]:
    """Survival at the milestones of which a difference is given."""
    by_time = {row["time"]: effect_of(row, "difference") for row in told["milestones"]}
    found = []
    for treated, control in zip(view["arms"]["treated"]["at"], view["arms"]["control"]["at"], strict=True):
        one, other = effect_of(treated, "survival"), effect_of(control, "survival")
        if one is not None and other is not None and treated["time"] in by_time:
            time = treated["time"]
            found.append(MomentFacts(time=time, treated=one, control=other, difference=by_time[time]))
    return tuple(found)


def _adjusted(table: Json | None) -> Effect | None:
    """Of the treatment, the first variable of the table and its second level."""
    model = None if table is None else table["model"]
    if model is None or not model["variables"]:
        return None
    levels = [level for level in model["variables"][0]["levels"] if not level["reference"]]
    return effect_of(levels[0]["multivariable"], "hazard_ratio") if levels else None


def _competing(found: Json | None) -> CompetingFacts | None:
    if found is None:
        return None
    event, other = found["event"], found["competing"]
    moments = []
    for moment in event["at"]:
        one, two = effect_of(moment["treated"], "incidence"), effect_of(moment["control"], "incidence")
        if one is not None and two is not None:
            difference = effect_of(moment["difference"], "difference")
            moments.append(MomentFacts(time=moment["time"], treated=one, control=two, difference=difference))
    return CompetingFacts(
        events=TwoArms(treated=event["events_treated"], control=event["events_control"]),
        competing=TwoArms(treated=other["events_treated"], control=other["events_control"]),
        gray=p_of(event["gray"]),
        gray_stratified=p_of(event["gray_stratified"]),
        fine_gray=effect_of(event["fine_gray"], "hazard_ratio"),
        cause_specific=effect_of(event["cause_specific"], "hazard_ratio"),
        moments=tuple(moments),
    )


def _landmark(found: Json | None) -> LandmarkFacts | None:
    if found is None:
        return None
    groups = found["groups"]
    return LandmarkFacts(
        time=found["time"],
        response=clean_label(found["response"]),
        n_responded=groups["responded"]["n"],
        n_others=groups["others"]["n"],
        hazard_ratio=effect_of(found["cox"], "hazard_ratio"),
        log_rank=p_of(found["log_rank"]),
    )
