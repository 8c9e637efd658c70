"""Known E-values, bounds and detectable effects, adjusted p-values and pooled estimates."""

from analysis.outcomes.clustered_rates import ClusteredRates
from analysis.outcomes.multiplicity import Adjustment, adjust_p_values
from analysis.outcomes.pooling import pool_estimates
from analysis.outcomes.rate_effects import Estimate
from analysis.phrases import phrase
from analysis.sensitivity.decisive_sets import pair_sets
from analysis.sensitivity.e_value import e_value, e_value_of_rates
from analysis.sensitivity.power import detectable_rate_difference
from analysis.sensitivity.rosenbaum import rosenbaum_bounds
from analysis.validation.known_answer import CLOSED_FORM, TAIL, KnownAnswer, Tolerance, Value, Values, printed
from analysis.validation.shelf import Shelf

GAMMAS = (1.0, 2.0, 4.0, 6.0)

P_VALUES = (0.01, 0.04, 0.03, 0.005, 0.2)
ADJUSTMENTS: dict[str, Adjustment] = {
    "holm": "holm",
    "hochberg": "hochberg",
    "benjamini_hochberg": "benjamini-hochberg",
}

ESTIMATES = (-0.31, -0.24, -0.42, -0.28, -0.35)
VARIANCES = (0.021, 0.019, 0.024, 0.020, 0.022)
# R's pool.scalar counts the patients less one coefficient.
COMPLETE_DEGREES = 199.0

GRID = Tolerance(absolute=1e-3, reason=phrase("the R package looks for the limit on a grid"))
ROOT = Tolerance(absolute=1e-9, reason=phrase("R's root finder stops there"))


def sensitivity_answers(shelf: Shelf) -> tuple[KnownAnswer, ...]:
    """Checks of sensitivity analyses, of several tests and of imputed sets.

    Parameters
    ----------
    shelf : Shelf

    Returns
    -------
    tuple of KnownAnswer
    """
    return (*_e_values(), *_bounds(shelf), *_several(shelf))


def _e_values() -> tuple[KnownAnswer, ...]:
    return (
        KnownAnswer(
            group="Sensitivity",
            name=phrase("E-value of a risk ratio"),
            what=phrase("smoking and lung cancer, 10.73 (8.02 to 14.36): for the estimate and for its limit"),
            source=phrase("R package EValue, the example of its page"),
            expected={"estimate": 20.94777, "limit": 15.52336},
            tolerance=printed(5e-6),
            compute=lambda: _e_value(8.02, 10.73, 14.36),
        ),
        KnownAnswer(
            group="Sensitivity",
            name=phrase("E-value of a harm"),
            what=phrase("infants who were not breast-fed, a risk ratio of 3.9 (1.8 to 8.7)"),
            source="VanderWeele & Ding 2017, doi:10.7326/M16-2607",
            expected={"estimate": 7.26, "limit": 3.0},
            tolerance=printed(5e-3),
            compute=lambda: _e_value(1.8, 3.9, 8.7),
        ),
        KnownAnswer(
            group="Sensitivity",
            name=phrase("E-value of a benefit"),
            what=phrase("a risk ratio below 1, 0.80 (0.71 to 0.91)"),
            source="VanderWeele & Ding 2017, doi:10.7326/M16-2607",
            expected={"estimate": 1.81, "limit": 1.43},
            tolerance=printed(5e-3),
            compute=lambda: _e_value(0.71, 0.80, 0.91),
        ),
        KnownAnswer(
            group="Sensitivity",
            name=phrase("E-value of a difference"),
            what=phrase("397 of 78,954 smokers and 51 of 108,829 others"),
            source=phrase("R package EValue, the example of its page"),
            expected={"estimate": 20.94733, "limit": 15.95703},
            tolerance=GRID,
            compute=_e_value_of_a_difference,
        ),
    )


