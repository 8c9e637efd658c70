"""The page of errors: every family of sentences with what it means and what to do, and the sentences from the source."""

from dataclasses import dataclass
from pathlib import Path

from docs.making.sentences import ROOT, error_sentences

PAGE = ROOT / "docs" / "errors.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Sentences that are met in the same place and mended in the same way.

    Attributes
    ----------
    title : str
        What has gone wrong, in a person's words.
    meaning, remedy : str
        What it means; what to do. Markdown.
    modules : tuple of str
        Modules and packages whose sentences belong here; the longest name that fits decides.
    """

    title: str
    meaning: str
    remedy: str
    modules: tuple[str, ...]


FAMILIES = (
    Family(
        title="The file cannot be read",
        meaning="The file is not a table that can be read whole: damaged, encrypted, too large, in an unknown encoding, a list "
        "of finished results, or something else under a table's name. Nothing of it was kept.",
        remedy="Open it in the program it comes from and save it as XLSX or “CSV UTF-8”, one row per patient under one row of "
        "names. [Open a spreadsheet](how_to/open_a_spreadsheet.md) has the details.",
        modules=("analysis.cohort.formats", "analysis.cohort.reading", "analysis.cohort.isolation"),
    ),
    Family(
        title="A column does not hold what it was chosen for",
        meaning="The study names a column, a label or a kind that the cohort does not bear out: text among numbers, a label of "
        "an arm that nobody has, a category with too many levels.",
        remedy="Choose another column on the Data page, or correct the cells in the file; the sentence says how many. "
        "[What columns are taken for](methods/roles.md).",
        modules=("analysis.cohort",),
    ),
    Family(
        title="Dates and times do not fit together",
        meaning="A day that does not exist, a date outside the study's years, or times that contradict each other.",
        remedy="Correct the dates, or say in which order day and month stand. [Survival from dates](methods/dates.md).",
        modules=(
            "analysis.cohort.day_values",
            "analysis.cohort.observed_dates",
            "analysis.cohort.guards.date_order",
            "analysis.cohort.guards.time_zero",
            "analysis.cohort.guards.deaths",
        ),
    ),
    Family(
        title="Something would mislead",
        meaning="What is found here does not always stop a run. It says why an answer would be wrong if it is true: immortal "
        "time, the same patient twice, mixed units, an outcome among the covariates.",
        remedy="Mend it in the file, press the button beside the sentence, or say why it is right. "
        "[What is checked before a run](methods/guards.md).",
        modules=("analysis.cohort.guards", "analysis.cohort.checks"),
    ),
    Family(
        title="Scans and responses",
        meaning="Best responses are taken from a column or worked out from sums of lesions, and one of the two does not "
        "have what it needs.",
        remedy="Name the labels of the column, or correct the file of scans. "
        "[Response by RECIST and mRECIST](how_to/compare_response.md).",
        modules=(
            "analysis.cohort.responses",
            "analysis.cohort.response_time",
            "analysis.cohort.scans",
            "analysis.outcomes.lesions",
            "analysis.outcomes.response",
            "analysis.outcomes.response_times",
            "analysis.outcomes.agreement",
        ),
    ),
    Family(
        title="Missing values cannot be filled in",
        meaning="Imputation needs something to learn from, and there is too little of it.",
        remedy="Leave the column out, leave these patients out, or mark what is missing as a category of its own. "
        "[Missing values](how_to/missing_values.md).",
        modules=("analysis.cohort.imputation", "analysis.study.imputed"),
    ),
    Family(
        title="The study file contradicts itself",
        meaning="A key that does not exist, a value of the wrong kind, or two settings that exclude each other. All of them are "
        "told at once.",
        remedy="Correct the keys named. On screen such settings cannot be chosen together. "
        "[Every key of the study file](study_file.md).",
        modules=(
            "analysis.study_file",
            "analysis.contradictions",
            "analysis.design_contradictions",
            "analysis.settings",
        ),
    ),
    Family(
        title="The propensity score cannot be estimated",
        meaning="There are fewer patients than the model has terms, the covariates tell the arms apart completely, or one "
        "covariate says what others say.",
        remedy="Choose fewer covariates, join rare levels, or a model made for it (Firth, ridge). "
        "[Choose covariates](how_to/choose_covariates.md), [the propensity score](methods/propensity.md).",
        modules=(
            "analysis.design.propensity",
            "analysis.design.terms",
            "analysis.design.folds",
            "analysis.design.calibration",
            "analysis.design.support",
        ),
    ),
    Family(
        title="No pairs, sets or weights can be made",
        meaning="Under the rules chosen no treated patient finds a partner, or no weights exist that balance the arms.",
        remedy="Widen the caliper, match exactly on fewer columns, ask for fewer partners, or weight instead. "
        "[Choose a caliper](how_to/choose_a_caliper.md), [weight instead of matching](how_to/weight_instead.md).",
        modules=("analysis.design",),
    ),
    Family(
        title="An endpoint cannot be estimated",
        meaning="Too few events or patients, or times, weights and levels that are not numbers as they must be.",
        remedy="Report the counts, choose another endpoint or an earlier time, or correct what the sentence names. "
        "[Compare survival](how_to/compare_survival.md).",
        modules=("analysis.outcomes", "analysis.study"),
    ),
    Family(
        title="Sensitivity and other analyses of the same question",
        meaning="A bound, a bootstrap or another specification needs something that this study or its result does not have.",
        remedy="Ask for it where an effect with limits exists, or for less of it. [Sensitivity](methods/sensitivity.md), "
        "[the specification curve](methods/specification_curve.md).",
        modules=("analysis.sensitivity", "analysis.robustness", "analysis.study.sensitivity"),
    ),
    Family(
        title="Files, folders and capsules",
        meaning="A folder that cannot be written to, an earlier run that is not the same study, or a capsule that was changed. "
        "Nothing was written.",
        remedy="Correct the name or the option that the sentence gives. [On the command line](how_to/command_line.md), "
        "[capsule](methods/capsule.md).",
        modules=("analysis.command_line", "analysis.reporting", "analysis.manuscript", "analysis.validation"),
    ),
    Family(
        title="Patients' data are to be protected first",
        meaning="Columns that may tell who a patient is are to be left out, coded or banded, and one of them cannot be.",
        remedy="Choose another treatment of the column. [Patients' data](privacy.md).",
        modules=("analysis.cohort.privacy",),
    ),
)

_HEAD = """\
# Errors

