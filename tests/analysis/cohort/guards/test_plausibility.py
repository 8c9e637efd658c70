"""Values nobody has, mixed units, and codes among numbers."""

from typing import Any

import numpy as np
import pytest

from tests.analysis.cohort.guards.cohorts import RNG, N, sound_cohort, sound_study, told

FINE = {
    "ecog": np.arange(N) % 3,
    "karnofsky": 50 + 10 * (np.arange(N) % 6),
    "child_pugh_score": 5 + np.arange(N) % 4,
    "bmi": RNG.normal(24, 3, N),
    "height_cm": RNG.normal(165, 8, N),
    "weight": RNG.normal(62, 9, N),
    "albumin_gdl": RNG.normal(3.6, 0.4, N).clip(2, 5),
    "Albumin (g/L)": RNG.normal(36, 4, N).clip(20, 50),
    "알부민": RNG.normal(3.6, 0.4, N).clip(2, 5),
    "bilirubin": RNG.lognormal(0, 0.6, N),
    "bilirubin_umoll": RNG.lognormal(2.8, 0.6, N),
    "inr": RNG.normal(1.1, 0.1, N).clip(0.8, 2),
    "plt": RNG.normal(150, 50, N).clip(20, 400),
    "血小板": RNG.normal(15, 5, N).clip(2, 40),
    "afp_ngml": RNG.lognormal(5, 3, N),
    "tumor_max_mm": RNG.gamma(3, 20, N) + 10,
    "steatosis_pct": RNG.uniform(0, 100, N),
    "best_change_pct": RNG.uniform(-100, 250, N),
    "creatinine": RNG.lognormal(-0.1, 0.3, N),
    "log10_afp": RNG.normal(2, 1.5, N),
    "albi_score": RNG.normal(-2.4, 0.4, N),
    "alt": np.arange(N) % 2,
    "age_group": np.arange(N) % 4 - 1,
}


@pytest.mark.parametrize("name", FINE)
def test_usual_values_raise_nothing(name: str) -> None:
    cohort = sound_cohort(**{name: FINE[name]})
    for code in ("impossible_values", "mixed_units", "children", "missing_code"):
        assert told(code, cohort) == []


BAD = "does not; a slip of the pen, another unit or a code for “unknown” is matched as if it were true. Correct or blank them."


@pytest.mark.parametrize(
    ("name", "value", "must"),
    [
        ("age", 140, "lie between 0 and 120 years"),
        ("ecog", 5, "lie between 0 and 4 points"),
        ("karnofsky", 110, "lie between 0 and 100 points"),
        ("child_pugh_score", 4, "lie between 5 and 15 points"),
        ("bmi", 240, "lie between 8 and 100 kg/m²"),
        ("height_cm", 1.6, "lie between 50 and 250 cm"),
        ("weight", 5, "lie between 20 and 350 kg"),
        ("albumin_gdl", 38, "lie between 0.5 and 7 g/dL"),
        ("Albumin (g/L)", 3.8, "lie between 5 and 70 g/L"),
        ("알부민", -1, "lie between 0.5 and 7 g/dL"),
        ("bilirubin", 0, "be above 0 and at most 70 mg/dL"),
        ("inr", 99, "lie between 0.5 and 25"),
        ("plt", 150_000, "lie between 1 and 3,000 10⁹/L"),
        ("afp_ngml", 0, "be above 0 and at most 100,000,000 ng/mL"),
        ("tumor_max_mm", -3, "lie between 0 and 600 mm"),
        ("steatosis_pct", 101, "lie between 0 and 100 %"),
        ("best_change_pct", -101, "be -100 % or more"),
    ],
)
def test_an_impossible_value(name: str, value: float, must: str) -> None:
    numbers = np.array(FINE.get(name, sound_cohort().table["age"]), dtype=float)
    numbers[7] = value
    assert told("impossible_values", sound_cohort(**{name: numbers})) == [
        (name, f"{name}: every value must {must}, and 1 of 60 values {BAD}")
    ]


def test_patients_of_other_arms_do_not_count() -> None:
    age = np.array(sound_cohort().table["age"])
    age[0] = 200
    arm = ["C", *["A", "B"] * 29, "A"]
    assert told("impossible_values", sound_cohort(age=age, arm=arm)) == []


def test_children() -> None:
    age = np.array(sound_cohort().table["age"])
    age[:2] = [12, 17]
    assert told("children", sound_cohort(age=age)) == [
        (
            "age",
            "age: 2 of 60 patients are younger than 18; in a study of adults that is a mistake in the age or in who was "
            "included. Check them, or add a rule of eligibility.",
        )
    ]


@pytest.mark.parametrize(
    ("name", "factor", "units", "times"),
    [
        ("알부민", 10, "g/dL and g/L", "10"),
        ("albumin_gdl", 10, "g/dL and g/L", "10"),
        ("bilirubin", 17.1, "mg/dL and µmol/L", "17"),
        ("creatinine", 88.4, "mg/dL and µmol/L", "88"),
    ],
)
def test_two_units_in_one_column(name: str, factor: float, units: str, times: str) -> None:
    numbers = np.array(FINE[name], dtype=float)
    if name == "bilirubin":
        numbers = np.random.default_rng(3).lognormal(0, 0.35, N)
    numbers[::5] *= factor
    assert told("mixed_units", sound_cohort(**{name: numbers})) == [
        (
            name,
            f"{name}: all values must be in one unit, and they fall into two heaps about {times} times apart (12 of 60 "
            f"values in the smaller one), as {units} are; the same finding would count as two. Convert them to one unit.",
        )
    ]


@pytest.mark.parametrize("seed", range(20))
def test_one_skewed_laboratory_value_is_not_two(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for values in (rng.lognormal(0, 1, 400), rng.uniform(0.3, 12, 400), rng.lognormal(0, 0.4, 60)):
        assert told("mixed_units", _of_length(values)) == []


def _of_length(values: np.ndarray) -> Any:
    from tests.analysis.cohort.files import cohort_of

    n = len(values)
    arm = ["A", "B"] * (n // 2)
    months = np.linspace(1, 30, n)
    return cohort_of(
        id=[f"P{row}" for row in range(n)],
        arm=arm,
        age=np.arange(n) % 40 + 40,
        sex=["M", "F", "F"] * (n // 3) + ["M"] * (n % 3),
        index_date=["x"] * n,
        start_date=["x"] * n,
        pd_date=["x"] * n,
        response_date=["x"] * n,
        death_date=["x"] * n,
        last_contact_date=["x"] * n,
        pfs_months=months / 2,
        pfs_event=np.arange(n) % 2,
        os_months=months,
        os_event=np.arange(n) % 2,
        bilirubin=values,
    )


def test_codes_for_unknown() -> None:
    marker = RNG.normal(3, 1, N).round(2)
    marker[:3] = 999
    study = sound_study(covariates=["age", "marker"])
    assert told("missing_code", sound_cohort(marker=marker), study) == [
        (
            "marker",
            "marker: every number must be a measurement, and 3 of 60 values are nines or eights far from all others, as "
            "codes for “unknown” are; they would be matched as if measured. Blank them.",
        )
    ]
    near = np.where(np.arange(N) < 3, 99, RNG.normal(95, 20, N))
    assert told("missing_code", sound_cohort(marker=near), study) == []
