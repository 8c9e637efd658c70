"""The study file as typed, checked settings: one file says everything a run needs.

The page edits these settings, the command line reads them, and both give them to the same run.
"""

import contextlib
import datetime
import math
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
)

MAXIMUM_RATIO = 5
"""More controls per treated patient hardly gain precision and cost closeness (Austin 2010, doi:10.1093/aje/kwq224)."""


def _label(value: Any) -> Any:
    """A label as text: a study file may say 1, true or 2024-01-31 where the cohort's cell is read as text."""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def _covariate(value: Any) -> Any:
    return value if isinstance(value, dict | CovariateSettings) else {"column": value}


def _number(value: Any) -> Any:
    """A yes or no where a number belongs is a slip of the pen, not a one or a zero."""
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


def _date(value: Any) -> Any:
    """A date written as 2024-01-31; a whole number is none, whatever it would be counted from."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(value.strip())
    if isinstance(value, datetime.date):
        return value
    raise ValueError("must be a date such as 2024-01-31")


def _bound(value: Any) -> Any:
    """A number, or a date written as 2024-01-31."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    try:
        return _date(value)
    except ValueError:
        raise ValueError("must be a number or a date such as 2024-01-31") from None


def _positive(value: float) -> float:
    if not (math.isfinite(value) and value > 0):
        raise ValueError("must be above 0")
    return value


def _column(value: Any) -> Any:
    """A column's name alone stands for it with the usual settings."""
    return {"column": value} if isinstance(value, str | int | float) else value


Label = Annotated[str, BeforeValidator(_label, json_schema_input_type=str | int | float | bool), Field(min_length=1)]
Positive = Annotated[float, BeforeValidator(_number), AfterValidator(_positive)]
Count = Annotated[int, BeforeValidator(_number)]
Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Share = Annotated[float, BeforeValidator(_number), Field(ge=0.0, le=1.0)]
Percentile = Annotated[float, BeforeValidator(_number), Field(gt=50.0, lt=100.0)]
Bound = Annotated[float | datetime.date, BeforeValidator(_bound)]
Day = Annotated[datetime.date, BeforeValidator(_date)]
TimeUnit = Literal["days", "weeks", "months", "years"]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class CohortSettings(_Settings):
    """Where the patients are: the file (relative to the study file), how it is read, and the unit of every time.

    ``sheet``, ``header_row`` (counted from 1), ``encoding`` and ``date_order`` are found from the file where absent.
    """

    file: str | None = None
    id: Label | None = None
    time_unit: TimeUnit = "months"
    sheet: str | None = None
    header_row: Annotated[Count, Field(ge=1, le=1000)] | None = None
    encoding: str | None = None
    date_order: Literal["day_first", "month_first"] | None = None


class TreatmentSettings(_Settings):
    """The column of arms, the arm whose effect is asked for (treated) and the arm it is compared with (control)."""

    column: Label
    treated: Label
    control: Label


class CovariateSettings(_Settings):
    """One column to make comparable; the type is inferred when absent, the reference level is the first one."""

    column: Label
    type: Literal["numeric", "categorical"] | None = None
    reference: Label | None = None


class EligibilityRule(_Settings):
    """Who may be in the study by one column: every bound and list that is given must hold.

    Bounds are numbers, or dates for a column of dates. Patients without a value are not eligible unless ``missing``
    says that they are kept.
    """

    column: Label
    at_least: Bound | None = None
    above: Bound | None = None
    at_most: Bound | None = None
    below: Bound | None = None
    one_of: tuple[Label, ...] | None = Field(default=None, min_length=1)
    none_of: tuple[Label, ...] | None = Field(default=None, min_length=1)
    missing: Literal["exclude", "keep"] = "exclude"
    reason: str | None = None


