"""Items are filled where the run has words for them, and change with it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.cohort.missing import missing_by_arm
from analysis.cohort.reading import read_cohort
from analysis.manuscript.checklists import ChecklistItem, checklist_table, checklists
from analysis.manuscript.checklists.checklist import GUIDELINES
from analysis.manuscript.checklists.fillers import FILLERS
from analysis.manuscript.checklists.words import LANGUAGES, read_data
from analysis.manuscript.publication import Publication
from analysis.reporting.findings import study_findings
from analysis.reporting.results import results_document
from analysis.settings import StudySettings
from analysis.study import run
from analysis.study.ledger import ledger_of_run
from charts.style import format_interval, format_ratio, format_time

REFERENCE = Path(__file__).parents[3] / "reference"
STUDY: dict[str, Any] = {
    "cohort": {"id": "id"},
    "treatment": {"column": "arm", "treated": "test", "control": "standard"},
    "covariates": ["celltype", "karno", "age"],
    "outcomes": {
        "survival": [{"name": "OS", "time": "t", "event": "status"}],
        "times": [3, 6],
        "resamples": 200,
    },
}


def publication(content: bytes | None = None, **changes: Any) -> Publication:
    cohort = read_cohort(content or (REFERENCE / "veteran.csv").read_bytes(), "veteran.csv")
    settings = StudySettings.model_validate(STUDY | changes)
    result = run(cohort, settings)
    return Publication(
        result=result,
        findings=study_findings(result),
        ledger=ledger_of_run(result),
        missing=missing_by_arm(cohort, settings),
        cohort_file="veteran.csv",
    )


def items(of: Publication) -> dict[str, ChecklistItem]:
    """Every item by the guideline's name and its number."""
    return {f"{found.name} {item.number}": item for found in checklists(of) for item in found.items}


@pytest.fixture(scope="module")
def matched() -> Publication:
    return publication()


@pytest.fixture(scope="module")
def weighted() -> Publication:
    return publication(weighting={"method": "overlap"})


def test_the_guidelines_are_whole_and_said_in_every_language() -> None:
    numbers = {
        name: [str(item["number"]) for item in read_data(f"guidelines/{name}.yaml")["items"]] for name in GUIDELINES
    }
    assert {int(re.match(r"\d+", number).group()) for number in numbers["strobe"]} == set(range(1, 23))  # type: ignore[union-attr]
    assert len(numbers["strobe"]) == 34
    assert {number for number in numbers["record_pe"] if number.endswith(tuple("abcdefg"))} == {
        *("4.a", "4.b", "6.1.a", "7.1.a", "7.1.b", "7.1.c", "7.1.d", "7.1.e", "7.1.f", "7.1.g", "8.a"),
        *("12.1.a", "12.1.b", "19.1.a", "20.a"),
    }
    for name in GUIDELINES:
        data = read_data(f"guidelines/{name}.yaml")
        assert len(set(numbers[name])) == len(numbers[name])
        assert "doi:10." in data["source"]
        for item in data["items"]:
            assert all(item[language] for language in LANGUAGES)
            assert item.get("fill") is None or item["fill"] in FILLERS
    used = {item.get("fill") for name in GUIDELINES for item in read_data(f"guidelines/{name}.yaml")["items"]}
    assert set(FILLERS) <= used


def test_every_phrase_has_the_same_places_in_every_language() -> None:
    for group in read_data("words.yaml").values():
        for key, phrase in group.items():
            places = [sorted(re.findall(r"\{(\w+)\}", phrase[language])) for language in LANGUAGES]
            assert places[0] == places[1] == places[2], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_claimed_without_words_of_the_run(matched: Publication, language: str) -> None:
    settings = matched.result.settings
    spoken = settings.model_copy(update={"manuscript": settings.manuscript.model_copy(update={"language": language})})
    found = items(replace(matched, result=replace(matched.result, settings=spoken)))
    for key, item in found.items():
        if item.status == "filled":
            assert item.text, key
            assert item.where, key
        else:
            assert item.status == "not applicable" or item.text == "" or item.where, key
        assert not re.search(r"[{}]|None|nan", item.text), key
    assert found["strobe 22"].status == "author to add"
    assert found["strobe 22"].text == ""
    assert found["strobe 13a"].status == "filled"


