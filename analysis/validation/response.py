"""Known rates, contrasts, tests, agreement and best responses."""

import re
from collections.abc import Callable, Iterable

import numpy as np

from analysis.outcomes.agreement import KappaWeights, cohen_kappa, marginal_tests
from analysis.outcomes.contingency import (
    TwoByTwo,
    fisher_p,
    mcnemar_exact_p,
    mcnemar_mid_p,
    pearson_p,
    yates_p,
)
from analysis.outcomes.lesions import LesionResponse, lesion_response
from analysis.outcomes.proportion import clopper_pearson_limits, wilson_limits
from analysis.outcomes.rate_effects import RateWithSize, paired_difference, risk_difference
from analysis.phrases import join_phrases, phrase
from analysis.validation.known_answer import (
    CLOSED_FORM,
    EXACT,
    ITERATED,
    TAIL,
    KnownAnswer,
    Tolerance,
    Value,
    Values,
    printed,
)
from analysis.validation.shelf import WEIGHTED, Shelf

FAGERLAND = "Fagerland, Lydersen & Laake 2013, doi:10.1186/1471-2288-13-91"
NEWCOMBE = phrase("Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, table II")
TANGO = "Tango 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B"
RECIST = "RECIST 1.1, doi:10.1016/j.ejca.2008.10.026"

TWO_BY_TWO = ((10, 25, 3, 25), (3, 25, 2, 25), (21, 56, 7, 67), (130, 300, 90, 310))

# Unaided distance vision of 7,477 women, right eye by left eye: Stuart 1955.
VISION = np.array([[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]])
KAPPA_WEIGHTS: tuple[KappaWeights, ...] = ("unweighted", "linear", "quadratic")

SLOPES = Tolerance(relative=1e-7, reason=phrase("R's error rests on slopes taken as differences"))

# Sums of the target lesions that give a response from a baseline of 100, and codes of the others.
SUM = {"CR": 0.0, "PR": 68.0, "SD": 80.0, "PD": 130.0, "NE": np.nan}
OTHERS = {"none": -1, "CR": 0, "non-CR/non-PD": 1, "NE": 2, "PD": 3}

# Table 1: target lesions, other lesions, new lesions, overall response.
SCANS_WITH_TARGETS = (
    ("CR", "CR", "no", "CR"),
    ("CR", "non-CR/non-PD", "no", "PR"),
    ("CR", "NE", "no", "PR"),
    ("PR", "non-CR/non-PD", "no", "PR"),
    ("PR", "NE", "no", "PR"),
    ("SD", "non-CR/non-PD", "no", "SD"),
    ("SD", "NE", "no", "SD"),
    ("NE", "non-CR/non-PD", "no", "NE"),
    ("PD", "CR", "no", "PD"),
    ("PD", "CR", "yes", "PD"),
    ("CR", "PD", "no", "PD"),
    ("SD", "PD", "yes", "PD"),
    ("CR", "CR", "yes", "PD"),
    ("PR", "NE", "yes", "PD"),
)
# Table 2, patients with other lesions only; disease that persists counts as stable.
SCANS_WITHOUT_TARGETS = (
    ("CR", "no", "CR"),
    ("non-CR/non-PD", "no", "SD"),
    ("NE", "no", "NE"),
    ("PD", "no", "PD"),
    ("PD", "yes", "PD"),
    ("CR", "yes", "PD"),
)
# Table 3: first and later response, best response where stable disease has lasted, and where it has not.
CONFIRMED = (
    ("CR", "CR", "CR", "CR"),
    ("CR", "SD", "SD", "PD"),
    ("CR", "PD", "SD", "PD"),
    ("CR", "NE", "SD", "NE"),
    ("PR", "CR", "PR", "PR"),
    ("PR", "PR", "PR", "PR"),
    ("PR", "SD", "SD", "NE"),
    ("PR", "PD", "SD", "PD"),
    ("PR", "NE", "SD", "NE"),
    ("NE", "NE", "NE", "NE"),
)


def response_answers(shelf: Shelf) -> tuple[KnownAnswer, ...]:
    """Checks of rates, tests of them, agreement of two judgements, and RECIST 1.1.

    Parameters
    ----------
    shelf : Shelf

    Returns
    -------
    tuple of KnownAnswer
    """
    return (*_of_r(shelf), *(_weighted_rates(shelf, name) for name in WEIGHTED), *_published(), *_recist())