class DatesSettings(_Settings):
    """The columns of dates from which endpoints are built, and the data cut-off.

    ``index`` is time zero. A patient with a date of ``death`` died on it; where deaths are a column of labels instead,
    ``died`` names it, ``died_observed`` says which labels mean death, and the last contact is the date of death. With
    both, the last contact dates the deaths by label that have no date of their own.
    ``last_assessment`` is when tumours were last looked at; progression is censored then, or at the last contact
    where it is absent. What lies after ``cutoff`` has not been observed.
    """

    index: Label
    treatment_start: Label | None = None
    progression: Label | None = None
    death: Label | None = None
    died: Label | None = None
    died_observed: tuple[Label, ...] | None = Field(default=None, min_length=1)
    last_contact: Label | None = None
    last_assessment: Label | None = None
    response: Label | None = None
    cutoff: Day | None = None


class MissingSettings(_Settings):
    """What becomes of patients with a missing covariate: left out, marked, or imputed several times."""

    method: Literal["complete_case", "indicator", "multiple_imputation"] = "complete_case"
    imputations: Annotated[Count, Field(ge=2, le=100)] = 20
    iterations: Annotated[Count, Field(ge=1, le=100)] = 10
    seed: Annotated[Count, Field(ge=0, le=2**32 - 1)] = 0


class SplineSettings(_Settings):
    """A numeric covariate that enters the score as a restricted cubic spline with so many knots."""

    column: Label
    knots: Annotated[Count, Field(ge=3, le=7)] = 4


class PropensitySettings(_Settings):
    """The model of the treatment given the covariates.

    ``logistic`` is maximum likelihood, ``firth`` penalises it so that arms that separate still give scores, ``ridge``
    shrinks coefficients by ``penalty`` (found by cross-validation where absent), ``boosting`` and ``forest`` are trees
    whose scores come from ``folds`` the patient had no part in, and ``column`` takes the score from the file.
    ``interactions`` and ``splines`` belong to the three regressions.
    """

    model: Literal["logistic", "firth", "ridge", "boosting", "forest", "column"] = "logistic"
    interactions: tuple[tuple[Label, Label], ...] = ()
    splines: tuple[
        Annotated[SplineSettings, BeforeValidator(_column, json_schema_input_type=str | SplineSettings)], ...
    ] = ()
    penalty: Positive | None = None
    folds: Annotated[Count, Field(ge=2, le=20)] = 5
    seed: Annotated[Count, Field(ge=0, le=2**32 - 1)] = 0
    column: Label | None = None


class SupportSettings(_Settings):
    """Who stays by the score before sets are formed or weights computed; the score is not fitted again.

    ``common_range`` keeps scores that both arms reach, ``score`` those from ``lower`` to ``upper`` (0.1 and 0.9 where
    absent: Crump 2009, doi:10.1093/biomet/asn055), ``preference`` preference scores in that range (0.3 and 0.7 where
    absent: Walker 2013, doi:10.2147/CER.S40357).
    """

    method: Literal["none", "common_range", "score", "preference"] = "none"
    lower: Share | None = None
    upper: Share | None = None


class CovariateCaliper(_Settings):
    """How far apart a pair may be in one numeric column, in its own unit."""

    column: Label
    width: Positive


class Coarsening(_Settings):
    """A numeric column cut into classes at ``cutpoints``, or into so many ``bins`` of equal width."""

    column: Label
    cutpoints: tuple[Number, ...] | None = Field(default=None, min_length=1)
    bins: Annotated[Count, Field(ge=2, le=20)] | None = None


class MatchingSettings(_Settings):
    """How controls are found for treated patients; the default caliper is Austin's (2011, doi:10.1002/pst.433).

    ``nearest`` pairs one after the other, ``optimal`` all at once at the least total distance, ``full`` puts everyone
    within reach into sets of one treated patient with controls or one control with treated patients, ``strata`` keeps
    everyone whose classes of the ``exact`` and ``coarsen`` columns hold both arms. ``distance: mahalanobis`` measures
    pairs by all covariates, inside the caliper on the logit. A set needs ``min_ratio`` patients beside the one it is
    built around. ``estimand`` says whom the effect refers to: patients like the treated, like the controls, or all.
    """

    method: Literal["nearest", "optimal", "full", "strata"] = "nearest"
    estimand: Literal["ATT", "ATC", "ATE"] = "ATT"
    distance: Literal["logit", "probability", "mahalanobis"] = "logit"
    caliper: Positive | None = 0.2
    caliper_scale: Literal["sd", "pooled_sd", "raw"] = "sd"
    calipers: tuple[CovariateCaliper, ...] = ()
    ratio: Annotated[Count, Field(ge=1, le=MAXIMUM_RATIO)] = 1
    min_ratio: Annotated[Count, Field(ge=1, le=MAXIMUM_RATIO)] = 1
    replacement: StrictBool = False
    order: Literal["closest", "largest", "smallest", "data", "random"] = "closest"
    exact: tuple[Label, ...] = ()
    coarsen: tuple[Coarsening, ...] = ()
    seed: Annotated[Count, Field(ge=0, le=2**63 - 1)] = 0


