"""Rates: best responses and response rates in both arms, every test, and evaluable patients as a sensitivity analysis."""

import re

from analysis.errors import AnalysisError
from analysis.phrases import join_phrases, phrase, uncapitalised
from analysis.reporting.imputation_results import pooled_table
from analysis.reporting.outcome_tables import response_contrasts_table, response_rows
from analysis.reporting.printed import response as printed
from analysis.reporting.printed.missing import pooled_response_rows
from analysis.study.evaluable import EvaluableResponses, evaluable_responses
from charts.lettering import short_pair
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_table
from ui.exhibits.missing import pooled_caption, pooled_populations, shown_set_words
from ui.exhibits.population import after_heading, design_word, populations
from ui.exhibits.response import response_exhibit, response_sentences
from ui.messages import draw_sentences, pooled_sentences
from ui.response.populations import found_in, shown_populations
from ui.workspace import StudyState


def draw_rates(state: StudyState) -> None:
    """Draw the figure of best responses, the rates with their contrasts, categories and every test."""
    assert state.settings is not None
    exhibit = response_exhibit(state, width=600)
    if exhibit is not None:
        draw_exhibit(exhibit)
    pooled = [text for item in state.settings.outcomes.response for text in pooled_sentences(state, item.name)]
    draw_sentences((*pooled, *response_sentences(state)))
    _draw_tables(state)
    _draw_evaluable(state)


def _draw_tables(state: StudyState) -> None:
    assert state.patients is not None
    treated_label, control_label = state.patients.treated_label, state.patients.control_label
    labels = short_pair(treated_label, control_label)
    result, imputation = session.workspace().result(), state.imputation
    rates = printed.rate_table(populations(state), *labels, design_word(state)).replace({"Rate": printed.SHORT_RATES})
    rates = rates.map(_starred)
    rates_file = None if result is None else lambda: response_contrasts_table(result)
    draw_table(
        rates.drop(columns=printed.CONTRASTS, errors="ignore"),
        name="response rates",
        file=rates_file,
        caption=phrase(
            "ORR, objective response rate: CR + PR. DCR, disease control rate: CR + PR + SD. Every patient of the arm is in "
            "the denominator; not evaluable counts as no response. *: weighted, where patients weigh differently."
        )
        + shown_set_words(state),
    )
    st.markdown(phrase("### Differences"))
    draw_table(
        rates.drop(columns=list(labels), errors="ignore"),
        name="response differences",
        file=rates_file,
        caption=phrase(
            "{treated} against {control}, with the p-value of the named test.",
            treated=treated_label,
            control=control_label,
        ),
    )
    pooled = pooled_response_rows(pooled_populations(state), *labels, design_word(state))
    if len(pooled):
        st.markdown(phrase("### Pooled over imputed sets"))
        draw_table(
            pooled, name="pooled response", caption=pooled_caption(state),
            file=None if imputation is None else lambda: pooled_table(imputation),
        )  # fmt: skip
    categories = printed.category_table(populations(state), *labels, design_word(state))
    if len(categories):
        st.markdown(phrase("### Best responses"))
        draw_table(
            categories,
            name="best responses",
            file=lambda: response_rows(populations(state), treated_label, control_label),
            caption=phrase(
                "Patients and share of the arm, weighted where patients weigh differently. CR complete, PR partial response, "
                "SD stable, PD progressive disease, NE not evaluable."
            ),
        )
    st.markdown(phrase("### Every test"))
    draw_table(
        printed.all_tests_table(populations(state), design_word=design_word(state))
        .replace({"Rate": printed.SHORT_RATES, "Named test": printed.SHORT_NAMES})
        .rename(columns=printed.SHORT_TESTS),
        name="response tests",
        file=lambda: printed.all_tests_table(populations(state), form=lambda p: p, design_word=design_word(state)),
        caption=phrase(
            "The named test is Fisher's when an expected count is below 5, else Pearson's without correction: chosen by this "
            "rule, not by its result. Yates: Pearson's with continuity correction. LR: likelihood ratio. McNemar's tests "
            "compare within pairs and need 1:1 matching. Robust tests (Wald, score) use the weights, and stand in place of "
            "the others where patients are weighted."
        ),
    )


def _starred(cell: object) -> object:
    """A weighted rate in the room of a narrow table, with a star for the word."""
    return re.sub(r", weighted (\S+)", r", \1*", cell) if isinstance(cell, str) and ", weighted " in cell else cell


def _draw_evaluable(state: StudyState) -> None:
    """Rates without the patients who could not be evaluated, behind a fold and labelled as what they are."""
    with st.expander(phrase("Sensitivity analysis: evaluable patients only"), icon=":material/filter_alt:"):
        patients, settings = state.patients, state.settings
        assert patients is not None
        assert settings is not None
        found: dict[str, EvaluableResponses] = {}
        for population in reversed(shown_populations(state)):
            heading = phrase("Before") if population.when == "before" else after_heading(state)
            one = found_in(
                state, population, "evaluable", lambda design: evaluable_responses(patients, design, settings)
            )  # fmt: skip
            if one is not None and not isinstance(one, AnalysisError):
                found[heading] = one
        outcomes = {heading: one.outcomes for heading, one in found.items()}
        if not outcomes:
            st.caption(phrase("The study has no best responses by category: nobody can be told to be not evaluable."))
            return
        labels = short_pair(patients.treated_label, patients.control_label)
        draw_table(
            printed.rate_table(outcomes, *labels, design_word(state)).replace({"Rate": printed.SHORT_RATES}),
            name="response of evaluable patients",
            caption=phrase(
                "Patients whose best response is NE are left out of numerator and denominator ({counts}). Who can be evaluated "
                "is known only after time zero: matched sets lose members, and the arms are no longer those that the design "
                "made comparable. The main analysis counts NE as no response.",
                counts=_left_out(found),
            ),
        )


def _left_out(found: dict[str, EvaluableResponses]) -> str:
    return join_phrases(
        [
            uncapitalised(heading) + f", {name}: {treated:,} + {control:,}"
            for heading, one in found.items()
            for name, (treated, control) in one.n_left_out.items()
        ],
        "; ",
    )
