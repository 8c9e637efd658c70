"""What a page says in words: its headline, what stands in the way, and what the numbers do not say."""

import re
from collections.abc import Sequence
from html import escape

from analysis.design.description import describe_design, describe_score, design_name, estimand_sentence
from analysis.design.propensity.refusals import REMEDY
from analysis.phrases import capitalised, join_phrases, phrase
from analysis.reporting.sentences import (
    missing_sentence,
    pooled_response_sentence,
    pooled_survival_sentence,
    pooled_words,
)
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.exhibits.missing import what_is_pooled
from ui.exhibits.population import design_word
from ui.exhibits.response import response_sentences
from ui.exhibits.survival import endpoint_sentences
from ui.guide.steps import draw_guide
from ui.language import said
from ui.workspace import StudyState

NO_BREAK = "\u00a0\\1\u00a0"
SAMPLE_SENTENCE = phrase("Sample study: synthetic, calibrated to published aggregates; not patient data.")


def draw_headline(title: str) -> None:
    """The page's title, with the study it speaks of, and the guide as long as a person wants it."""
    desk = session.workspace()
    st.title(title, anchor=False)
    if desk.is_sample:
        st.caption(f":material/science: {said(SAMPLE_SENTENCE)}")
    else:
        st.caption(f":material/table: {plain(desk.form.title or desk.name)}")
    draw_guide(title)


def draw_problems(state: StudyState) -> bool:
    """Say what stands in the way of results; True when there is nothing to show at all."""
    if state.problems:
        st.error(
            said(phrase("The study cannot be run yet:"))
            + "\n\n"
            + "\n".join(f"- {plain(text)}" for text in state.problems)
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if lacks_scores(state):
                st.button(
                    phrase("Use Firth's penalised regression"),
                    icon=":material/function:",
                    on_click=_use_firth,
                    help=phrase("It gives scores although covariates tell the arms apart. The change can be undone."),
                )
            st.page_link("pages/data.py", label=phrase("Go to Data"), icon=":material/table:")
        return True
    if state.design_problems:
        st.warning(
            "\n\n".join(
                (*map(plain, state.design_problems), said(phrase("What is shown below is the cohort as it is.")))
            ),
            icon=":material/warning:",
        )
    return False


def draw_nothing(sentence: str) -> None:
    """Say in a sentence why a page has nothing to show, and lead to where it can be given."""
    st.info(sentence, icon=":material/info:")
    st.page_link("pages/data.py", label=phrase("Go to Data"), icon=":material/table:")


def lacks_scores(state: StudyState) -> bool:
    """True where covariates tell the arms apart, so that maximum likelihood gives no scores and Firth's penalty does."""
    return any(REMEDY in text for text in state.problems)


def _use_firth() -> None:
    session.workspace().change_settings("propensity", model="firth")


def draw_limits(state: StudyState) -> None:
    """Say whom the effect refers to, what the design has not made alike, and who was left out or completed."""
    if state.design is None or state.patients is None or state.settings is None:
        return
    st.caption(
        plain(
            phrase(
                "{design}. {kind} makes alike only what is in the covariates. {whom}",
                design=capitalised(describe_design(state.settings, state.design)),
                kind=capitalised(design_name(state.design.kind)),
                whom=estimand_sentence(state.patients, state.design),
            )
        )
    )
    draw_selection(state)


def draw_selection(state: StudyState) -> None:
    """Say in a line who was chosen by rules of eligibility and what became of missing values; nothing where neither."""
    words = selection_words(state)
    if words:
        sentence = phrase("{sentence}.", sentence=capitalised(words))
        st.caption(f":material/filter_alt: {plain(sentence)}")


def draw_pooling(state: StudyState) -> None:
    """Say which outcomes are of all imputed sets and which of the set shown; nothing where nothing was imputed."""
    words = what_is_pooled(state)
    if words:
        st.caption(f":material/layers: {plain(words)}")


def selection_words(state: StudyState) -> str:
    """Such as ``3 rules of eligibility left out 12 patients; missing values: 20 imputed sets``."""
    parts: list[str] = []
    settings, steps = state.settings, [step for step in state.flow if step.kind in ("read", "eligibility")]
    if settings is None:
        return ""
    if settings.eligibility and len(steps) > 1:
        first, last = steps[0], steps[-1]
        lost = first.treated + first.control - last.treated - last.control
        rules = phrase("1 rule") if len(settings.eligibility) == 1 else phrase("{n} rules", n=len(settings.eligibility))
        patients = (
            phrase("nobody") if not lost else phrase("1 patient") if lost == 1 else phrase("{n:,} patients", n=lost)
        )
        parts.append(phrase("{rules} of eligibility left out {patients}", rules=rules, patients=patients))
    if state.imputation is not None:
        parts.append(
            phrase(
                "missing values: {n_sets} imputed sets, of which set {shown} is shown",
                n_sets=state.imputation.n_sets,
                shown=state.imputation.shown,
            )
        )
    elif settings.missing.method == "indicator":
        parts.append(phrase("missing values: marked by an indicator"))
    return join_phrases(parts, "; ") if parts else ""


def pooled_sentences(state: StudyState, endpoint: str | None = None) -> tuple[str, ...]:
    """The effects under the design over all imputed sets, of one endpoint or of all; none where nothing is imputed."""
    if state.imputation is None or state.patients is None:
        return ()
    words, after = pooled_words(state.imputation), state.imputation.after
    control = state.patients.control_label
    return (
        *(
            pooled_survival_sentence(item, words, control_label=control)
            for item in after.survival
            if endpoint in (None, item.name)
        ),
        *(pooled_response_sentence(item, words) for item in after.response if endpoint in (None, item.name)),
    )


def draw_words(state: StudyState) -> None:
    """What was done and what was found, ready to be read into a draft."""
    if state.settings is None:
        return
    if state.design is not None:
        score = phrase("Propensity score: {score}.", score=describe_score(state.settings.propensity))
        whom = () if state.patients is None else (estimand_sentence(state.patients, state.design),)
        draw_sentences(
            (score, phrase("Design: {design}.", design=describe_design(state.settings, state.design)), *whom)
        )
    if state.imputation is not None or state.settings.missing.method == "indicator":
        missing = missing_sentence(state.settings.missing, state.imputation, design_word=design_word(state))
        draw_sentences((missing, *pooled_sentences(state)))
    if state.is_covered:
        return
    for endpoint in state.settings.outcomes.survival:
        draw_sentences(endpoint_sentences(state, endpoint.name))
    draw_sentences(response_sentences(state))


def draw_sentences(sentences: Sequence[str]) -> None:
    """Sentences as they are, each a paragraph; a p and its value stay on one line."""
    paragraphs = "".join(f"<p>{escape(re.sub(r' ([=<>]) ', NO_BREAK, said(text)))}</p>" for text in sentences)
    if paragraphs:
        st.html(f'<div class="mce-sentences">{paragraphs}</div>')