class WeightingSettings(_Settings):
    """How patients are weighted instead of matched; the usual estimand of the method where none is given.

    ``truncate`` is a percentile above 50: weights beyond it, and below 100 minus it, are moved to it.
    """

    method: Literal["iptw", "overlap", "matching", "entropy"] = "overlap"
    estimand: Literal["ATE", "ATT", "ATC", "ATO", "ATM"] | None = None
    stabilised: StrictBool = False
    truncate: Percentile | None = None


class BalanceSettings(_Settings):
    """How standardised differences are written, and which further columns they are given for.

    A difference is divided by the SD of both arms (``pooled``), of the ``treated`` or of the ``control`` arm, taken
    from the patients before matching (``fixed``) or of those compared (``recomputed``); shares are ``standardised``
    like means or left as a difference of proportions (``raw``).
    """

    denominator: Literal["pooled", "treated", "control"] = "pooled"
    after: Literal["fixed", "recomputed"] = "fixed"
    binary: Literal["standardised", "raw"] = "standardised"
    also: tuple[Label, ...] = ()


class SurvivalEndpoint(_Settings):
    """A time to an event: two columns, or the dates of the study.

    ``observed`` says which labels of the event column mean that it was observed, ``blank`` what its blank cells mean: not
    known, or no event (``censored``). ``unit`` is what the time column is
    written in, the cohort's time unit where absent. ``from_dates`` builds overall survival, progression-free survival
    or time to progression from the study's ``dates`` instead. ``competing`` names the labels of the event column for
    what can come first and keep the event from being seen, such as death before progression; for time to progression
    from dates it is ``death``. Such patients are censored for the hazard and counted on their own for the incidence.
    """

    name: Label
    time: Label | None = None
    event: Label | None = None
    observed: tuple[Label, ...] | None = Field(default=None, min_length=1)
    blank: Literal["unknown", "censored"] = "unknown"
    unit: TimeUnit | None = None
    from_dates: Literal["os", "pfs", "ttp"] | None = None
    competing: tuple[Label, ...] | None = Field(default=None, min_length=1)


class ResponseEndpoint(_Settings):
    """A best response: a column of CR, PR, SD, PD, NE, a 0/1 column of responders, or the study's scans by a criterion.

    ``change`` names the column of the best change of the lesions' sum in percent of baseline, negative for shrinkage;
    scans tell it themselves.
    """

    name: Label
    column: Label | None = None
    responder: Label | None = None
    scans: Literal["recist", "mrecist"] | None = None
    change: Label | None = None


class ScansSettings(_Settings):
    """A second file with one row a scan: sums of lesions, from which best responses follow.

    ``date`` holds days counted from time zero, or dates where the cohort's ``dates.index`` is known. ``sum`` is the sum of
    diameters (RECIST 1.1) and ``viable_sum`` that of the enhancing parts (mRECIST), both in mm; ``new_lesion`` is yes or
    no. ``non_target`` says what became of lesions that are not measured: CR, non-CR/non-PD, NE or PD, blank where there are none.
    ``confirmed`` asks for a second scan at least four weeks later.
    """

    file: str | None = None
    id: Label
    date: Label
    sum: Label | None = None
    viable_sum: Label | None = None
    new_lesion: Label | None = None
    non_target: Label | None = None
    confirmed: StrictBool = False


class SubgroupSettings(_Settings):
    """A column whose levels are compared one by one; numbers are cut at ``cutpoints``, at the median where absent."""

    column: Label
    cutpoints: tuple[Number, ...] | None = Field(default=None, min_length=1)


