"""What tables say: the run's numbers, every abbreviation defined, every test named, in every language."""

import re
from dataclasses import replace

import pytest

from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.contents import manuscript_tables
from analysis.manuscript.tables.robustness import specification_tables
from analysis.manuscript.tables.source import table_source
from analysis.manuscript.tables.table import ManuscriptTable
from charts.number_style import number_style
from charts.style import format_interval, format_p, format_percent, format_points, format_ratio, time_form
from tests.analysis.manuscript.tables.conftest import MARKUP, in_language, table_named

LANGUAGES = ("en", "ko", "ja")
CAPITALS = re.compile(r"(?<![A-Za-z])[a-z]?[A-Z]{2,}[A-Za-z]*(?![A-Za-z])|(?<![A-Za-z])[A-Z][a-z]?[A-Z](?![A-Za-z])")


def labels_of(publication: Publication) -> list[str]:
    """Everything in a table that is the user's: arms, columns, levels, endpoints; the longest first."""
    patients = publication.result.patients
    labels = {patients.treated_label, patients.control_label, "RFS"}
    for frame in (patients.covariates, patients.extra, patients.subgroups):
        for name, column in frame.items():
            levels = column.cat.categories if hasattr(column, "cat") else ()
            labels |= {str(name), *map(str, levels)}
    return sorted(labels, key=len, reverse=True)


def without_labels(text: str, labels: list[str]) -> str:
    for label in labels:
        text = re.sub(rf"(?<![A-Za-z]){re.escape(label)}(?![A-Za-z])", " ", text)
    return text


