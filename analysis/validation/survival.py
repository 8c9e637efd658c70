"""Known curves, tests, ratios and mean times."""

from collections.abc import Callable

from analysis.outcomes.cox import HazardRatio
from analysis.outcomes.logrank import LogRankTest
from analysis.outcomes.rmst import RmstComparison, rmst_comparison
from analysis.outcomes.survival_comparison import SurvivalComparison
from analysis.phrases import phrase
from analysis.validation.known_answer import CLOSED_FORM, ITERATED, KnownAnswer, Tolerance, Value, Values, printed
from analysis.validation.shelf import MATCHED, WEIGHTED, Shelf

SUM_OF_STEPS = Tolerance(
    relative=1e-9, absolute=1e-12, reason=phrase("areas of hundreds of steps, added up in another order")
)


def survival_answers(shelf: Shelf) -> tuple[KnownAnswer, ...]:
    """Checks of Kaplan–Meier curves, log-rank tests, Cox regression and restricted means.

    Parameters
    ----------
    shelf : Shelf

    Returns
    -------
    tuple of KnownAnswer
    """
    return (
        *(_curves(shelf, name) for name in MATCHED),
        _log_rank(
            shelf, phrase("Log-rank test"), "log_rank", phrase("both before and after matching"), ("before", "after")
        ),
        _log_rank(shelf, phrase("Log-rank test in pairs"), "log_rank_stratified", phrase("stratified by pair")),
        _log_rank(shelf, phrase("Log-rank test, robust"), "log_rank_robust", phrase("with the variance over pairs")),
        _cox(shelf, phrase("Cox regression before matching"), "cox_before", lambda found: found.cox, after=False),
        _cox(shelf, phrase("Cox regression clustered by pair"), "cox_clustered", lambda found: found.cox, after=True),
        _cox(
            shelf,
            phrase("Cox regression within pairs"),
            "cox_stratified",
            lambda found: found.cox_stratified,
            after=True,
        ),
        _schoenfeld(shelf),
        _published_means(shelf),
        _means(shelf),
        *(_weighted_curves(shelf, name) for name in WEIGHTED),
        *(_weighted_effects(shelf, name) for name in (*WEIGHTED, "gbsg_entropy")),
    )


def _curves(shelf: Shelf, name: str) -> KnownAnswer:
    views = ("before", "after")

    def compute() -> Values:
        found: dict[str, Value] = {}
        for view in views:
            comparison = shelf.survival(name, after=view == "after")
            values = _curve_values(shelf, name, comparison) | {"follow-up median": comparison.follow_up_median}
            found |= _prefixed(values, view)
        return found

    return KnownAnswer(
        group="Survival curves",
        name=phrase("Kaplan–Meier, {cohort}", cohort=MATCHED[name]),
        what=phrase(
            "medians, survival at milestones with log-log limits, and median follow-up, before and after matching"
        ),
        source=f"{shelf.software('survival')}, survfit",
        expected=_expected_of(shelf, {view: (name, f"curves_{view}") for view in views}),
        tolerance=CLOSED_FORM,
        compute=compute,
    )


def _curve_values(shelf: Shelf, name: str, comparison: SurvivalComparison) -> dict[str, Value]:
    patients = shelf.result(name).patients
    found: dict[str, Value] = {}
    for label, arm in ((patients.treated_label, comparison.treated), (patients.control_label, comparison.control)):
        found |= {
            f"{label} median": arm.curve.median,
            f"{label} median, lower": arm.curve.median_ci_lower,
            f"{label} median, upper": arm.curve.median_ci_upper,
        }
        for at in arm.at:
            key = f"{label} S({at.time:g})"
            found |= {key: at.survival, f"{key}, lower": at.ci_lower, f"{key}, upper": at.ci_upper}
    return found


