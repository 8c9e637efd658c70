"""Known scores, sets, weights and balances."""

import numpy as np

from analysis.design.matching import match_nearest
from analysis.phrases import phrase
from analysis.validation.known_answer import CLOSED_FORM, EXACT, ITERATED, KnownAnswer, Tolerance, Values
from analysis.validation.shelf import MATCHED, WEIGHTED, Shelf

ORDERS = {
    "closest": phrase("closest", "order"),
    "largest": phrase("largest", "order"),
    "smallest": phrase("smallest", "order"),
    "data": phrase("data", "order"),
}

SOLVED = Tolerance(
    relative=1e-6, absolute=1e-8, reason=phrase("means that a fit makes equal leave the rounding of its last step")
)


def design_answers(shelf: Shelf) -> tuple[KnownAnswer, ...]:
    """Checks of scores, matching, balance and weights.

    Parameters
    ----------
    shelf : Shelf

    Returns
    -------
    tuple of KnownAnswer
    """
    return (
        *(_score(shelf, name) for name in MATCHED),
        *(_pairs(shelf, name) for name in MATCHED),
        *(_matchings(shelf, order) for order in ORDERS),
        *(_balance(shelf, name) for name in MATCHED),
        *(_weights(shelf, name) for name in WEIGHTED),
        *(_weighted_balance(shelf, name) for name in WEIGHTED),
        _entropy(shelf),
    )


def _score(shelf: Shelf, name: str) -> KnownAnswer:
    coefficients, errors = shelf.expected(name, "coefficients"), shelf.expected(name, "errors")

    def compute() -> Values:
        model = shelf.result(name).propensity
        found: dict[str, float | str | None] = dict(zip(model.terms, model.coefficients, strict=True))
        return found | {f"{term}, error": e for term, e in zip(model.terms, model.standard_errors, strict=True)}

    return KnownAnswer(
        group="Propensity score",
        name=phrase("Logistic regression, {cohort}", cohort=MATCHED[name]),
        what=phrase("coefficients of the propensity model and their standard errors"),
        source=f"{shelf.software()}, glm",
        expected={**coefficients, **{f"{term}, error": value for term, value in errors.items()}},
        tolerance=ITERATED,
        compute=compute,
    )


def _pairs(shelf: Shelf, name: str) -> KnownAnswer:
    known = shelf.pairs[name]
    theirs = set(zip(map(str, known["treated"]), map(str, known["control"]), strict=True))

    def compute() -> Values:
        result = shelf.result(name)
        sets, identifier = result.matching, result.patients.identifier
        assert sets is not None
        ours = set(zip(identifier[sets.treated_row], identifier[sets.control_row], strict=True))
        return {
            "pairs": len(ours),
            "pairs in common": len({(str(one), str(other)) for one, other in ours} & theirs),
            "sum of distances": float(sets.link_distance.sum()),
            "caliper width": sets.caliper_width,
        }

    return KnownAnswer(
        group="Matching",
        name=phrase("Pairs, {cohort}", cohort=MATCHED[name]),
        what=phrase("nearest neighbour on the logit, caliper 0.2 SD: who is matched with whom"),
        source=str(shelf.pairs["software"]),
        expected={
            "pairs": len(theirs),
            "pairs in common": len(theirs),
            "sum of distances": float(np.sum(known["distance"])),
            "caliper width": known["caliper_width"],
        },
        tolerance=ITERATED,
        compute=compute,
    )


