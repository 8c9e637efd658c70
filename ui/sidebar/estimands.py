"""Whom the effect speaks of, in words that a clinician says."""

from collections.abc import Sequence

from ui.form import StudyForm
from ui.sidebar.status import cut_label

QUESTION = "Whom should the effect speak of?"


def estimand_words(form: StudyForm, offered: Sequence[str]) -> dict[str, str]:
    """Each estimand that is offered, in words with the names of the arms."""
    words = {
        "ATT": f"Like those given {cut_label(form.treated)}",
        "ATC": f"Like those given {cut_label(form.control)}",
        "ATE": "All patients",
        "ATO": "Patients who might have been given either",
        "ATM": "Patients who could be matched",
    }
    return {name: words[name] for name in offered}
