"""The study file: every problem in one message, and what is written loads back to the same settings."""

import json
import string
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import SettingsError
from analysis.settings import StudySettings
from analysis.study_file import (
    MAXIMUM_STUDY_CHARACTERS,
    contradictions,
    draft_study,
    load_study,
    study_schema,
    study_values,
    study_yaml,
)

TREATMENT = "treatment: {column: arm, treated: LEN, control: SOR}\n"
COVARIATES = "covariates: [age]\n"
OUTCOMES = "outcomes: {survival: [{name: OS, time: t, event: e}]}\n"
SOUND = TREATMENT + COVARIATES + OUTCOMES


def problems(text: str) -> list[str]:
    return list(draft_study(text).problems)


def test_three_keys_are_a_study() -> None:
    study = load_study(SOUND)
    assert study.treatment.treated == "LEN"
    assert [item.column for item in study.covariates] == ["age"]
    assert study.outcomes.survival[0].name == "OS"


def test_json_is_a_study_file_too() -> None:
    assert study_values(load_study(json.dumps(study_values(load_study(SOUND))))) == study_values(load_study(SOUND))


def test_json_escapes_of_emoji_are_read() -> None:
    values = study_values(load_study(SOUND.replace("LEN", "new 🚀")))
    assert load_study(json.dumps(values)).treatment.treated == "new 🚀"


def test_a_key_that_stands_twice_is_told_in_json_too() -> None:
    assert problems('{"title": "a", "title": "b"}') == [
        "The study file must be valid YAML or JSON; "
        'found duplicate key "title" with value "b" (original value: "a") near line 1.'
    ]


