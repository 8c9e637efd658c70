"""German and French exports, and columns that say who died whatever they are called."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.guesses.after_guess import is_named_after
from analysis.cohort.reading import Cohort
from analysis.cohort.roles import RoleGuess, guess_roles
from analysis.cohort.words.codings import observed_label, tell_deaths
from analysis.cohort.words.role_words import endpoint_of, split_words, unit_of

N = 60
RNG = np.random.default_rng(3)


def guess_of(**columns: Any) -> RoleGuess:
    table = pd.DataFrame({"ID": [f"P{row}" for row in range(N)], "Therapie": ["Lenva", "Sora"] * (N // 2), **columns})
    return guess_roles(Cohort(table=table, sha256="0" * 64, file_format="csv"))


@pytest.mark.parametrize(
    ("name", "endpoint", "unit"),
    [
        ("Überleben (Monate)", None, "months"),
        ("Gesamtüberleben in Tagen", "OS", "days"),
        ("Progressionsfreies Überleben [Wochen]", "PFS", "weeks"),
        ("Survie globale (mois)", "OS", "months"),
        ("Survie sans progression (jours)", "PFS", "days"),
        ("Décès", "OS", None),
        ("Verstorben", "OS", None),
    ],
)
def test_names_of_outcomes(name: str, endpoint: str | None, unit: str | None) -> None:
    words = split_words(name)
    assert (endpoint_of(words), unit_of(words)) == (endpoint, unit)


def test_letters_with_accents_do_not_cut_words() -> None:
    assert split_words("Ätiologie") == ["ätiologie"]
    assert split_words("OS기간") == ["os", "기간"]


def test_a_german_export() -> None:
    months = RNG.uniform(1, 40, N).round(1)
    guess = guess_of(
        Alter=RNG.integers(40, 80, N) * 1.0,
        Überleben=months,
        Status=np.where(np.arange(N) % 3, "verstorben", "lebt"),
    )
    assert [(item.time, item.event, item.observed) for item in guess.endpoints] == [
        ("Überleben", "Status", ("verstorben",))
    ]
    assert guess.covariates == ("Alter",)


@pytest.mark.parametrize("name", ["Status", "outcome code", "v12", "상태값"])
@pytest.mark.parametrize(
    "labels", [("Expired", "Alive"), ("死", "生"), ("décédé", "vivant"), ("verstorben", "lebt"), ("DOD", "NED")]
)
def test_who_died_is_no_covariate_by_any_name(name: str, labels: tuple[str, str]) -> None:
    assert tell_deaths(labels)
    assert observed_label(labels, name) == labels[0]
    assert name not in guess_of(age=RNG.integers(40, 80, N) * 1.0, **{name: list(labels) * (N // 2)}).covariates


@pytest.mark.parametrize("labels", [("yes", "no"), ("PD", "none"), ("1", "0"), ("dead", "B", "C")])
def test_labels_that_do_not_say_who_died(labels: tuple[str, ...]) -> None:
    assert not tell_deaths(labels)


@pytest.mark.parametrize("name", ["resp", "mRECIST", "hfsr_grade", "next_therapy", "Survie globale (mois)"])
def test_more_names_of_what_comes_later(name: str) -> None:
    assert is_named_after(name)


@pytest.mark.parametrize("name", ["tot_bil", "tumor", "central", "resp_disease", "Alter", "Âge"])
def test_names_of_what_was_there_before(name: str) -> None:
    assert not is_named_after(name)