def _log_rank(shelf: Shelf, name: str, key: str, how: str, views: tuple[str, ...] = ("after",)) -> KnownAnswer:
    def compute() -> Values:
        found: dict[str, Value] = {}
        for cohort, title in MATCHED.items():
            for view in views:
                test = getattr(shelf.survival(cohort, after=view == "after"), key)
                found |= _prefixed(_test_values(test), f"{title} {view}" if len(views) > 1 else title)
        return found

    wanted = {
        (f"{title} {view}" if len(views) > 1 else title): (cohort, f"{key}_{view}" if len(views) > 1 else key)
        for cohort, title in MATCHED.items()
        for view in views
    }
    return KnownAnswer(
        group="Tests and hazard ratios",
        name=name,
        what=phrase("three cohorts, {how}", how=how),
        source=f"{shelf.software('survival')}, {'coxph' if key.endswith('robust') else 'survdiff'}",
        expected=_expected_of(shelf, wanted),
        tolerance=Tolerance(
            relative=1e-8, absolute=1e-12, reason=phrase("sums over risk sets in another order, and their tails")
        ),
        compute=compute,
    )


def _test_values(test: LogRankTest | None) -> dict[str, Value]:
    assert test is not None
    return {"chi-squared": test.chi_square, "p": test.p_value}


def _cox(
    shelf: Shelf, name: str, key: str, choose: Callable[[SurvivalComparison], HazardRatio | None], *, after: bool
) -> KnownAnswer:
    def compute() -> Values:
        found: dict[str, Value] = {}
        for cohort, title in MATCHED.items():
            found |= _prefixed(_ratio_values(choose(shelf.survival(cohort, after=after))), title)
        return found

    return KnownAnswer(
        group="Tests and hazard ratios",
        name=name,
        what=phrase("three cohorts, Efron's ties: hazard ratio, limits and p"),
        source=f"{shelf.software('survival')}, coxph",
        expected=_expected_of(shelf, {title: (cohort, key) for cohort, title in MATCHED.items()}),
        tolerance=ITERATED,
        compute=compute,
    )


def _ratio_values(ratio: HazardRatio | None) -> dict[str, Value]:
    assert ratio is not None
    return {"HR": ratio.hazard_ratio, "lower": ratio.ci_lower, "upper": ratio.ci_upper, "p": ratio.p_value}


def _schoenfeld(shelf: Shelf) -> KnownAnswer:
    def compute() -> Values:
        found: dict[str, Value] = {}
        for cohort, title in MATCHED.items():
            test = shelf.survival(cohort, after=False).proportional_hazards
            assert test is not None
            found |= _prefixed({"chi-squared": test.chi_square, "p": test.p_value}, title)
        return found

    return KnownAnswer(
        group="Tests and hazard ratios",
        name=phrase("Proportional hazards"),
        what=phrase("three cohorts before matching, against Kaplan–Meier time"),
        source=f"{shelf.software('survival')}, cox.zph",
        expected=_expected_of(shelf, {title: (cohort, "schoenfeld") for cohort, title in MATCHED.items()}),
        tolerance=ITERATED,
        compute=compute,
    )


def _published_means(shelf: Shelf) -> KnownAnswer:
    def compute() -> Values:
        trial = shelf.trial
        means = rmst_comparison(trial.time, trial.cause == 1, trial.treated, horizon=10)
        ratio = means.ratio
        assert ratio is not None
        return {
            **_mean_values(means),
            "treated, error": means.treated_error,
            "control, error": means.control_error,
            "lower": means.ci_lower,
            "upper": means.ci_upper,
            "p": means.p_value,
            "ratio": ratio.ratio,
            "ratio, lower": ratio.ci_lower,
            "ratio, upper": ratio.ci_upper,
        }

    return KnownAnswer(
        group="Restricted means",
        name=phrase("Ten years of the PBC trial"),
        what=phrase("restricted mean survival times, their difference and ratio with limits, as published"),
        source=phrase("vignette of R's survRM2, version 3-2"),
        expected={
            "treated": 7.146,
            "treated, error": 0.283,
            "control": 7.283,
            "control, error": 0.295,
            "difference": -0.137,
            "lower": -0.939,
            "upper": 0.665,
            "p": 0.738,
            "ratio": 0.981,
            "ratio, lower": 0.878,
            "ratio, upper": 1.096,
        },
        tolerance=printed(5e-4),
        compute=compute,
    )