def test_an_arm_may_be_called_no() -> None:
    assert load_study(SOUND.replace("SOR", "no")).treatment.control == "no"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ["The study file must hold keys such as treatment, covariates and outcomes; none was found."]),
        ("[1, 2]", ["The study file must hold keys such as treatment, covariates and outcomes; none was found."]),
        ("a: b: c", ["The study file must be valid YAML or JSON; mapping values are not allowed here near line 1."]),
        ("\x00", ["The study file must be valid YAML or JSON; it cannot be parsed."]),
        ("{" * 3000, ["The study file must be valid YAML or JSON; it cannot be parsed."]),
        (
            "a" * (MAXIMUM_STUDY_CHARACTERS + 1),
            ["The study file must be a page of text; it has 1,000,001 characters. Is it the cohort's file?"],
        ),
        (COVARIATES + OUTCOMES, ["treatment is required; add it to the study file."]),
        (
            "treatment: {column: arm, treated: LEN}\n" + COVARIATES + OUTCOMES,
            ["treatment.control is required; add it to the study file."],
        ),
        (TREATMENT + "covariates: []\n" + OUTCOMES, ["covariates must not be empty."]),
        (TREATMENT + "covariates: [null]\n" + OUTCOMES, ["covariates.1.column must be text; found nothing."]),
        (TREATMENT + "covariates: age\n" + OUTCOMES, ["covariates must be a list; found 'age'."]),
        (
            SOUND + "matching: {caliper: true, ratio: 1.5, order: nearest, seed: -1, exact: age}\ntitel: x\n",
            [
                "matching.caliper must be a number; found true.",
                "matching.ratio must be a whole number; found 1.5.",
                "matching.order must be 'closest', 'largest', 'smallest', 'data' or 'random'; found 'nearest'.",
                "matching.exact must be a list; found 'age'.",
                "matching.seed must be at least 0; found -1.",
                "titel is not a key of the study file; remove it or correct its name.",
            ],
        ),
        (SOUND + "matching: {caliper: 0}\n", ["matching.caliper must be above 0; found 0."]),
        (SOUND + "matching: {ratio: 9}\n", ["matching.ratio must be at most 5; found 9."]),
        (
            SOUND + "matching: {7: x}\n",
            ["matching.7 is not a key of the study file; remove it or correct its name."],
        ),
        (
            SOUND + "matching: {caliper: 0.1}\nweighting: {method: overlap}\n",
            ["A study is either matched or weighted, and both are given; remove matching or weighting."],
        ),
        (
            SOUND + "missing: {method: mean}\n",
            ["missing.method must be 'complete_case', 'indicator' or 'multiple_imputation'; found 'mean'."],
        ),
        (
            SOUND + "eligibility: [{column: a, at_least: abc}, {column: b, at_most: true}, {column: c, one_of: []}]\n",
            [
                "eligibility.1.at_least must be a number or a date such as 2024-01-31; found 'abc'.",
                "eligibility.2.at_most must be a number or a date such as 2024-01-31; found true.",
                "eligibility.3.one_of must not be empty.",
            ],
        ),
        (
            SOUND
            + "eligibility: [{column: a}, {column: b, at_least: 3, above: 2}, {column: c, above: 3, at_most: 2}]\n",
            [
                "eligibility.1 ('a') must say who is eligible; add at_least, above, at_most, below, one_of or none_of.",
                "eligibility.2 ('b') takes at_least or above, not both.",
                "eligibility.3 ('c') leaves nobody eligible: its lower bound is above its upper bound.",
            ],
        ),
        (
            SOUND + "eligibility: [{column: a, at_least: 18, below: 2024-01-31}]\n",
            ["eligibility.1 ('a') must have bounds of one kind, numbers or dates; both were found."],
        ),
        (
            SOUND + "eligibility: [{column: e, one_of: [1]}]\n",
            [
                "eligibility must be known at time zero; 'e' is part of the outcome OS. "
                "Choose patients by what is known before treatment."
            ],
        ),
        (
            SOUND + "dates: {index: i, death: d}\neligibility: [{column: d, at_least: 2020-01-01}]\n",
            [
                "eligibility must be known at time zero; 'd' is the date of death. "
                "Choose patients by what is known before treatment."
            ],
        ),
        (
            SOUND + "dates: {index: i, cutoff: 20240331}\n",
            ["dates.cutoff must be a date such as 2024-01-31; found 20240331."],
        ),
        (
            SOUND + "dates: {index: i, cutoff: 2024-02-30}\n",
            ["The study file must be valid YAML or JSON; it holds a date that does not exist."],
        ),
        (
            SOUND.replace("time: t, event: e", "from_dates: os"),
            [
                "outcomes.survival 'OS' is built from dates, and the study has none; add dates with the columns of dates."
            ],
        ),
        (
            SOUND.replace("event: e", "from_dates: os, unit: days") + "dates: {index: i, death: d, last_contact: c}\n",
            ["outcomes.survival 'OS' is built from dates and takes no time and no unit; remove one or the other."],
        ),
        (
            SOUND.replace("time: t, event: e", "from_dates: pfs") + "dates: {index: i}\n",
            [
                "outcomes.survival 'OS' needs the date of progression; add dates.progression.",
                "outcomes.survival 'OS' needs to know who died; add dates.death, or dates.died for a column of labels.",
                "outcomes.survival 'OS' needs a date to censor patients at; add dates.last_assessment or "
                "dates.last_contact.",
            ],
        ),
        (
            SOUND.replace("time: t, event: e", "from_dates: os") + "dates: {index: [i], death: d}\n",
            ["dates.index must be text; found a list."],
        ),
        (SOUND + "title: 2024-01-31\n", ["title must be text; found '2024-01-31'."]),
        (SOUND + "cohort:\n", ["cohort must be a group of keys; found nothing."]),
        (
            TREATMENT + COVARIATES + "outcomes: {times: [6]}\n",
            ["outcomes must name at least one survival or response endpoint; none was found."],
        ),
        (
            TREATMENT + COVARIATES + "outcomes: {survival: [{name: OS, time: t}]}\n",
            ["outcomes.survival 'OS' needs an event column; add event, or from_dates to build it from dates."],
        ),
        (
            TREATMENT + COVARIATES + "outcomes: {survival: [{name: OS}]}\n",
            [
                "outcomes.survival 'OS' needs a time column and an event column; add time and event, "
                "or from_dates to build it from dates."
            ],
        ),
        (
            SOUND.replace("SOR", "LEN"),
            ["treatment.treated and treatment.control must be two different labels; both are the same."],
        ),
        (
            SOUND.replace("[age]", "[age, age]"),
            ["covariates must name each column once; 'age' stands there 2 times."],
        ),
        (
            SOUND.replace("[age]", "[age, e]"),
            ["covariates must be known before treatment; 'e' is part of the outcome OS. Remove it from covariates."],
        ),
        (
            SOUND.replace("[age]", "[arm]"),
            ["covariates must be known before treatment; 'arm' is the treatment. Remove it from covariates."],
        ),
        (
            SOUND.replace("[age]", "[{column: age, type: numeric, reference: 5}]"),
            [
                "covariates: a reference level belongs to a categorical column; 'age' is numeric. "
                "Remove reference or set type: categorical."
            ],
        ),
        (
            SOUND + "matching: {exact: [t]}\n",
            ["matching.exact must name columns known before treatment; 't' is part of the outcome OS. Remove it."],
        ),
        (
            TREATMENT + COVARIATES + "outcomes: {survival: [{name: OS, time: t, event: e}], times: [6, 12, 6.0]}\n",
            ["outcomes.times must name each time once; 6 stands there 2 times."],
        ),
        (
            SOUND.replace("time: t", "time: e"),
            ["outcomes.survival 'OS' needs a time and an event column; both are 'e'."],
        ),
        (
            SOUND.replace("time: t", "time: arm"),
            ["treatment.column must hold the treatment alone; 'arm' is also part of the outcome OS. Name another."],
        ),
        (
            TREATMENT + COVARIATES + "outcomes: {response: [{name: BOR}]}\n",
            ["outcomes.response 'BOR' needs either column or responder or scans, one of them alone."],
        ),
        (
            TREATMENT + COVARIATES + "outcomes: {response: [{name: BOR, column: [x]}]}\n",
            ["outcomes.response.1.column must be text; found a list."],
        ),
    ],
)
def test_each_problem_is_one_sentence_and_nothing_follows_from_it(text: str, sentences: list[str]) -> None:
    assert problems(text) == sentences
    with pytest.raises(SettingsError) as raised:
        load_study(text)
    assert list(raised.value.problems) == sentences


