"""Every number of the flow diagram is that of rows counted anew in the file, for each arm and each reason."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.cohort.reading import read_cohort
from analysis.settings import StudySettings
from analysis.study import StudyResult, run
from charts.flow.content import flow_content
from charts.flow.diagram import Box, Ruler, flow_diagram

ROOT = Path(__file__).parents[2]
SAMPLE, REFERENCE = ROOT / "sample_data", ROOT / "tests" / "reference"
MOST_REASONS = 5


def whole(text: str, room: float) -> list[str]:
    """Lettering that is never broken."""
    return [text]


WIDE = Ruler(width=1000, line=10, pad=2, gap=5, wrap=whole)


def spoiled() -> bytes:
    """The sample with a third arm, rows without an arm, and cells missing in covariates and outcomes."""
    table = pd.read_csv(SAMPLE / "cohort.csv", dtype=str)
    table.loc[[3, 40, 77], "arm"] = "CABO"
    table.loc[[5, 60], "arm"] = None
    table.loc[[0, 8, 15, 90], "albi_score"] = None
    table.loc[[8, 30, 77], "tumor_max_mm"] = None
    table.loc[[2, 11, 25, 35, 52, 88, 101], "os_months"] = None
    table.loc[[11, 36], "pfs_event"] = None
    table.loc[[1, 9, 28, 64, 99], "bor_mrecist"] = None
    return table.to_csv(index=False).encode()


RULES = [
    {"column": "age", "at_least": 40, "reason": "age 40 or above"},
    {"column": "child_pugh_score", "at_most": 6},
    {"column": "inr", "at_most": 1.4, "missing": "keep"},
]
CHANGES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "rules": {"eligibility": RULES},
    "support": {"support": {"method": "common_range"}},
    "narrow caliper": {"matching": {"caliper": 0.05}},
    "within centres": {"matching": {"exact": ["site"]}, "centre": "site"},
    "replacement": {"matching": {"replacement": True}},
    "two controls": {"matching": {"ratio": 2}},
    "full": {"matching": {"method": "full"}},
    "weighting": {"weighting": {"method": "overlap"}},
    "trimmed weighting": {"weighting": {"method": "iptw"}, "support": {"method": "score"}},
    "imputation": {"missing": {"method": "multiple_imputation", "imputations": 2, "iterations": 2}},
    "rules and support": {"eligibility": RULES, "support": {"method": "common_range"}},
}


@cache
def sample_run(change: str) -> tuple[pd.DataFrame, dict[str, Any], StudyResult]:
    """The spoiled sample, its study, and the run."""
    study = yaml.safe_load((SAMPLE / "study.yaml").read_text(encoding="utf-8"))
    study.pop("scans")
    for key, value in CHANGES[change].items():
        study[key] = value
    content = spoiled()
    result = run(read_cohort(content, "cohort.csv"), StudySettings.model_validate(study))
    return pd.read_csv(BytesIO(content)), study, result


@cache
def reference_run(name: str) -> tuple[pd.DataFrame, dict[str, Any], StudyResult]:
    """A reference cohort, its study, and the run."""
    study = json.loads((REFERENCE / f"{name}.study.json").read_text(encoding="utf-8"))
    content = (REFERENCE / study["cohort"]["file"]).read_bytes()
    result = run(read_cohort(content, study["cohort"]["file"]), StudySettings.model_validate(study))
    return pd.read_csv(BytesIO(content)), study, result


@cache
def whole_sample() -> tuple[pd.DataFrame, dict[str, Any], StudyResult]:
    """The sample with its scans, as it comes."""
    study = yaml.safe_load((SAMPLE / "study.yaml").read_text(encoding="utf-8"))
    cohort = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv")
    scans = read_cohort((SAMPLE / "lesions.csv").read_bytes(), "lesions.csv")
    result = run(replace(cohort, scans=scans), StudySettings.model_validate(study))
    return pd.read_csv(SAMPLE / "cohort.csv"), study, result


CASES: dict[str, Callable[[], tuple[pd.DataFrame, dict[str, Any], StudyResult]]] = {
    **{change: (lambda change=change: sample_run(change)) for change in CHANGES},
    "whole sample": whole_sample,
    **{name: (lambda name=name: reference_run(name)) for name in ("gbsg", "gbsg_replacement", "gbsg_iptw", "veteran")},
}


@pytest.mark.parametrize("case", CASES)
def test_every_box_has_the_numbers_of_rows_counted_anew(case: str) -> None:
    table, study, result = CASES[case]()
    diagram = flow_diagram(flow_content(result.patients, result.design, result.design.kind, analysed=True), WIDE)
    assert [_plain(box) for box in diagram.boxes if box.kind == "everyone"] == [
        (f"Patients in the file: {len(table)}",)
    ]
    way = _Way(table, study, result)
    for arm in ("treated", "control"):
        column = [_plain(box) for box in diagram.boxes if box.kind == arm]
        assert column == way.boxes(arm)
    beside = Counter(_plain(box) for box in diagram.boxes if box.kind == "left out")
    assert beside == Counter([*way.neither(), *way.left_out("treated"), *way.left_out("control")])


@pytest.mark.parametrize("case", CASES)
def test_at_every_step_those_who_go_on_and_those_left_out_add_up(case: str) -> None:
    table, _, result = CASES[case]()
    content = flow_content(result.patients, result.design, result.design.kind, analysed=True)
    assert content.read == len(table) == content.neither.count + sum(arm.read for arm in content.arms)
    for arm in content.arms:
        eligible = arm.read if arm.ineligible is None else arm.read - arm.ineligible.count
        assert arm.eligible in (None, eligible)
        assert eligible - arm.incomplete.count == arm.complete
        assert arm.unmatched is not None
        assert arm.complete - arm.unmatched.count == arm.matched
        for left_out in (arm.ineligible, arm.incomplete, arm.unmatched):
            assert left_out is None or sum(count for _, count in left_out.reasons) == left_out.count
        for one in arm.analysed:
            assert one.count + one.unknown == arm.matched
            assert one.not_evaluable <= one.count


def test_patients_outside_support_and_caliper_are_those_whose_score_says_so() -> None:
    _, _, result = sample_run("rules and support")
    score, treated = result.propensity.propensity_score, result.patients.treated
    lower = max(score[treated].min(), score[~treated].min())
    upper = min(score[treated].max(), score[~treated].max())
    inside = (score >= lower) & (score <= upper)
    logit = np.log(score / (1 - score))
    assert result.design.sets is not None
    width = result.design.sets.caliper_width
    arms = flow_content(result.patients, result.design).arms
    for arm, members in zip(arms, (treated, ~treated), strict=True):
        assert arm.unmatched is not None
        counted = dict(arm.unmatched.reasons)
        assert counted.get("outside the common support", 0) == (members & ~inside).sum()
        others = logit[~members & inside]
        lonely = sum(np.abs(others - one).min() > width for one in logit[members & inside])
        word = "no control within the caliper" if arm.arm == "treated" else "no treated patient within the caliper"
        assert counted.get(word, 0) == lonely


def test_patients_alone_in_their_centre_are_counted_there() -> None:
    table, _, result = sample_run("within centres")
    site = table["site"].to_numpy()[result.patients.row]
    treated = result.patients.treated
    arms = flow_content(result.patients, result.design).arms
    for arm, members, other in zip(arms, (treated, ~treated), ("control", "treated patient"), strict=True):
        alone = sum(one not in set(site[~members]) for one in site[members])
        assert arm.unmatched is not None
        assert sum(count for reason, count in arm.unmatched.reasons if reason.startswith(f"no {other} in")) == alone


def test_without_endpoints_nothing_in_the_flow_depends_on_an_outcome() -> None:
    _, _, result = sample_run("as it is")
    blank = replace(result.patients, endpoints=(), responses=())
    plain = flow_content(result.patients, result.design, result.design.kind)
    assert plain == flow_content(blank, result.design, result.design.kind)


class _Way:
    """Rows of the file as they go on, counted with nothing but the table, the rules and the weights."""

    def __init__(self, table: pd.DataFrame, study: dict[str, Any], result: StudyResult) -> None:
        self.table, self.study, self.result = table, study, result
        label = table[study["treatment"]["column"]].astype("string")
        self.arm = {
            arm: (label == str(study["treatment"][arm])).fillna(False).to_numpy() for arm in ("treated", "control")
        }
        self.label = label
        self.imputed = study.get("missing", {}).get("method") == "multiple_imputation"
        self.steps = [np.ones(len(table), dtype=bool)]
        for rule in study.get("eligibility", ()):
            values = table[rule["column"]]
            meets = values.isna() & (rule.get("missing") == "keep")
            meets |= values.between(rule.get("at_least", -np.inf), rule.get("at_most", np.inf))
            self.steps.append(self.steps[-1] & meets.to_numpy())
        names = [one if isinstance(one, str) else one["column"] for one in study["covariates"]]
        self.missing = table[names].isna()
        self.complete = self.steps[-1] & (self.imputed | ~self.missing.any(axis=1).to_numpy())
        self.compared = np.zeros(len(table), dtype=bool)
        self.compared[result.patients.row[result.design.weights > 0]] = True

    def boxes(self, arm: str) -> list[tuple[str, ...]]:
        members, design = self.arm[arm], self.result.design
        found = [(f"{self.study['treatment'][arm]}: {members.sum()}",)]
        if len(self.steps) > 1:
            found.append((f"Eligible: {(members & self.steps[-1]).sum()}",))
        covariates = "Covariates complete or imputed" if self.imputed else "Complete covariates"
        found.append((f"{covariates}: {(members & self.complete).sum()}",))
        n = (members & self.compared).sum()
        if design.sets is None:
            weights = np.zeros(len(self.table))
            weights[self.result.patients.row] = design.weights
            worth = weights[members].sum() ** 2 / (weights[members] ** 2).sum()
            found.append((f"Weighted: {n}, effectively {worth:,.1f}",))
        else:
            rows = design.sets.treated_row if arm == "treated" else design.sets.control_row
            sets_of: dict[int, set[int]] = {}
            for row, number in zip(rows.tolist(), design.sets.set_number.tolist(), strict=True):
                sets_of.setdefault(row, set()).add(number)
            again = sum(len(one) > 1 for one in sets_of.values())
            n_sets = len(set(design.sets.set_number.tolist()))
            found.append((f"Matched: {n}, in {n_sets} sets" + (f", {again} of them in several" if again else ""),))
        return [*found, ("Analysed", *self._endpoints(members & self.compared))]

    def _endpoints(self, compared: np.ndarray) -> list[str]:
        outcomes, found = self.study["outcomes"], []
        for one in outcomes.get("survival", ()):
            unknown = self.table[[one["time"], one["event"]]].isna().any(axis=1).to_numpy() & compared
            aside = f" ({unknown.sum()} without time or event)" if unknown.any() else ""
            found.append(f"• {one['name']}: {(compared & ~unknown).sum()}{aside}")
        for one in outcomes.get("response", ()):
            # A column that only says who responded knows no patient who could not be judged.
            judged = self.table[one["column"]] if "column" in one else pd.Series("known", self.table.index)
            unclear = (judged.isna() | (judged == "NE")).to_numpy() & compared
            aside = f" ({unclear.sum()} of them not evaluable)" if unclear.any() else ""
            found.append(f"• {one['name']}: {compared.sum()}{aside}")
        return found

    def neither(self) -> list[tuple[str, ...]]:
        others = ~(self.arm["treated"] | self.arm["control"])
        names = ["arm missing" if pd.isna(one) else f"other arm, {one}" for one in self.label[others]]
        return [_listed("Left out", Counter(names))] if names else []

    def left_out(self, arm: str) -> list[tuple[str, ...]]:
        members, found = self.arm[arm], []
        if len(self.steps) > 1:
            lost = [
                (members & before & ~after).sum() for before, after in zip(self.steps, self.steps[1:], strict=False)
            ]
            words = [
                rule.get("reason") or f"{rule['column']} at most {rule['at_most']:g}"
                for rule in self.study["eligibility"]
            ]
            lines = [f"• {word}: {count}" for word, count in zip(words, lost, strict=True)]
            lines = [line.replace("inr at most 1.4", "inr at most 1.4 or missing") for line in lines]
            found.append((f"Not eligible: {sum(lost)} (first rule not met)", *lines))
        gone = members & self.steps[-1] & ~self.complete
        patterns = [f"missing {', '.join(self.missing.columns[row])}" for row in self.missing.to_numpy()[gone]]
        found += [_listed("Left out", Counter(patterns))] if patterns else []
        reasons = np.full(len(self.table), None, dtype=object)
        reasons[self.result.patients.row] = self.result.design.reason
        last = members & self.complete & ~self.compared
        # Each of those not compared has a reason, and nobody else does.
        assert (pd.notna(reasons[members]) == last[members]).all()
        return found + ([_listed("Left out", Counter(reasons[last].tolist()))] if last.any() else [])


def _listed(head: str, counts: Counter[str]) -> tuple[str, ...]:
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if len(ranked) > MOST_REASONS:
        rest = ranked[MOST_REASONS - 1 :]
        ranked = [*ranked[: MOST_REASONS - 1], (f"{len(rest)} other reasons", sum(count for _, count in rest))]
    return (f"{head}: {sum(counts.values())}", *(f"• {reason}: {count}" for reason, count in ranked))


def _plain(box: Box) -> tuple[str, ...]:
    return tuple(line.replace("\u00a0", " ") for line in box.lines)