def _of_r(shelf: Shelf) -> tuple[KnownAnswer, ...]:
    parts: tuple[tuple[str, str, str, str, str, str, Tolerance, Callable[[Values], Values]], ...] = (
        (
            "Response",
            phrase("Tests of two rates"),
            phrase("Pearson, Yates and Fisher for four tables"),
            "response",
            "two_by_two",
            phrase("chisq.test and fisher.test"),
            TAIL,
            lambda _: _two_by_two(),
        ),
        (
            "Response",
            phrase("Clopper–Pearson limits"),
            phrase("of three rates"),
            "response",
            "clopper_pearson",
            "binom.test",
            CLOSED_FORM,
            lambda wanted: _limits(wanted, clopper_pearson_limits),
        ),
        (
            "Response",
            phrase("Wilson limits"),
            phrase("of two rates"),
            "response",
            "wilson",
            "prop.test",
            CLOSED_FORM,
            lambda wanted: _limits(wanted, wilson_limits),
        ),
        (
            "Response",
            phrase("McNemar's exact test"),
            phrase("pairs with the outcome in one partner only"),
            "response",
            "mcnemar",
            "binom.test",
            CLOSED_FORM,
            lambda _: {"6 and 16": mcnemar_exact_p(6, 16), "40 and 20": mcnemar_exact_p(40, 20)},
        ),
        (
            "Agreement",
            phrase("Cohen's κ"),
            phrase("distance vision of both eyes: κ by three weights, and its error"),
            "agreement",
            "kappa",
            phrase("the formula and its slopes"),
            SLOPES,
            lambda _: _kappas(),
        ),
        (
            "Agreement",
            phrase("Bowker's test"),
            phrase("distance vision of both eyes"),
            "agreement",
            "bowker",
            "mcnemar.test",
            TAIL,
            lambda _: _marginal(0),
        ),
    )
    return tuple(
        KnownAnswer(
            group=group,
            name=name,
            what=what,
            source=join_phrases([shelf.software(), function], ", "),
            expected=shelf.expected(case, key),
            tolerance=tolerance,
            compute=lambda compute=compute, case=case, key=key: compute(shelf.expected(case, key)),  # type: ignore[misc]
        )
        for group, name, what, case, key, function, tolerance, compute in parts
    )


def _two_by_two() -> Values:
    found: dict[str, Value] = {}
    for a, n, b, m in TWO_BY_TWO:
        table = TwoByTwo(treated_count=a, treated_n=n, control_count=b, control_n=m)
        for name, test in (("Pearson", pearson_p), ("Yates", yates_p), ("Fisher", fisher_p)):
            found[f"{a}/{n} v {b}/{m}, {name}"] = test(table)
    return found


def _limits(wanted: Values, limits: Callable[[float, float, float], tuple[float, float]]) -> Values:
    """Limits of the rates that the names of the known ones speak of, such as ``10/25, lower``."""
    found: dict[str, Value] = {}
    for rate in dict.fromkeys(name.split(",")[0] for name in wanted):
        count, n = map(int, re.findall(r"\d+", rate))
        lower, upper = limits(count / n, n, 0.95)
        found |= {f"{rate}, lower": lower, f"{rate}, upper": upper}
    return found


def _kappas() -> Values:
    found: dict[str, Value] = {}
    for weights in KAPPA_WEIGHTS:
        kappa = cohen_kappa(VISION, weights)
        found |= {weights: kappa.estimate, f"{weights}, error": kappa.standard_error}
    return found


def _marginal(which: int) -> Values:
    test = marginal_tests(VISION)[which]
    return {"chi-squared": test.chi_square, "p": test.p_value}


def _weighted_rates(shelf: Shelf, name: str) -> KnownAnswer:
    def compute() -> Values:
        found = shelf.result(name).after.response[0].comparison
        assert found is not None
        contrast = found.objective_response
        values: dict[str, Value] = {}
        for arm, side in (("treated", found.treated), ("control", found.control)):
            rate = side.objective_response
            values |= {arm: rate.rate, f"{arm}, lower": rate.ci_lower, f"{arm}, upper": rate.ci_upper}
        difference = contrast.risk_difference
        return values | {
            "difference": difference.estimate,
            "difference, lower": difference.ci_lower,
            "difference, upper": difference.ci_upper,
            "p": contrast.test.p_value,
        }

    return KnownAnswer(
        group="Weighting",
        name=phrase("Rates, {weights}", weights=WEIGHTED[name]),
        what=phrase("GBSG: weighted rates of an event, their difference and its robust test"),
        source=phrase("{software}, svyby; times (n − 1)/n", software=shelf.software("survey")),
        expected=shelf.expected(name, "rates"),
        tolerance=ITERATED,
        compute=compute,
    )