class LandmarkSettings(_Settings):
    """Patients alive and followed at ``time`` are split by whether ``response`` had been seen by then.

    ``at`` is the column of the time of the first response, in the cohort's time unit; absent where the scans tell it.
    """

    time: Positive
    response: Label
    at: Label | None = None


class AdverseEventSettings(_Settings):
    """A column with the worst grade of one adverse event, 0 or blank for none."""

    column: Label
    name: Label | None = None


class OutcomeSettings(_Settings):
    """What is compared between the arms, at which times, and up to which horizon the mean survival time is taken.

    ``negative_control`` names an endpoint that treatment cannot change: arms that differ in it differ in something else.
    """

    survival: tuple[SurvivalEndpoint, ...] = ()
    response: tuple[ResponseEndpoint, ...] = ()
    times: tuple[Positive, ...] = ()
    rmst_horizon: Positive | None = None
    subgroups: tuple[
        Annotated[SubgroupSettings, BeforeValidator(_column, json_schema_input_type=str | SubgroupSettings)], ...
    ] = ()
    landmark: LandmarkSettings | None = None
    negative_control: Label | None = None
    adverse_events: tuple[
        Annotated[AdverseEventSettings, BeforeValidator(_column, json_schema_input_type=str | AdverseEventSettings)],
        ...,
    ] = ()
    multiplicity: Literal["none", "holm", "hochberg", "benjamini-hochberg"] = "holm"
    resamples: Annotated[Count, Field(ge=200, le=100_000)] = 2000
    seed: Annotated[Count, Field(ge=0, le=2**32 - 1)] = 0
    zero_times: Literal["refuse", "keep"] = "refuse"


class ConfidenceSettings(_Settings):
    """The level of every interval and the kind of interval for curves and for proportions."""

    level: Annotated[float, BeforeValidator(_number), Field(ge=0.5, lt=1.0)] = 0.95
    survival: Literal["log-log", "log", "plain"] = "log-log"
    proportion: Literal["clopper-pearson", "wilson"] = "clopper-pearson"


class SpecificationSettings(_Settings):
    """The other analyses of the same question that a specification curve carries out beside the study's own.

    ``effect`` of ``endpoint``, the first of its kind where absent. Every combination of the lists is made that does not
    contradict itself. ``calipers`` are in the study's ``caliper_scale``, ``null`` for none; absent: half the study's own,
    its own, twice it and none. ``random_orders`` are seeded from ``seed`` upwards and vary nothing else, unless
    ``random_everywhere`` combines them with all that does. ``leave_out: each`` leaves each covariate out of the score in
    turn; ``covariates`` lists further choices of them.
    """

    effect: Literal["hazard_ratio", "rmst_difference", "rate_difference"] | None = None
    endpoint: Label | None = None
    methods: tuple[Literal["nearest", "optimal", "full"], ...] = ("nearest",)
    calipers: tuple[Positive | None, ...] | None = None
    ratios: tuple[Annotated[Count, Field(ge=1, le=MAXIMUM_RATIO)], ...] = (1, 2)
    orders: tuple[Literal["closest", "largest", "smallest", "data"], ...] = ("closest", "largest", "smallest", "data")
    random_orders: Annotated[Count, Field(ge=0, le=10_000)] = 200
    random_everywhere: StrictBool = False
    replacement: tuple[StrictBool, ...] = (False, True)
    distances: tuple[Literal["logit", "probability", "mahalanobis"], ...] = ("logit", "mahalanobis")
    leave_out: Literal["none", "each"] = "each"
    covariates: tuple[Annotated[tuple[Label, ...], Field(min_length=1)], ...] = ()
    weighting: tuple[Literal["iptw", "overlap", "matching", "entropy"], ...] = (
        "iptw",
        "overlap",
        "matching",
        "entropy",
    )
    seed: Annotated[Count, Field(ge=0, le=2**62)] = 0


class BootstrapSettings(_Settings):
    """Draws of the bootstrap: of ``patients``, whose score is refitted, or of the matched ``sets`` as they are."""

    draws: Literal["patients", "sets"] = "sets"
    replicates: Annotated[Count, Field(ge=200, le=100_000)] = 2000
    seed: Annotated[Count, Field(ge=0, le=2**32 - 1)] = 0