def texts_of(table: ManuscriptTable) -> list[str]:
    heads = [text for column in table.columns for text in (column.head, column.group)]
    cells = [cell for row in table.rows for cell in row.cells]
    return [table.title, *heads, *cells, *(note.text for note in table.footnotes), *(m for _, m in table.abbreviations)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("which", ["matched", "weighted", "imputed"])
def test_every_abbreviation_is_defined(which: str, language: str, request: pytest.FixtureRequest) -> None:
    publication = in_language(request.getfixturevalue(which), language)
    labels = labels_of(publication)
    for table in manuscript_tables(publication):
        defined = {short for short, _ in table.abbreviations}
        for text in texts_of(table):
            unknown = set(CAPITALS.findall(without_labels(text, labels))) - defined
            assert not unknown, (table.name, text, unknown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_defined_that_is_not_there(matched: Publication, language: str) -> None:
    for table in manuscript_tables(in_language(matched, language)):
        text = " ".join(texts_of(table))
        assert [short for short, _ in table.abbreviations if short not in text] == []


def test_sd_is_stable_disease_among_responses_and_a_deviation_elsewhere(
    matched_tables: tuple[ManuscriptTable, ...],
) -> None:
    assert dict(table_named(matched_tables, "response").abbreviations)["SD"] == "stable disease"
    assert dict(table_named(matched_tables, "baseline").abbreviations)["SD"] == "standard deviation"


@pytest.mark.parametrize("which", ["matched", "weighted", "imputed"])
def test_every_p_names_its_test(which: str, request: pytest.FixtureRequest) -> None:
    seen = 0
    for table in request.getfixturevalue(f"{which}_tables"):
        places = [place for place, column in enumerate(table.columns) if re.search(r"(^|\W)p($|\W)", column.head)]
        unmarked = [note.text for note in table.footnotes if not note.mark and re.search(r"(^|\W)p\W", note.text)]
        for row in table.rows:
            if not any(re.match(r"[<>]?0\.\d", row.cells[place]) for place in places):
                continue
            seen += 1
            told = [note.text for note in table.footnotes if note.mark in row.marks and note.mark] + unmarked
            assert any("test" in text for text in told), (table.name, row.cells)
    assert seen > 5


def test_tables_are_numbered_in_the_order_of_the_paper(matched_tables: tuple[ManuscriptTable, ...]) -> None:
    assert [table.name for table in matched_tables] == [
        "table_1_baseline", "table_2_efficacy", "table_3_response", "table_s1_selection", "table_s2_diagnostics",
        "table_s3_balance", "table_s4_cox", "table_s5_cox", "table_s6_subgroups", "table_s7_subgroups",
        "table_s8_subgroups", "table_s9_subgroups", "table_s10_sensitivity",
    ]  # fmt: skip
    assert [table.title.split(". ")[0] for table in matched_tables[2:5]] == ["Table 3", "Table S1", "Table S2"]


def rows_below(table: ManuscriptTable, heading: str) -> dict[str, tuple[str, ...]]:
    """Rows of one endpoint, with the rate before the name of what belongs to it."""
    found: dict[str, tuple[str, ...]] = {}
    inside = False
    for row in table.rows:
        if row.heading:
            inside = row.cells[0] == heading
        elif inside:
            found.setdefault(row.cells[0], row.cells[1:])
    return found


def test_survival_is_that_of_the_run(matched: Publication, matched_tables: tuple[ManuscriptTable, ...]) -> None:
    rows = rows_below(table_named(matched_tables, "efficacy"), "OS")
    months = time_form("months")
    for first, outcomes in ((0, matched.result.before), (4, matched.result.after)):
        found = next(item.comparison for item in outcomes.survival if item.name == "OS")
        assert found is not None
        assert found.cox is not None
        assert found.rmst is not None
        for place, arm in enumerate((found.treated, found.control)):
            assert rows["Patients, n"][first + place] == str(arm.n)
            share = f"{100 * arm.n_events / arm.n:.1f}"
            assert rows["Events, n (%)"][first + place] == f"{arm.n_events} ({share})"
            limits = format_interval(arm.curve.median_ci_lower, arm.curve.median_ci_upper, months)
            assert rows["Median, months (95% CI)"][first + place] == f"{months(arm.curve.median)} ({limits})"
            moment = next(at for at in arm.at if at.time == 6)
            printed = format_percent(moment.survival).removesuffix("%")
            assert rows["Event-free at 6 months, % (95% CI)"][first + place].startswith(f"{printed} (")
            mean = (found.rmst.treated, found.rmst.control)[place]
            assert rows["RMST to 12 months, months"][first + place] == months(mean)
        limits = format_interval(found.cox.ci_lower, found.cox.ci_upper, format_ratio)
        assert rows["HR"][first + 2 : first + 4] == (
            f"{format_ratio(found.cox.hazard_ratio)} ({limits})",
            format_p(found.cox.p_value),
        )
        if found.log_rank is not None:
            assert rows["Log-rank test"][first + 3] == format_p(found.log_rank.p_value)


def test_rates_are_those_of_the_run(matched: Publication, matched_tables: tuple[ManuscriptTable, ...]) -> None:
    rows = rows_below(table_named(matched_tables, "efficacy"), "mRECIST")
    assert rows["ORR, n; % (95% CI)"][4:] == (
        "10; 40.0 (21.1–61.3)",
        "3; 12.0 (2.5–31.2)",
        "+28.0 (+3.5 to +48.8)",
        "0.024",
    )
    found = next(item.comparison for item in matched.result.after.response if item.name == "mRECIST")
    assert found is not None
    ratio = found.objective_response.risk_ratio
    limits = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
    assert rows["Risk ratio"][6] == f"{format_ratio(ratio.estimate)} ({limits})"
    responses = table_named(matched_tables, "response")
    after = [row.cells for row in responses.rows][-8:]
    assert found.treated.categories is not None
    for cells, category in zip(after[1:6], ("CR", "PR", "SD", "PD", "NE"), strict=True):
        count = found.treated.categories[category]
        assert cells[:2] == (category, f"{count} ({100 * count / found.treated.n:.1f})")


def test_pooled_effects_stand_where_covariates_were_imputed(
    imputed: Publication, imputed_tables: tuple[ManuscriptTable, ...]
) -> None:
    assert imputed.result.imputation is not None
    pooled = next(item.hazard_ratio for item in imputed.result.imputation.after.survival if item.name == "OS")
    assert pooled is not None
    table = table_named(imputed_tables, "efficacy")
    row = next(row for row in table.rows if row.cells[0] == "HR")
    limits = format_interval(pooled.ci_lower, pooled.ci_upper, format_ratio)
    assert row.cells[7:9] == (f"{format_ratio(pooled.estimate)} ({limits})", format_p(pooled.p_value))
    told = [note.text for note in table.footnotes if note.mark in row.marks]
    assert any(text.startswith("Pooled over 5 imputed sets by Rubin's rules") for text in told)


def test_competing_events_give_incidences_and_no_medians(
    imputed: Publication, imputed_tables: tuple[ManuscriptTable, ...]
) -> None:
    rows = rows_below(table_named(imputed_tables, "efficacy"), "TTP")
    assert not any(name.startswith(("Median", "Event-free", "RMST")) for name in rows)
    found = imputed.findings.survival.competing["TTP", "before"]
    moment = found.event.at[0][0]
    shown = [format_percent(value).removesuffix("%") for value in (moment.incidence, moment.ci_lower, moment.ci_upper)]
    assert rows["Cumulative incidence at 6 months, % (95% CI)"][0] == f"{shown[0]} ({shown[1]}–{shown[2]})"
    assert "Subdistribution HR" in rows
    assert "Cause-specific HR" in rows


def test_adverse_events_are_counted_by_grade(imputed: Publication, imputed_tables: tuple[ManuscriptTable, ...]) -> None:
    table = table_named(imputed_tables, "adverse_events")
    document = next(one for one in imputed.findings.response["adverse_events"] if one["population"] == "before")
    term = next(one for one in document["terms"] if one["term"] == "=fatigue" and one["lowest_grade"] == 1)
    row = next(row for row in table.rows if row.cells[0] == "=fatigue")
    assert row.cells[1] == f"{term['count_treated']} ({100 * term['rate_treated']:.1f})"


def test_cox_and_subgroups_are_those_of_the_run(
    matched: Publication, matched_tables: tuple[ManuscriptTable, ...]
) -> None:
    model = matched.findings.models.cox[0][1].table
    assert model is not None
    age = next(variable for variable in model.variables if variable.name == "age").rows[0].multivariable
    assert age is not None
    row = next(row for row in table_named(matched_tables, "cox").rows if row.cells[0] == "age")
    limits = format_interval(age.ci_lower, age.ci_upper, format_ratio)
    assert row.cells[-2:] == (f"{format_ratio(age.hazard_ratio)} ({limits})", format_p(age.p_value))
    rate = matched.findings.models.subgroups[2][0]
    level = rate.subgroups[0].effects.levels[0]  # type: ignore[union-attr]
    row = next(row for row in table_named(matched_tables, "s8_subgroups").rows if row.cells[0] == level.label)
    limits = format_interval(level.effect.ci_lower, level.effect.ci_upper, format_points)
    assert row.cells[1] == f"{level.events_treated}/{level.n_treated}"
    assert row.cells[3] == f"{format_points(level.effect.estimate)} ({limits})"


def test_numbers_follow_the_style_in_force(matched: Publication) -> None:
    with number_style("lancet"):
        tables = manuscript_tables(matched)
    cells = [cell for table in tables for row in table.rows for cell in row.cells[1:]]
    assert not any(re.search(r"\d\.\d", cell) for cell in cells if "RECIST" not in cell)
    assert any("·" in cell for cell in cells)


def test_the_user_s_labels_stay_as_they_are(imputed: Publication) -> None:
    for language in LANGUAGES:
        tables = manuscript_tables(in_language(imputed, language))
        assert MARKUP in tables[0].columns[2].head
        assert "MASLD/other" in {row.cells[0] for row in tables[0].rows}


def test_specifications_and_bootstrap_are_summed_up_where_they_were_asked_for(matched: Publication) -> None:
    source = table_source(matched)
    assert list(specification_tables(source)) == []
    spread = {"n": 90, "n_below": 9, "n_above": 0, "share_below": 0.1, "share_above": 0.0}
    curve = {
        "measure": "hazard_ratio", "outcome": "PFS", "complete": False, "n_planned": 100, "n_done": 90,
        "chosen": {"estimate": 0.54, "ci_lower": 0.29, "ci_upper": 0.99, "p_value": 0.047},
        "n_same_sign": 81, "share_same_sign": 0.9, "random_order": None,
        "spread": spread | {"lowest": 0.4, "median": 0.55, "highest": 1.1},
    }  # fmt: skip
    bootstrap = {
        "measure": "hazard_ratio", "outcome": "PFS", "complete": True, "n_planned": 2000, "n_done": 2000,
        "percentile": {"ci_lower": 0.3, "ci_upper": 0.98}, "accelerated": None,
    }  # fmt: skip
    document = source.document | {"specification_curve": curve, "bootstrap": bootstrap}
    (table,) = specification_tables(replace(source, document=document))
    assert [row.cells[1] for row in table.rows] == [
        "HR", "0.54 (0.29–0.99)", "0.047", "90/100", "81 (90.0)", "0.55 (0.40–1.10)", "9 (10.0)", "0 (0.0)", "2,000/2,000",
        "0.30–0.98",
    ]  # fmt: skip
    assert any("Stopped before its end" in note.text for note in table.footnotes)