def _matchings(shelf: Shelf, order: str) -> KnownAnswer:
    cases = [case for case in shelf.matchings["cases"] if case["order"] == order]

    def compute() -> Values:
        found: dict[str, float | str | None] = {}
        for case in cases:
            treated = np.array(case["treated"], dtype=np.bool_)
            sets = match_nearest(
                case["distance_values"],
                treated,
                caliper=case["caliper"],
                ratio=case["ratio"],
                replacement=case["replacement"],
                order=order,  # type: ignore[arg-type]
                strata=case["stratum"],
            )
            links = zip(sets.treated_row, sets.control_row, strict=True)
            taken: dict[int, list[int]] = {int(row): [] for row in np.flatnonzero(treated)}
            for row, control in links:
                taken[int(row)].append(int(control))
            alike = list(taken.values()) == case["matches"] and np.allclose(sets.weights, case["weights"], atol=1e-10)
            found[f"matching {case['case']}"] = phrase("the same") if alike else phrase("another")
        return found

    return KnownAnswer(
        group="Matching",
        name=phrase("Drawn distances, order {order}", order=ORDERS[order]),
        what=phrase(
            "matchings with one to three controls, strata, calipers or replacement: every control and every weight"
        ),
        source=str(shelf.matchings["software"]),
        expected={f"matching {case['case']}": phrase("the same") for case in cases},
        tolerance=EXACT,
        compute=compute,
    )


def _balance(shelf: Shelf, name: str) -> KnownAnswer:
    before, after = shelf.expected(name, "smd_before"), shelf.expected(name, "smd_after")

    def compute() -> Values:
        balance = shelf.result(name).balance
        found: dict[str, float | str | None] = {
            f"{term} before": smd for term, smd in zip(balance.terms, balance.smd_before, strict=True)
        }
        return found | {f"{term} after": smd for term, smd in zip(balance.terms, balance.smd_after, strict=True)}

    return KnownAnswer(
        group="Balance",
        name=phrase("Standardised mean differences, {cohort}", cohort=MATCHED[name]),
        what=phrase("every covariate and level before and after matching, divided by the SD before"),
        source=phrase("{software}, the formula written out", software=shelf.software()),
        expected={
            **{f"{term} before": value for term, value in before.items()},
            **{f"{term} after": value for term, value in after.items()},
        },
        tolerance=CLOSED_FORM,
        compute=compute,
    )


def _weights(shelf: Shelf, name: str) -> KnownAnswer:
    def compute() -> Values:
        result = shelf.result(name)
        weights, treated = result.design.weights, result.patients.treated
        return {
            "effective treated": result.design.effective_sample_size_treated,
            "effective control": result.design.effective_sample_size_control,
            "sum treated": float(weights[treated].sum()),
            "sum control": float(weights[~treated].sum()),
        }

    return KnownAnswer(
        group="Weighting",
        name=phrase("Weights, {weights}", weights=WEIGHTED[name]),
        what=phrase("GBSG: sums of weights and effective sample sizes"),
        source=phrase("{software}, glm and the formula of the weights", software=shelf.software()),
        expected=shelf.expected(name, "weights"),
        tolerance=ITERATED,
        compute=compute,
    )


def _weighted_balance(shelf: Shelf, name: str) -> KnownAnswer:
    def compute() -> Values:
        balance = shelf.result(name).balance
        return dict(zip(balance.terms, balance.smd_after, strict=True))

    return KnownAnswer(
        group="Weighting",
        name=phrase("Balance, {weights}", weights=WEIGHTED[name]),
        what=phrase("GBSG: standardised mean differences after weighting"),
        source=phrase("{software}, the formula written out", software=shelf.software()),
        expected=shelf.expected(name, "smd_after"),
        tolerance=SOLVED,
        compute=compute,
    )


def _entropy(shelf: Shelf) -> KnownAnswer:
    expected = dict(shelf.expected("gbsg_entropy", "weights"))

    def compute() -> Values:
        result = shelf.result("gbsg_entropy")
        shares = result.design.weights[~result.patients.treated]
        shares = shares / shares.sum()
        return {
            "effective control": result.design.effective_sample_size_control,
            "largest share": float(shares.max()),
            "smallest share": float(shares.min()),
            "largest SMD": result.balance.largest_smd_after,
        }

    return KnownAnswer(
        group="Weighting",
        name=phrase("Weights, entropy balancing"),
        what=phrase("GBSG: controls weighted to the means of the treated, as near to equal weights as these allow"),
        source=phrase(
            "{software}, Newton's method on the dual; Hainmueller 2012, doi:10.1093/pan/mpr025",
            software=shelf.software(),
        ),
        expected=expected | {"largest SMD": 0.0},
        tolerance=SOLVED,
        compute=compute,
    )