def test_what_is_sound_in_a_refused_study_is_kept_to_be_checked_against_the_cohort() -> None:
    text = SOUND.replace("[age]", "[{colum: x}, age, {column: sex, type: text}]") + "matching: {caliper: -1, ratio: 2}"
    draft = draft_study(text)
    assert len(draft.problems) == 4
    assert draft.settings is not None
    assert [item.column for item in draft.settings.covariates] == ["age", "sex"]
    assert (draft.settings.matching.caliper, draft.settings.matching.ratio) == (0.2, 2)


def test_an_endpoint_that_is_refused_takes_no_other_with_it() -> None:
    endpoints = "[{name: A, time: [x], event: a}, {name: PFS, time: t, event: e}]"
    draft = draft_study(TREATMENT + COVARIATES + f"outcomes: {{survival: {endpoints}}}")
    assert list(draft.problems) == ["outcomes.survival.1.time must be text; found a list."]
    assert draft.settings is not None
    assert [item.name for item in draft.settings.outcomes.survival] == ["PFS"]


def test_contradictions_of_settings_made_elsewhere_are_the_same_sentences() -> None:
    study = load_study(SOUND)
    assert contradictions(study) == ()
    twice = study.model_copy(update={"covariates": study.covariates * 2})
    assert contradictions(twice) == ("covariates must name each column once; 'age' stands there 2 times.",)


LABELS = st.one_of(
    st.sampled_from(
        ["no", "On", "Y", "null", "~", "1e5", "0x1F", "2024-01-31", "1_000", "a: b", "- x", "#", ":0", "?", "'", '"']
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=70).filter(
        lambda label: label.strip() == label
    ),
)


