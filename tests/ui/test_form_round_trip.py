"""Whatever a sound study says, the form holds: settings → form → settings changes nothing."""

import datetime
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from analysis.settings import StudySettings
from analysis.study_file import draft_settings
from ui.form import consistent, form_from_settings, settings_from_form

COVARIATES = ("age", "sex", "afp", "Child–Pugh", "나이")
TIMES = ("os", "pfs", "os days")
EVENTS = ("dead", "progressed")
RESPONSES = ("bor", "bor_mrecist")
RESPONDERS = ("responder",)
DATES = ("d0", "d1", "d2", "d3")
COLUMNS = ("id", "arm", *COVARIATES, *TIMES, *EVENTS, *RESPONSES, *RESPONDERS, *DATES, "vital", "note")

labels = st.text("ab; 1=≥", min_size=1, max_size=6).filter(lambda text: bool(text.strip())).map(str.strip)
names = st.sampled_from(("OS", "PFS", "TTP", "OS; all causes", "mRECIST"))
numbers = st.floats(-1e6, 1e6)
days = st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 1, 1))
units = st.sampled_from(("days", "weeks", "months", "years"))


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


covariates = st.fixed_dictionaries(
    {"column": st.sampled_from(COVARIATES)},
    optional={"type": st.sampled_from(("numeric", "categorical")), "reference": labels},
).filter(lambda item: not (item.get("type") == "numeric" and "reference" in item))

from_columns = st.fixed_dictionaries(
    {"name": names, "time": st.sampled_from(TIMES), "event": st.sampled_from(EVENTS)},
    optional={
        "observed": st.lists(labels, min_size=1, max_size=2),
        "unit": units,
        "blank": st.sampled_from(("unknown", "censored")),
        "competing": st.just(["died of another cause"]),
    },
)
from_dates = st.fixed_dictionaries(
    {"name": names, "from_dates": st.sampled_from(("os", "pfs", "ttp"))}
) | st.fixed_dictionaries({"name": names, "from_dates": st.just("ttp"), "competing": st.just(["death"])})
responses = st.fixed_dictionaries({"name": names, "column": st.sampled_from(RESPONSES)}) | st.fixed_dictionaries(
    {"name": names, "responder": st.sampled_from(RESPONDERS)}
)
subgroups = st.fixed_dictionaries(
    {"column": st.sampled_from(COVARIATES)},
    optional={"cutpoints": st.lists(numbers, min_size=1, max_size=3, unique=True).map(sorted)},
)
outcomes = st.fixed_dictionaries(
    {
        "survival": st.lists(from_columns | from_dates, max_size=3, unique_by=lambda item: item["name"]),
        "response": st.lists(responses, max_size=2, unique_by=lambda item: item["name"]),
        "times": st.lists(st.floats(0.1, 100), max_size=3, unique=True),
        "rmst_horizon": some(st.floats(0.1, 100)),
        "zero_times": st.sampled_from(("refuse", "keep")),
        "resamples": st.integers(200, 5000),
        "seed": st.integers(0, 99),
        "subgroups": st.lists(subgroups, max_size=2, unique_by=lambda item: item["column"]),
        "multiplicity": st.sampled_from(("none", "holm", "hochberg", "benjamini-hochberg")),
        "negative_control": some(names),
    }
).filter(lambda item: bool(item["survival"] or item["response"]))

dates = st.fixed_dictionaries(
    # Dates that overall and progression-free survival need are always there; each may share its column with another.
    {key: st.sampled_from(DATES) for key in ("index", "progression", "death", "last_contact")},
    optional={
        **{key: st.sampled_from(DATES) for key in ("treatment_start", "last_assessment", "response")},
        "died": st.just("vital"),
        "died_observed": st.lists(labels, min_size=1, max_size=2),
        "cutoff": days,
    },
)

rules = st.fixed_dictionaries(
    {"column": st.sampled_from((*COVARIATES, "site", "d0"))},
    optional={
        "missing": st.sampled_from(("exclude", "keep")),
        "reason": st.text("abc ", min_size=1, max_size=8),
    },
).flatmap(
    lambda rule: st.one_of(
        st.fixed_dictionaries({"at_least": numbers}),
        st.fixed_dictionaries({"below": days}),
        st.fixed_dictionaries({"one_of": st.lists(labels, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"none_of": st.lists(labels, min_size=1, max_size=3)}),
    ).map(lambda bound: rule | bound)
)

studies = st.fixed_dictionaries(
    {
        "cohort": st.fixed_dictionaries(
            {},
            optional={
                "id": st.just("id"),
                "file": st.just("cohort.xlsx"),
                "time_unit": units,
                "sheet": labels,
                "table": labels,
                "header_row": st.integers(1, 40),
                "encoding": st.sampled_from(("utf-8", "cp949")),
                "date_order": st.sampled_from(("day_first", "month_first")),
            },
        ),
        "treatment": st.just({"column": "arm", "treated": "B", "control": "A"}),
        "covariates": st.lists(covariates, min_size=1, unique_by=lambda item: item["column"]),
        "outcomes": outcomes,
        "dates": dates,
    },
    optional={
        "title": st.text("abc ", max_size=6),
        "eligibility": st.lists(rules, max_size=3),
        "missing": st.fixed_dictionaries(
            {"method": st.sampled_from(("complete_case", "indicator", "multiple_imputation"))},
            optional={"imputations": st.integers(2, 100), "seed": st.integers(0, 9)},
        ),
        "matching": st.fixed_dictionaries({"ratio": st.integers(1, 5), "caliper": some(st.floats(0.01, 1))}),
        "confidence": st.fixed_dictionaries({"level": st.sampled_from((0.9, 0.99))}),
        "robustness": st.fixed_dictionaries(
            {
                "specifications": st.fixed_dictionaries(
                    {"calipers": some(st.lists(some(st.floats(0.01, 2)), max_size=3)), "random_orders": st.integers(0, 9)}
                ),
                "bootstrap": st.fixed_dictionaries({"draws": st.sampled_from(("patients", "sets"))}),
            }
        ),
        "gate": st.fixed_dictionaries(
            {"blinded": st.booleans(), "plan": some(st.just("0f" * 32)), "least_events": some(st.floats(1, 100))}
        ),
        "exports": st.fixed_dictionaries({"suppress_below": st.integers(0, 100)}),
        "manuscript": st.fixed_dictionaries(
            {
                "journal": st.sampled_from(("house", "lancet")),
                "language": st.sampled_from(("en", "ko", "ja")),
                "palette": some(st.just("grey")),
                "column": some(st.sampled_from(("single", "double"))),
                "resolution": st.sampled_from((300, 600, 1000)),
            }
        ),
    },
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(values=studies, without_dates=st.booleans())
def test_every_sound_study_comes_back_from_the_form_unchanged(values: dict[str, Any], without_dates: bool) -> None:
    if without_dates and not any("from_dates" in item for item in values["outcomes"]["survival"]):
        del values["dates"]
    study = StudySettings.model_validate(values)
    if draft_settings(values).problems:  # contradicts itself, such as an eligibility rule on a date that is no baseline
        return
    form = form_from_settings(COLUMNS, study)
    assert consistent(form) == form
    back, problems = settings_from_form(form)
    assert problems == ()
    assert back == study