def _mean_values(means: RmstComparison | None) -> dict[str, Value]:
    assert means is not None
    return {"treated": means.treated, "control": means.control, "difference": means.difference}


def _means(shelf: Shelf) -> KnownAnswer:
    places = {f"{title} {view}": (cohort, view) for cohort, title in MATCHED.items() for view in ("before", "after")}

    def compute() -> Values:
        found: dict[str, Value] = {}
        for title, (cohort, view) in places.items():
            means = shelf.survival(cohort, after=view == "after").rmst
            assert means is not None
            # Without sets the two arms are independent, as R takes them.
            errors = {"error": means.standard_error} if view == "before" else {}
            found |= _prefixed(_mean_values(means) | errors, title)
        return found

    return KnownAnswer(
        group="Restricted means",
        name=phrase("Restricted means before and after matching"),
        what=phrase("three cohorts: mean survival times to the study's horizon, and their difference"),
        source=f"{shelf.software('survival')}, survfit",
        expected=_expected_of(shelf, {title: (cohort, f"rmst_{view}") for title, (cohort, view) in places.items()}),
        tolerance=SUM_OF_STEPS,
        compute=compute,
    )


def _weighted_curves(shelf: Shelf, name: str) -> KnownAnswer:
    return KnownAnswer(
        group="Weighting",
        name=phrase("Curves, {weights}", weights=WEIGHTED[name]),
        what=phrase("GBSG: weighted medians and survival at milestones, limits by robust variance"),
        source=phrase("{software}, survfit with weights and cluster", software=shelf.software("survival")),
        expected=shelf.expected(name, "curves"),
        tolerance=ITERATED,
        compute=lambda: _curve_values(shelf, name, shelf.survival(name, after=True)),
    )


def _weighted_effects(shelf: Shelf, name: str) -> KnownAnswer:
    parts = [key for key in ("log_rank_robust", "cox", "rmst") if key in shelf.figures[name]]
    words = {"log_rank_robust": "log-rank", "cox": "Cox", "rmst": "mean"}

    def compute() -> Values:
        found = shelf.survival(name, after=True)
        made: dict[str, Callable[[], dict[str, Value]]] = {
            "log_rank_robust": lambda: _test_values(found.log_rank_robust),
            "cox": lambda: _ratio_values(found.cox),
            "rmst": lambda: _mean_values(found.rmst),
        }
        values: dict[str, Value] = {}
        for key in parts:
            values |= _prefixed(made[key](), words[key])
        return values

    return KnownAnswer(
        group="Weighting",
        name=phrase("Effects on survival, {weights}", weights=WEIGHTED.get(name, phrase("entropy balancing"))),
        what=phrase("GBSG: weighted hazard ratio with robust variance; robust test; means")
        if len(parts) > 1
        else phrase("GBSG: weighted hazard ratio with robust variance"),
        source=phrase("{software}, coxph and survfit with weights", software=shelf.software("survival")),
        expected=_expected_of(shelf, {words[key]: (name, key) for key in parts}),
        tolerance=ITERATED,
        compute=compute,
    )


def _expected_of(shelf: Shelf, wanted: dict[str, tuple[str, str]]) -> Values:
    """The figures of several cases under one roof, each name led by its case."""
    found: dict[str, Value] = {}
    for prefix, keys in wanted.items():
        found |= _prefixed(shelf.expected(*keys), prefix)
    return found


def _prefixed(values: Values, prefix: str) -> dict[str, Value]:
    return {f"{prefix}: {name}": value for name, value in values.items()}
