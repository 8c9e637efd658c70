"""What a capsule says of itself to whoever opens it."""

from analysis.manuscript.publication import Publication

_FILES = {
    "study.yaml": "the study as it was understood, every default filled in",
    "results.json": "every number of the run",
    "expected.csv": "those that the R script rebuilds",
    "ledger.json": "every specification that was examined, and when outcomes came in sight",
    "capsule.json": "digests of the cohort and of these files, and the software",
    "requirements.txt": "the libraries of Python, pinned",
    "run.py": "runs the study again: python run.py COHORT",
    "analysis.R": "rebuilds it in R: Rscript analysis.R COHORT (MatchIt 4.5.4 or later, survival)",
}


def read_me(publication: Publication, *, patients: bool, with_cohort: bool) -> str:
    """Say what each file of a capsule is, which cohort it needs and what it holds of patients.

    Parameters
    ----------
    publication : Publication
        One run.
    patients : bool
        Whether sets.csv is in it.
    with_cohort : bool
        Whether the cohort is.

    Returns
    -------
    str
        Plain text.
    """
    result = publication.result
    files = dict(_FILES)
    if patients:
        files["sets.csv"] = "set, weight and independent unit of each patient, by row of the file"
    width = max(map(len, files))
    lines = [
        result.settings.title or "A study of Matched Cohort Explorer",
        "",
        *(f"{name.ljust(width)}  {what}" for name, what in files.items()),
        "",
        f"Cohort: SHA-256 {result.cohort_sha256}",
        "It is in this archive." if with_cohort else "It is not in this archive; both scripts ask for it.",
        "Rows of patients are in this archive."
        if patients or with_cohort
        else "No rows of patients are in this archive.",
        "",
        "Drop the archive on the Data page to open the session again.",
        "Where MatchIt is not installed or too old, analysis.R stops and says so; with --use-sets it takes the sets from",
        "sets.csv, where the capsule holds it, and rebuilds the outcomes alone.",
    ]
    return "\n".join(lines) + "\n"