def _e_value(lower: float, estimate: float, upper: float) -> Values:
    found = e_value(Estimate(estimate=estimate, ci_lower=lower, ci_upper=upper), "risk_ratio")
    return {"estimate": found.estimate, "limit": found.limit}


def _e_value_of_a_difference() -> Values:
    (a, n), (b, m) = (397, 78954), (51, 108829)
    rates = ClusteredRates(
        treated=a / n,
        control=b / m,
        variance_treated=a / n * (1 - a / n) / n,
        variance_control=b / m * (1 - b / m) / m,
        covariance=0.0,
        n_clusters=n + m,
    )
    found = e_value_of_rates(rates)
    return {"estimate": found.estimate, "limit": found.limit}


def _bounds(shelf: Shelf) -> tuple[KnownAnswer, ...]:
    return (
        KnownAnswer(
            group="Sensitivity",
            name=phrase("Rosenbaum bounds in pairs"),
            what=phrase(
                "smoking and lung cancer, 110 and 12 discordant pairs: largest p by Γ, and the Γ at which it is 0.05"
            ),
            source=phrase(
                "{software}, pbinom and binom.test; counts of Rosenbaum 2002, doi:10.1007/978-1-4757-3692-2",
                software=shelf.software(),
            ),
            expected=shelf.expected("sensitivity", "rosenbaum"),
            tolerance=CLOSED_FORM,
            compute=_rosenbaum,
        ),
        KnownAnswer(
            group="Sensitivity",
            name=phrase("Detectable differences"),
            what=phrase("the smallest higher rate that two arms could have shown"),
            source=f"{shelf.software()}, power.prop.test",
            expected=shelf.expected("sensitivity", "detectable"),
            tolerance=ROOT,
            compute=lambda: {
                "20 % of 100, power 80 %": detectable_rate_difference(0.2, 100, 100, power=0.8).above,
                "10 % of 60, power 90 %": detectable_rate_difference(0.1, 60, 60, power=0.9).above,
            },
        ),
    )


def _rosenbaum() -> Values:
    bounds = rosenbaum_bounds(pair_sets(110, 12), GAMMAS)
    found: dict[str, Value] = {
        f"p at gamma {gamma:g}": float(p) for gamma, p in zip(bounds.gammas, bounds.p_upper, strict=True)
    }
    return found | {"critical gamma": bounds.critical_gamma}


def _several(shelf: Shelf) -> tuple[KnownAnswer, ...]:
    known = {
        f"{key}: {name}": value for key in ADJUSTMENTS for name, value in shelf.expected("multiplicity", key).items()
    }
    return (
        KnownAnswer(
            group="Several tests and imputed sets",
            name=phrase("Adjusted p-values"),
            what=phrase("five p-values by Holm, Hochberg, and Benjamini and Hochberg"),
            source=f"{shelf.software()}, p.adjust",
            expected=known,
            tolerance=CLOSED_FORM,
            compute=_adjusted,
        ),
        KnownAnswer(
            group="Several tests and imputed sets",
            name=phrase("Rubin's rules"),
            what=phrase("one estimate of five imputed sets of 200 patients"),
            source=f"{shelf.software('mice')}, pool.scalar",
            expected=shelf.expected("pooling", "rubin"),
            tolerance=TAIL,
            compute=_pooled,
        ),
    )


def _adjusted() -> Values:
    found: dict[str, Value] = {}
    for key, adjustment in ADJUSTMENTS.items():
        adjusted = adjust_p_values(P_VALUES, adjustment).adjusted
        found |= {f"{key}: p {place}": p for place, p in enumerate(adjusted, start=1)}
    return found


def _pooled() -> Values:
    pooled = pool_estimates(ESTIMATES, VARIANCES, complete_degrees_of_freedom=COMPLETE_DEGREES)
    return {
        "estimate": pooled.pooled,
        "variance": pooled.standard_error**2,
        "degrees of freedom": pooled.degrees_of_freedom,
        "fraction missing": pooled.fraction_missing,
    }
