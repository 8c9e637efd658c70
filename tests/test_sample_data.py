"""The sample cohort: every published aggregate from its rows, and rows that agree with each other."""

import datetime
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import read_cohort
from analysis.cohort.selection import select_patients
from analysis.errors import CohortInputError
from analysis.outcomes.survival import kaplan_meier
from analysis.settings import ConfidenceSettings, MatchingSettings, MissingSettings, PropensitySettings
from analysis.study import run
from analysis.study_file import load_study
from sample_data.synthesis.as_received import as_received
from sample_data.synthesis.population import draw_population

FOLDER = Path(__file__).parent.parent / "sample_data"
CUT_OFF = pd.Timestamp(2024, 3, 31)
DAYS_PER_MONTH = 30.4375


@pytest.fixture(scope="module")
def study():
    return load_study((FOLDER / "study.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def result(study):
    return run(read_cohort((FOLDER / "cohort.csv").read_bytes(), "cohort.csv"), study)


@pytest.fixture(scope="module")
def cohort():
    dates = ["index_date", "last_contact_date"]
    return pd.read_csv(FOLDER / "cohort.csv", parse_dates=dates, dtype={"malbi_grade": str}, keep_default_na=True)


@pytest.fixture(scope="module")
def lesions():
    return pd.read_csv(FOLDER / "lesions.csv", parse_dates=["scan_date"])


def survival_of(population, name):
    return next(outcome.comparison for outcome in population.survival if outcome.name == name)


def response_of(population, name):
    return next(outcome.comparison for outcome in population.response if outcome.name == name)


# --- published aggregates, through the product at its default settings ---


def test_study_leaves_every_setting_at_its_default(study):
    assert study.matching == MatchingSettings()
    assert study.propensity == PropensitySettings()
    assert study.missing == MissingSettings()
    assert study.confidence == ConfidenceSettings()
    assert "country" not in {covariate.column for covariate in study.covariates}


def test_patients_before_and_after_matching(result):
    read = result.flow[0]
    assert (read.step, read.treated, read.control, read.other) == ("read", 56, 67, 0)
    assert (result.flow[-1].treated, result.flow[-1].control) == (25, 25)
    assert result.matching.n_sets == 25


@pytest.mark.parametrize(
    ("when", "endpoint", "lenvatinib", "sorafenib", "p_value"),
    [
        ("before", "PFS", "4.9", "3.3", "<0.001"),
        ("before", "OS", "13.2", "11.5", "0.651"),
        ("after", "PFS", "4.8", "3.3", "0.046"),
        ("after", "OS", "11.4", "7.9", "0.197"),
    ],
)
def test_survival_as_published(result, when, endpoint, lenvatinib, sorafenib, p_value):
    comparison = survival_of(getattr(result, when), endpoint)
    assert f"{comparison.treated.curve.median:.1f}" == lenvatinib
    assert f"{comparison.control.curve.median:.1f}" == sorafenib
    test = comparison.log_rank
    assert ("<0.001" if test.p_value < 0.001 else f"{test.p_value:.3f}") == p_value
    assert test.observed_treated < test.expected_treated
    assert comparison.cox.hazard_ratio < 1


@pytest.mark.parametrize(
    ("when", "criteria", "lenvatinib", "sorafenib"),
    [
        ("before", "mRECIST", (21, 56), (7, 67)),
        ("before", "RECIST 1.1", (7, 56), (4, 67)),
        ("after", "mRECIST", (10, 25), (3, 25)),
        ("after", "RECIST 1.1", (3, 25), (2, 25)),
    ],
)
def test_responders(result, when, criteria, lenvatinib, sorafenib):
    comparison = response_of(getattr(result, when), criteria)
    for arm, expected in ((comparison.treated, lenvatinib), (comparison.control, sorafenib)):
        assert (arm.objective_response.count, arm.n) == expected
        assert sum(arm.categories.values()) == arm.n


def test_response_p_values_follow_the_products_rule(result):
    mrecist = response_of(result.after, "mRECIST").objective_response
    recist = response_of(result.after, "RECIST 1.1").objective_response
    assert (mrecist.test.name, f"{mrecist.test.p_value:.3f}") == ("Pearson chi-squared", "0.024")
    assert f"{mrecist.tests['likelihood_ratio']:.3f}" == "0.021"
    assert (recist.test.name, recist.test.p_value > 0.999) == ("Fisher exact", True)
    assert f"{recist.tests['pearson']:.3f}" == "0.637"


def test_matching_does_not_hang_on_the_last_bit(result):
    width, links = result.matching.caliper_width, result.matching.link_distance
    assert np.all(np.abs(links - width) > 1e-6)
    assert result.propensity.converged
    assert 0.85 < result.propensity.c_statistic < 0.89


# --- assumptions stated in the data dictionary ---


def test_events_and_follow_up(cohort):
    assert (cohort.pfs_event.sum(), cohort.os_event.sum()) == (115, 78)
    follow_up = kaplan_meier(cohort.os_months, cohort.os_event == 0).median
    assert round(follow_up, 1) == 18.7
    assert 0.04 <= (cohort.bor_mrecist == "NE").mean() <= 0.09


def test_worse_findings_shorten_survival(cohort):
    factors = cohort[["albi_score", "log10_afp", "tumor_max_mm", "mvi", "ehs", "ecog"]]
    assert (factors.corrwith(cohort.os_months, method="spearman") < 0).all()


def test_centres_differ_as_described(cohort):
    assert pd.crosstab(cohort.country, cohort.arm).to_dict() == {
        "LEN": {"Japan": 46, "Korea": 10},
        "SOR": {"Japan": 2, "Korea": 65},
    }
    korea, japan = (cohort[cohort.country == country] for country in ("Korea", "Japan"))
    assert korea.age.median() < japan.age.median()
    for share in (lambda patients: (patients.etiology == "HBV").mean(), lambda patients: patients.ehs.mean()):
        assert share(korea) > share(japan)
    assert (korea.ecog >= 1).mean() > (japan.ecog >= 1).mean()
    assert (korea.bclc == "B").mean() < (japan.bclc == "B").mean()


# --- rows that agree with themselves ---


def test_only_best_changes_of_unassessed_patients_are_missing(cohort):
    changes = ["best_change_recist_pct", "best_change_mrecist_pct"]
    assert cohort.drop(columns=changes).notna().all(axis=None)
    for column in changes:
        assert (cohort[column].isna() == (cohort.bor_recist == "NE")).all()
    assert cohort.patient_id.is_unique


def test_liver_scores_follow_from_the_laboratory(cohort):
    albi = 0.66 * np.log10(cohort.bilirubin_mgdl * 17.1) - 0.085 * cohort.albumin_gdl * 10
    assert np.abs(albi - cohort.albi_score).max() <= 0.0005 + 1e-12
    for score in (albi, cohort.albi_score):
        grade = pd.cut(score, [-np.inf, -2.60, -2.27, -1.39, np.inf], labels=["1", "2a", "2b", "3"])
        assert (grade.astype(str) == cohort.malbi_grade).all()
    points = (
        (1 + (cohort.albumin_gdl <= 3.5) + (cohort.albumin_gdl < 2.8))
        + (1 + (cohort.bilirubin_mgdl >= 2) + (cohort.bilirubin_mgdl > 3))
        + (1 + (cohort.inr >= 1.7) + (cohort.inr > 2.3))
        + (1 + (cohort.ascites == "slight"))
        + 1
    )
    assert (points == cohort.child_pugh_score).all()


def test_stage_dose_and_log_afp_follow_from_their_columns(cohort):
    advanced = (cohort.mvi == 1) | (cohort.ehs == 1) | (cohort.ecog >= 1)
    assert (cohort.bclc == np.where(advanced, "C", "B")).all()
    lenvatinib = cohort[cohort.arm == "LEN"]
    assert (lenvatinib.start_dose_mg == np.where(lenvatinib.weight_kg >= 60, 12, 8)).all()
    assert set(cohort[cohort.arm == "SOR"].start_dose_mg) == {400, 800}
    assert np.abs(np.log10(cohort.afp_ngml) - cohort.log10_afp).max() <= 0.0005 + 1e-12


def test_dates_and_months_tell_the_same_time(cohort):
    for column in ("pfs_months", "os_months"):
        days = np.round(cohort[column] * DAYS_PER_MONTH)
        assert (np.round(days / DAYS_PER_MONTH, 2) == cohort[column]).all()
        assert (days > 0).all()
    days = np.round(cohort.os_months * DAYS_PER_MONTH)
    assert (cohort.index_date + pd.to_timedelta(days, unit="D") == cohort.last_contact_date).all()
    assert (cohort.last_contact_date <= CUT_OFF).all()
    assert cohort.index_date.between("2018-06-01", "2023-11-30").all()
    assert (cohort.index_date.dt.dayofweek < 5).all()
    assert cohort.patient_id.is_monotonic_increasing
    assert cohort.index_date.is_monotonic_increasing


def test_progression_comes_before_death(cohort):
    assert (cohort.pfs_months <= cohort.os_months).all()
    assert (cohort.pfs_event[cohort.os_event == 1] == 1).all()


# --- responses from the lesions, by rules written here anew ---


def scan_by_scan(sums, new_lesions, least_growth):
    baseline, responses = sums[0], []
    for position in range(1, len(sums)):
        nadir, size = min(sums[:position]), sums[position]
        if new_lesions[position] or (size > nadir and size >= 1.2 * nadir and size - nadir >= least_growth):
            responses.append("PD")
        elif size == 0:
            responses.append("CR")
        else:
            responses.append("PR" if size <= 0.7 * baseline else "SD")
    return responses


def best_of(responses):
    for position, response in enumerate(responses):
        if response == "PD":
            responses = responses[: position + 1]
            break
    return next((category for category in ("CR", "PR", "SD", "PD") if category in responses), "NE")


@pytest.mark.parametrize(
    ("column", "sums", "change", "least_growth"),
    [
        ("bor_recist", "sum_of_diameters_mm", "best_change_recist_pct", 5),
        ("bor_mrecist", "viable_sum_mm", "best_change_mrecist_pct", 0),
    ],
)
def test_best_response_follows_from_the_lesions(cohort, lesions, column, sums, change, least_growth):
    scans = dict(list(lesions.groupby("patient_id")))
    assert set(scans) == set(cohort.patient_id)
    for patient in cohort.itertuples():
        own = scans[patient.patient_id]
        responses = scan_by_scan(own[sums].tolist(), own.new_lesion.tolist(), least_growth)
        assert best_of(responses) == getattr(patient, column)
        if responses:
            smallest, baseline = own[sums].iloc[1:].min(), own[sums].iloc[0]
            assert getattr(patient, change) == pytest.approx(100 * (smallest / baseline - 1), abs=0.05 + 1e-9)
        # Progression is seen on the last scan, on the day that ends progression-free survival, or never.
        progressed = bool(responses) and responses[-1] == "PD"
        assert "PD" not in responses[:-1]
        ends = patient.index_date + pd.Timedelta(days=round(patient.pfs_months * DAYS_PER_MONTH))
        died_then = patient.os_event == 1 and patient.pfs_months == patient.os_months
        if progressed:
            assert patient.pfs_event == 1
        if progressed or patient.pfs_event == 0:
            assert own.scan_date.iloc[-1] == ends
        else:
            assert died_then


def test_scans_lie_within_follow_up(cohort, lesions):
    patient = cohort.set_index("patient_id").loc[lesions.patient_id]
    after_index = (lesions.scan_date.to_numpy() - patient.index_date.to_numpy()) / np.timedelta64(1, "D")
    first = ~lesions.patient_id.duplicated().to_numpy()
    assert ((after_index[first] >= -28) & (after_index[first] < 0)).all()
    assert (after_index[~first] > 0).all()
    assert (lesions.scan_date.to_numpy() <= patient.last_contact_date.to_numpy()).all()
    gap = lesions.groupby("patient_id").scan_date.diff().dt.days.dropna()
    assert 49 <= gap.median() <= 60
    # Stable disease and response need a scan at least six weeks after the start.
    second = first.nonzero()[0] + 1
    second = second[(second < len(lesions)) & ~np.append(first, True)[second]]
    assessed = ~patient.bor_recist.isin(["PD"]).to_numpy()
    assert (after_index[second][assessed[second]] >= 42).all()


def test_viable_tumour_is_never_larger_than_the_tumour(lesions):
    assert (lesions.viable_sum_mm <= lesions.sum_of_diameters_mm).all()
    assert lesions.new_lesion.isin([0, 1]).all()


def test_responders_were_controlled_longer(cohort):
    for _, arm in cohort.groupby("arm"):
        responders = arm.bor_mrecist.isin(["CR", "PR"])
        assert arm.pfs_months[responders].min() > arm.pfs_months.median() * 0.8
        assert arm.pfs_months[responders].median() > arm.pfs_months[~responders].median()


# --- what is said about it ---


def test_everything_is_labelled_synthetic(study):
    label = "synthetic, calibrated to published aggregates; not patient data"
    assert label in (FOLDER / "README.md").read_text(encoding="utf-8").lower()
    assert "synthetic" in study.title
    assert "not patient data" in study.title


def test_dictionary_names_every_column(cohort, lesions):
    rows = re.findall(r"^\| `(\w+)` \|", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [*cohort.columns, *lesions.columns]


def test_index_dates_leave_room_for_first_line_treatment(cohort):
    started = cohort.index_date - pd.to_timedelta(cohort.ab_months * DAYS_PER_MONTH, unit="D")
    assert (started.dt.date >= datetime.date(2018, 6, 1)).all()


# --- how it was made ---


def test_patients_are_those_the_generator_draws(cohort):
    drawn = draw_population(np.random.default_rng(772))
    drawn["index_date"] = pd.to_datetime(drawn["index_date"])
    pd.testing.assert_frame_equal(cohort[drawn.columns], drawn, check_dtype=False)


# --- the file as a hospital might send it ---

MISSING_LABORATORY = {"albumin_gdl": 4, "bilirubin_mgdl": 3, "inr": 4, "platelets": 4}


@pytest.fixture(scope="module")
def first():
    return read_cohort((FOLDER / "cohort.csv").read_bytes(), "cohort.csv")


@pytest.fixture(scope="module")
def received():
    return read_cohort((FOLDER / "cohort_as_received.csv").read_bytes(), "cohort_as_received.csv")


@pytest.fixture(scope="module")
def confirmed(study):
    """The study after a person has said which labels mean death."""
    content = study.model_dump(mode="json")
    content["outcomes"]["survival"][1]["observed"] = ["사망", "Dead", "expired"]
    return type(study).model_validate(content)


def test_messy_copy_says_how_it_was_read(received):
    assert received.encoding == "cp949"
    noted = {note.code: note.text for note in received.notes}
    assert {"encoding", "title_rows", "remarks_below", "missing_marks"} <= set(noted)
    assert "afp_ngml 2 above a limit" in noted["limits_read"]
    assert noted["merged_labels"].endswith("by column: os_event 35.")
    for column in ("index_date", "last_contact_date"):
        assert re.search(
            rf"{column} \d+ as 2022-07-14, \d+ as 2022.7.14, \d+ as Excel day numbers", noted["date_forms"]
        )


def test_messy_copy_is_the_first_cohort_cell_by_cell(received, first):
    assert list(received.table) == list(first.table)
    differing = {}
    for column in first.table:
        ours, theirs = received.table[column], first.table[column]
        if column != "os_event":
            assert ours.dtype == theirs.dtype
            same = (ours == theirs) | (ours.isna() & theirs.isna())
            if not same.all():
                differing[column] = int((~same).sum())
    assert differing == {**MISSING_LABORATORY, "afp_ngml": 2, "last_contact_date": 1}
    for column, count in MISSING_LABORATORY.items():
        assert received.table[column].isna().sum() == count
    highest = first.table.afp_ngml.nlargest(2).index
    assert received.table.afp_ngml[highest].tolist() == [200_000.0, 200_000.0]
    assert set(received.table.os_event) == {"사망", "Dead", "expired", "생존", "alive", "F/U loss"}


def test_months_of_the_messy_copy_follow_from_its_dates_but_for_one_conflict(received):
    table = received.table
    days = (table.last_contact_date - table.index_date).dt.days
    follows = (days / DAYS_PER_MONTH).round(2) == table.os_months
    assert (~follows).sum() == 1
    assert days[~follows].tolist() == [-200]


def test_messy_copy_gives_the_first_cohorts_patients_once_its_labels_are_confirmed(received, first, study, confirmed):
    with pytest.raises(CohortInputError, match=r"os_event.*observed"):
        select_patients(received, study)
    ours, theirs = select_patients(received, confirmed), select_patients(first, study)
    for name in ("row", "identifier", "treated"):
        assert getattr(ours, name).tolist() == getattr(theirs, name).tolist()
    pd.testing.assert_frame_equal(ours.covariates, theirs.covariates, check_exact=True)
    for endpoint, expected in zip(ours.endpoints, theirs.endpoints, strict=True):
        for name in ("time", "event", "known"):
            assert getattr(endpoint, name).tolist() == getattr(expected, name).tolist()
    for response, expected in zip(ours.responses, theirs.responses, strict=True):
        for name in ("category", "objective_response", "disease_control", "known"):
            assert getattr(response, name).tolist() == getattr(expected, name).tolist()


def test_messy_copy_gives_the_same_results_to_the_last_bit(received, confirmed, result):
    found = run(received, confirmed)
    assert found.matching.n_sets == 25
    assert found.matching.subclass.tolist() == result.matching.subclass.tolist()
    for when in ("before", "after"):
        ours, theirs = getattr(found, when), getattr(result, when)
        for name in ("PFS", "OS"):
            comparison, expected = survival_of(ours, name), survival_of(theirs, name)
            assert comparison.cox.hazard_ratio == expected.cox.hazard_ratio
            assert comparison.log_rank.p_value == expected.log_rank.p_value
        for name in ("mRECIST", "RECIST 1.1"):
            rates, expected = response_of(ours, name), response_of(theirs, name)
            assert rates.objective_response.test.p_value == expected.objective_response.test.p_value


def test_messy_copy_is_what_the_generator_makes_of_the_first():
    table = pd.read_csv(FOLDER / "cohort.csv", dtype={"malbi_grade": str})
    for column in ("index_date", "last_contact_date"):
        table[column] = [datetime.date.fromisoformat(day) for day in table[column]]
    assert as_received(table, np.random.default_rng([772, 3])) == (FOLDER / "cohort_as_received.csv").read_bytes()