def test_what_is_said_is_what_the_run_found(matched: Publication) -> None:
    found = items(matched)
    sets = matched.result.matching
    assert sets is not None
    assert found["strobe 6b"].text == (
        f"Design: nearest-neighbour matching, up to 1 per patient; {sets.n_treated} test and {sets.n_control} standard "
        f"in {sets.n_sets} sets."
    )
    assert found["strobe 13a"].text.endswith(f"matched: {sets.n_treated} / {sets.n_control}.")
    assert found["strobe 14b"].text == "No value of the 3 covariates is missing."
    assert found["yao 16 algorithm"].text == (
        "By nearest-neighbour matching on the logit of the propensity score, caliper 0.2 SD."
    )
    assert found["yao 14"].text == "celltype, karno, age."
    assert found["yao 29"].where == "Results; Table 1; Table S3"
    cox = matched.result.after.survival[0].comparison
    assert cox is not None
    assert cox.cox is not None
    assert f"; {cox.cox.hazard_ratio:.2f} (" in found["strobe 16a"].text


def test_matching_and_weighting_change_places(matched: Publication, weighted: Publication) -> None:
    one, other = items(matched), items(weighted)
    of_matching = ["strobe 6b", "yao 25.4", *(key for key in one if key.startswith("yao 16 "))]
    assert {one[key].status for key in of_matching} == {"filled"}
    assert {other[key].status for key in of_matching} == {"not applicable"}
    assert (one["yao 17"].status, other["yao 17"].status) == ("not applicable", "filled")
    assert "overlap weighting" in other["strobe 9"].text
    assert one["strobe 12e"].text == "Unmeasured confounding: E-values and Rosenbaum bounds."
    assert other["strobe 12e"].text == "Unmeasured confounding: E-values."
    assert one["yao 18"].status == other["yao 18"].status == "not applicable"


def test_each_choice_of_the_study_is_told(matched: Publication) -> None:
    lines = (REFERENCE / "veteran.csv").read_text().splitlines()
    cells = [line.split(",") for line in lines]
    place = [name.strip('"') for name in cells[0]].index("age")
    for row in cells[5::9]:
        row[place] = "NA"
    content = "\n".join(",".join(row) for row in cells).encode()
    other = publication(
        content,
        eligibility=[{"column": "karno", "at_least": 20}, {"column": "celltype", "none_of": ["large"]}],
        covariates=["karno", "age"],
        missing={"method": "indicator"},
        matching={"method": "strata", "exact": ["celltype"]},
        outcomes=STUDY["outcomes"] | {"subgroups": [{"column": "age", "cutpoints": [60]}]},
    )
    changed, picture = items(other), other.missing
    assert picture is not None
    counts = f"{picture.missing_treated[0]} / {picture.missing_control[0]}"
    plain = items(matched)
    assert plain["strobe 6a"].status == "author to add"
    assert plain["strobe 6a"].text == ""
    assert changed["strobe 6a"].text == "Eligible: karno ≥ 20; celltype ∉ {large}."
    assert changed["strobe 14b"].text == f"Missing (test / standard): age {counts}."
    assert "indicator" in changed["strobe 12c"].text
    assert "left out" in plain["strobe 12c"].text
    assert (plain["strobe 12b"].status, changed["strobe 12b"].status) == ("not applicable", "filled")
    assert (plain["strobe 16b"].status, changed["strobe 16b"].text) == ("not applicable", "Cut at: age 60.")
    assert changed["yao 16 algorithm"].text == "By exact or coarsened exact matching on celltype."
    assert "karno ≥ 20: " in changed["strobe 13b"].text


