"""Which groups a report is of, and what was examined before it."""

from analysis.manuscript.documents.words import say
from analysis.manuscript.publication import Publication
from analysis.plan import SHORT, plan_digest
from analysis.reporting.small_counts import flow_has_small_counts
from analysis.reporting.suppression import is_active
from charts.lettering import clean_label
from charts.style import format_count


def study_line(publication: Publication) -> str:
    """The groups and how many patients of each were compared; without numbers where one would tell a hidden count."""
    result, language = publication.result, publication.language
    patients, design, below = result.patients, result.design, result.settings.exports.suppress_below
    arms = {"treated": clean_label(patients.treated_label), "control": clean_label(patients.control_label)}
    if is_active(below) and flow_has_small_counts(patients, design, below):
        return say(language, "line", "hidden", **arms, below=below)
    n_treated = int(patients.treated.sum())
    numbers = {
        "n_treated": design.n_treated,
        "n_control": design.n_control,
        "all_treated": n_treated,
        "all_control": patients.treated.size - n_treated,
    }
    return say(language, "line", design.kind, **arms, **{name: format_count(n) for name, n in numbers.items()})


def what_was_examined(publication: Publication) -> str:
    """This specification's place among those examined, its plan, and when outcomes were seen."""
    ledger, language = publication.ledger, publication.language
    digest = plan_digest(publication.result.settings)
    entry, total, told = ledger.entry(digest), len(ledger.entries), []
    if ledger.opened != "command line" and entry is not None:
        key = "only" if total == 1 else "place"
        told.append(say(language, "examined", key, number=entry.number, total=total))
    if ledger.lock is None:
        told.append(say(language, "examined", "no plan"))
    else:
        kept = "kept" if ledger.lock.digest == digest else "left"
        when = {True: "after", False: "before", None: "unknown"}[ledger.lock.outcomes_seen]
        told.append(say(language, "examined", f"plan {kept} {when}", digest=ledger.lock.digest[:SHORT]))
    told.append(say(language, "examined", ledger.opened))
    return ("" if language == "ja" else " ").join(told)