class RobustnessSettings(_Settings):
    """How far the finding hangs on choices and on chance: a specification curve, and the bootstrap."""

    specifications: SpecificationSettings = SpecificationSettings()
    bootstrap: BootstrapSettings = BootstrapSettings()


class GateSettings(_Settings):
    """What the design should show before outcomes are looked at, and whether they are covered until then.

    With ``blinded`` the screen covers every outcome until the plan is locked. ``plan`` is the digest of the plan that was
    locked, so that a later run can say whether it is that plan. A check that is ``null`` is not made: ``largest_smd`` and
    ``largest_variance_ratio`` (or its inverse) of any term, ``least_overlap`` the share of each arm in equipoise,
    ``least_kept`` the share of the patients the effect refers to who are compared, ``least_effective_size`` of each arm,
    ``largest_weight_share`` of an arm that one patient may carry, ``least_events`` of each endpoint, both arms together.
    """

    blinded: StrictBool = False
    plan: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    largest_smd: Positive | None = 0.1
    largest_variance_ratio: Annotated[Positive, Field(ge=1.0)] | None = 2.0
    least_overlap: Share | None = 0.5
    least_kept: Share | None = 0.5
    least_effective_size: Positive | None = 20.0
    largest_weight_share: Share | None = 0.1
    least_events: Positive | None = 20.0


class ExportSettings(_Settings):
    """What leaves the product: counts of patients below ``suppress_below`` are hidden in every file."""

    suppress_below: Annotated[Count, Field(ge=0, le=100)] = 0


class ManuscriptSettings(_Settings):
    """How what leaves the product is written: for which ``journal``, in which ``language``.

    ``journal`` names a preset of column widths, palette and number style (``house`` is the product's own look);
    ``number_style`` and ``palette`` name one of their own instead of the journal's. ``column`` is the width of figures,
    each figure's own where absent; ``resolution`` that of PNG and TIFF in dots per inch. ``language`` is that of methods,
    results, captions and footnotes.
    """

    journal: Label = "house"
    language: Literal["en", "ko", "ja"] = "en"
    number_style: Label | None = None
    palette: Label | None = None
    column: Literal["single", "double"] | None = None
    resolution: Literal[300, 600, 1000] = 300


class StudySettings(_Settings):
    """Everything one run needs besides the cohort itself.

    Only ``treatment``, ``covariates`` and one outcome are required; every other value has its default. A study with
    ``weighting`` is weighted, every other one is matched. ``centre`` names the column of centres, for which balance and
    effects are also given one by one; whether pairs form within centres is said by ``matching.exact``, whether the
    score knows them by ``covariates``.

    Examples
    --------
    >>> study = StudySettings.model_validate({
    ...     "treatment": {"column": "arm", "treated": "LEN", "control": "SOR"},
    ...     "covariates": ["age"],
    ...     "outcomes": {"survival": [{"name": "OS", "time": "os_months", "event": "os_event"}]},
    ... })
    >>> study.matching.caliper
    0.2
    """

    title: str | None = None
    cohort: CohortSettings = CohortSettings()
    treatment: TreatmentSettings
    eligibility: tuple[EligibilityRule, ...] = ()
    dates: DatesSettings | None = None
    covariates: tuple[
        Annotated[CovariateSettings, BeforeValidator(_covariate, json_schema_input_type=str | CovariateSettings)],
        ...,
    ] = Field(min_length=1)
    missing: MissingSettings = MissingSettings()
    propensity: PropensitySettings = PropensitySettings()
    support: SupportSettings = SupportSettings()
    matching: MatchingSettings = MatchingSettings()
    weighting: WeightingSettings | None = None
    balance: BalanceSettings = BalanceSettings()
    centre: Label | None = None
    scans: ScansSettings | None = None
    outcomes: OutcomeSettings
    confidence: ConfidenceSettings = ConfidenceSettings()
    robustness: RobustnessSettings = RobustnessSettings()
    gate: GateSettings = GateSettings()
    exports: ExportSettings = ExportSettings()
    manuscript: ManuscriptSettings = ManuscriptSettings()