def _rules(column: str) -> st.SearchStrategy[dict[str, Any]]:
    """Rules of eligibility on one column."""
    rest = {"column": st.just(column), "reason": st.none() | LABELS, "missing": st.sampled_from(["exclude", "keep"])}
    return st.one_of(
        st.fixed_dictionaries({**rest, "at_least": st.floats(-1e6, 0), "below": st.floats(1, 1e6)}),
        st.fixed_dictionaries({**rest, "above": st.dates()}),
        st.fixed_dictionaries({**rest, "one_of": st.lists(LABELS, min_size=1, max_size=3)}),
    )


@st.composite
def studies(draw: st.DrawFn) -> StudySettings:
    columns = draw(st.lists(LABELS, min_size=9, max_size=9, unique=True))
    arm, identifier, time, event, bor, *covariates = columns
    treated, control = draw(st.lists(LABELS, min_size=2, max_size=2, unique=True))
    values: dict[str, Any] = {
        "title": draw(st.none() | LABELS),
        "cohort": {"file": draw(st.none() | LABELS), "id": draw(st.none() | st.just(identifier))},
        "treatment": {"column": arm, "treated": treated, "control": control},
        "covariates": [covariates[0], {"column": covariates[1], "type": "categorical", "reference": draw(LABELS)}],
        "matching": {
            "caliper": draw(st.none() | st.floats(1e-12, 1e6)),
            "ratio": draw(st.integers(1, 5)),
            "exact": draw(st.lists(st.just(covariates[2]), max_size=1)),
            "seed": draw(st.integers(0, 2**63 - 1)),
        },
        "outcomes": {
            "survival": [
                {
                    "name": draw(LABELS),
                    "time": time,
                    "event": event,
                    "observed": draw(st.none() | st.lists(LABELS, min_size=1, max_size=3)),
                }
            ],
            "response": [{"name": draw(LABELS), "column": bor}],
            "times": draw(st.lists(st.floats(1e-6, 1e6), max_size=4, unique=True)),
            "rmst_horizon": draw(st.none() | st.floats(1e-6, 1e6)),
        },
        "confidence": {"level": draw(st.floats(0.5, 0.999))},
        "eligibility": draw(st.lists(_rules(covariates[1]), max_size=3)),
        "dates": draw(
            st.none() | st.fixed_dictionaries({"index": st.just(covariates[3]), "cutoff": st.none() | st.dates()})
        ),
        "missing": {"method": draw(st.sampled_from(["complete_case", "indicator", "multiple_imputation"]))},
    }
    return StudySettings.model_validate(values)


@settings(max_examples=60, deadline=None)
@given(study=studies())
def test_a_written_study_loads_back_to_the_same_settings(study: StudySettings) -> None:
    assert load_study(study_yaml(study)) == study


@settings(max_examples=30, deadline=None)
@given(study=studies())
def test_the_schema_accepts_every_study_the_product_writes(study: StudySettings) -> None:
    jsonschema.Draft202012Validator(study_schema()).validate(study_values(study))


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=string.printable, max_size=60))
def test_no_text_whatever_makes_reading_crash(text: str) -> None:
    draft = draft_study(SOUND + text)
    assert draft.problems or draft.settings is not None


@pytest.mark.parametrize("key", ["weighting\ud83d", "\udc00"])
def test_a_key_that_no_text_can_be_is_refused_in_a_sentence(key: str) -> None:
    draft = draft_study(json.dumps({key: 1}))
    assert draft.settings is None
    assert draft.problems == (f"A key must be text; found {key!r}.",)


@pytest.mark.parametrize("key", ["treatment", "covariates", "outcomes"])
def test_the_schema_refuses_a_study_without_what_is_required(key: str) -> None:
    values = study_values(load_study(SOUND))
    del values[key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, study_schema())


def test_the_schema_refuses_an_unknown_key() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(study_values(load_study(SOUND)) | {"titel": "x"}, study_schema())