def _published() -> tuple[KnownAnswer, ...]:
    four_digits = printed(5e-5)
    return (
        KnownAnswer(
            group="Response",
            name=phrase("McNemar's tests, published"),
            what=phrase("21 children with one discordant pair one way and seven the other"),
            source=FAGERLAND,
            expected={"exact": 0.0703, "mid-p": 0.0391},
            tolerance=four_digits,
            compute=lambda: {"exact": mcnemar_exact_p(1, 7), "mid-p": mcnemar_mid_p(1, 7)},
        ),
        KnownAnswer(
            group="Response",
            name=phrase("Newcombe's limits, published"),
            what=phrase("differences of independent rates, method 10"),
            source=NEWCOMBE,
            expected={
                **_two("56/70 v 48/80", 0.0524, 0.3339),
                **_two("9/10 v 3/10", 0.1705, 0.8090),
                **_two("5/56 v 0/29", -0.0381, 0.1926),
                **_two("0/10 v 0/20", -0.1611, 0.2775),
            },
            tolerance=four_digits,
            compute=lambda: _differences(((56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29), (0, 10, 0, 20))),
        ),
        KnownAnswer(
            group="Response",
            name=phrase("Tango's limits, published"),
            what=phrase("difference of rates in 161 pairs, 6 and 16 of them discordant"),
            source=TANGO,
            expected=_two("6 and 16 of 161", -0.1240, -0.0054),
            tolerance=four_digits,
            compute=_tango,
        ),
        KnownAnswer(
            group="Agreement",
            name=phrase("Stuart's test, published"),
            what=phrase("equal margins of the distance vision of both eyes"),
            source="Stuart 1955, doi:10.1093/biomet/42.3-4.412",
            expected={"chi-squared": 11.957},
            tolerance=printed(5e-4),
            compute=lambda: {"chi-squared": _marginal(1)["chi-squared"]},
        ),
    )


def _two(name: str, lower: Value, upper: Value) -> dict[str, Value]:
    return {f"{name}, lower": lower, f"{name}, upper": upper}


def _differences(counts: Iterable[tuple[int, int, int, int]]) -> Values:
    found: dict[str, Value] = {}
    for a, n, b, m in counts:
        difference = risk_difference(RateWithSize(rate=a / n, size=n), RateWithSize(rate=b / m, size=m))
        found |= _two(f"{a}/{n} v {b}/{m}", difference.ci_lower, difference.ci_upper)
    return found


def _tango() -> Values:
    difference = paired_difference(6, 16, 161)
    return _two("6 and 16 of 161", difference.ci_lower, difference.ci_upper)


def _recist() -> tuple[KnownAnswer, ...]:
    tables: tuple[tuple[str, str, Values, Callable[[], Values]], ...] = (
        (
            phrase("table 1"),
            phrase("target lesions, other lesions and new ones: the response at a scan"),
            {_row(*row[:3]): row[3] for row in SCANS_WITH_TARGETS},
            _scans_with_targets,
        ),
        (
            phrase("table 2"),
            phrase("patients without target lesions"),
            {_row(*row[:2]): row[2] for row in SCANS_WITHOUT_TARGETS},
            _scans_without_targets,
        ),
        (
            phrase("table 3"),
            phrase("the best response where it must be confirmed"),
            {
                f"{first} then {later}, {word}": best
                for first, later, *both in CONFIRMED
                for word, best in zip(("lasting", "too short"), both, strict=True)
            },
            _best_responses,
        ),
    )
    return tuple(
        KnownAnswer(
            group="RECIST",
            name=join_phrases(["RECIST 1.1", table], ", "),
            what=what,
            source=join_phrases([RECIST, table], ", "),
            expected=expected,
            tolerance=EXACT,
            compute=compute,
        )
        for table, what, expected, compute in tables
    )


def _row(*words: str) -> str:
    return ", ".join((*words[:-1], f"new {words[-1]}"))


def _scans_with_targets() -> Values:
    return {
        _row(target, other, new): str(_judged([100.0, SUM[target]], ["none", other], new).scan_response[1])
        for target, other, new, _ in SCANS_WITH_TARGETS
    }


def _scans_without_targets() -> Values:
    return {
        _row(other, new): str(_judged([0.0, 0.0], ["non-CR/non-PD", other], new).scan_response[1])
        for other, new, _ in SCANS_WITHOUT_TARGETS
    }


def _best_responses() -> Values:
    found: dict[str, Value] = {}
    for first, later, *_ in CONFIRMED:
        sums = [100.0, SUM[first], SUM[first] + 40 if later == "PD" else SUM[later]]
        for word, days in (("lasting", 42), ("too short", 1000)):
            judged = lesion_response([0] * 3, [-7, 56, 112], sums, [False] * 3, n=1, confirmed=True, stable_days=days)
            found[f"{first} then {later}, {word}"] = str(judged.best_response[0])
    return found


def _judged(sums: list[float], others: list[str], new: str) -> LesionResponse:
    """Two scans of one patient: baseline and eight weeks."""
    return lesion_response(
        [0, 0], [-7, 56], sums, [False, new == "yes"], non_target=[OTHERS[other] for other in others], n=1
    )
