"""Whom the effect speaks of, in words that a clinician says."""

from collections.abc import Sequence

from analysis.phrases import phrase
from ui.form import StudyForm
from ui.sidebar.status import cut_label

QUESTION = phrase("Whom should the effect speak of?")


def estimand_words(form: StudyForm, offered: Sequence[str]) -> dict[str, str]:
    """Each estimand that is offered, in words with the names of the arms."""
    words = {
        "ATT": phrase("Like those given {treated}", treated=cut_label(form.treated)),
        "ATC": phrase("Like those given {control}", control=cut_label(form.control)),
        "ATE": phrase("All patients"),
        "ATO": phrase("Patients who might have been given either"),
        "ATM": phrase("Patients who could be matched"),
    }
    return {name: words[name] for name in offered}