Whatever stops a run or should be known before it says what must hold, what was found and what to do, and never a patient's
value. All problems of one step are told at once. Here they are by family; … stands for a name or a number of yours, and a
sentence may be longer than it is here.

On the command line they stand on standard error and the exit code is 2. "This is a bug" with exit code 1 is never your fault:
please report the lines above it, which hold no data.

*Made from the source by `python -m docs.making`.*
"""


def errors_page() -> dict[Path, str]:
    """The page, by its file.

    Raises
    ------
    LookupError
        When a module tells sentences that belong to no family.
    """
    told = _sentences_by_family()
    parts = [_HEAD]
    for family in FAMILIES:
        listed = "".join(f"- {text}\n" for text in told[family.title])
        parts.append(f"## {family.title}\n\n{family.meaning}\n\n**What to do.** {family.remedy}\n\n{listed}")
    return {PAGE: "\n".join(parts)}


def _sentences_by_family() -> dict[str, list[str]]:
    told: dict[str, list[str]] = {family.title: [] for family in FAMILIES}
    seen: set[str] = set()
    for file in sorted((ROOT / "analysis").rglob("*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for text in error_sentences(module):
            shown = _shown(text)
            if shown not in seen:
                seen.add(shown)
                told[_family(module).title].append(shown)
    return told


def _family(module: str) -> Family:
    """The family whose longest name fits."""
    fitting = [
        (len(name), family)
        for family in FAMILIES
        for name in family.modules
        if module == name or module.startswith(f"{name}.")
    ]
    if not fitting:
        raise LookupError(f"{module} tells errors and belongs to no family of docs/making/errors.py")
    return max(fitting, key=lambda found: found[0])[1]


def _shown(text: str) -> str:
    """A sentence as Markdown: nothing in it is read as a mark."""
    words = " ".join(text.split())
    for mark in "\\*_[]<>|`":
        words = words.replace(mark, f"\\{mark}")
    return words