def test_an_endpoint_with_competing_events_claims_no_curves(matched: Publication) -> None:
    lines = [line.split(",") for line in (REFERENCE / "veteran.csv").read_text().splitlines()]
    place = [name.strip('"') for name in lines[0]].index("status")
    for number, row in enumerate(lines[1:]):
        row[place] = "died" if number % 3 == 0 else "progressed" if number % 3 == 1 else "alive"
    endpoint = {"name": "TTP", "time": "t", "event": "status", "observed": ["progressed"], "competing": ["died"]}
    content = "\n".join(",".join(row) for row in lines).encode()
    found, plain = items(publication(content, outcomes={"survival": [endpoint], "times": [3]})), items(matched)
    assert "Kaplan–Meier" in plain["strobe 12a"].text
    assert "Gray" not in plain["strobe 12a"].text
    assert "Kaplan–Meier" not in found["strobe 12a"].text
    assert "cumulative incidence, Gray's test" in found["strobe 12a"].text
    assert not any("Schoenfeld" in item.text for item in found.values())
    assert any("Schoenfeld" in item.text for item in plain.values())


def test_hidden_counts_are_left_to_the_author(matched: Publication) -> None:
    settings = matched.result.settings
    hiding = settings.model_copy(update={"exports": settings.exports.model_copy(update={"suppress_below": 60})})
    found = items(replace(matched, result=replace(matched.result, settings=hiding)))
    for key in ("strobe 6b", "strobe 13a", "strobe 13b", "strobe 14b", "strobe 15", "yao 25.4"):
        assert found[key].status == "author to add", key
        assert found[key].text == ""


def test_labels_are_copied_as_they_are() -> None:
    content = (REFERENCE / "veteran.csv").read_bytes().replace(b'"test"', b'"{treated} <b>%s"')
    found = items(publication(content, treatment=STUDY["treatment"] | {"treated": "{treated} <b>%s"}))
    assert "comparing {treated} <b>%s with standard" in found["strobe 4"].text


def test_a_checklist_becomes_a_table(matched: Publication) -> None:
    for checklist in checklists(matched):
        table = checklist_table(checklist)
        assert table.name == f"checklist_{checklist.name}"
        assert len([row for row in table.rows if not row.heading]) == len(checklist.items)
        assert any(checklist.source in line for line in table.below())
        statuses = {row.cells[2] for row in table.rows if not row.heading}
        assert statuses <= {"Filled", "Author to add", "Not applicable"}


def test_numbers_of_the_settings_stand_as_they_were_typed() -> None:
    rules = [{"column": "karno", "at_least": -2.5, "at_most": 1_000_000}]
    found = items(publication(eligibility=rules, gate={"largest_smd": 0.00001}))
    assert "karno ≥ −2.5, ≤ 1000000." in found["strobe 6a"].text
    assert "0.00001" in found["yao 16 balance"].text


def test_effects_of_imputed_sets_are_those_of_all_of_them() -> None:
    lines = (REFERENCE / "veteran.csv").read_text().splitlines()
    place = lines[0].replace('"', "").split(",").index("karno")
    for row in range(3, len(lines), 6):
        cells = lines[row].split(",")
        lines[row] = ",".join([*cells[:place], "", *cells[place + 1 :]])
    imputed = publication("\n".join(lines).encode(), missing={"method": "multiple_imputation", "imputations": 3})
    document = results_document(imputed.result, imputed.findings, imputed.ledger)
    pooled = document["imputation"]["pooled"]["after"]["survival"][0]
    ratio, own = pooled["hazard_ratio"], document["survival"][0]["after"]["cox"]
    printed = (
        f"{format_ratio(ratio['estimate'])} ({format_interval(ratio['ci_lower'], ratio['ci_upper'], format_ratio)})"
    )
    assert printed != (
        f"{format_ratio(own['hazard_ratio'])} ({format_interval(own['ci_lower'], own['ci_upper'], format_ratio)})"
    )
    found = items(imputed)
    assert f"; {printed}. Adjusted" in found["strobe 16a"].text
    assert f"RMST {format_time(pooled['rmst_difference']['estimate'], 'months')} months" in found["strobe 16c"].text
