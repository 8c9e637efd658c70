"""Makes the synthetic sample cohort: ``python sample_data/generate.py`` writes its files beside this one.

The same seeds give the same files. The search takes about a minute; the product's own matcher, medians and tests decide
when the published figures are reached.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from analysis.outcomes.survival import kaplan_meier  # noqa: E402
from analysis.study_file import load_study  # noqa: E402
from sample_data.synthesis.annealing import all_figures, anneal_courses, distance_from_targets  # noqa: E402
from sample_data.synthesis.as_received import as_received  # noqa: E402
from sample_data.synthesis.design import MatchedPopulation, populations_by_balance  # noqa: E402
from sample_data.synthesis.lesions import draw_series, lesion_table, response_columns  # noqa: E402
from sample_data.synthesis.prognosis import Courses, draw_courses, months, prognostic_index  # noqa: E402
from sample_data.synthesis.published import SURVIVAL_TARGETS  # noqa: E402
from sample_data.synthesis.responders import choose_responses  # noqa: E402
from sample_data.synthesis.tables import cohort_table, csv_bytes  # noqa: E402

# Of so many drawn courses per population, the closest few to the published figures are fitted.
COURSES_DRAWN = 600
COURSES_FITTED = 8

# Assumed, not published: a plausible number of events and length of follow-up (reverse Kaplan-Meier, months).
PFS_EVENTS = range(110, 121)
OS_EVENTS = range(77, 95)
FOLLOW_UP_MONTHS = (15.0, 22.0)

# Known prognostic factors must show in survival, all in the expected direction (rank correlation with time).
PROGNOSTIC_FACTORS = ["albi_score", "log10_afp", "tumor_max_mm", "mvi", "ehs", "ecog"]
WEAKEST_FACTOR = 0.0
WEAKEST_INDEX = -0.35


def main() -> None:
    """Draw, match, fit the times, add responses and scans, and write the files."""
    study = load_study((HERE / "study.yaml").read_text(encoding="utf-8"))
    for population in populations_by_balance(study):
        for drawn in closest_courses(population):
            files = make_files(population, drawn)
            if files is not None:
                write(files, np.random.default_rng([population.seed, 3]))
                return
    raise SystemExit("No population reached the published figures; widen the seeds in synthesis/design.py.")


def write(files: dict[str, pd.DataFrame], rng: np.random.Generator) -> None:
    """Write the tables, and the cohort once more as a hospital might have sent it."""
    for name, table in files.items():
        (HERE / name).write_bytes(csv_bytes(table))
    (HERE / "cohort_as_received.csv").write_bytes(as_received(files["cohort.csv"], rng))


def closest_courses(population: MatchedPopulation) -> list[Courses]:
    """Draw many courses for these patients and give the plausible ones that need least fitting."""
    rng = np.random.default_rng([population.seed, 1])
    matched = population.populations.matched
    drawn = (draw_courses(population.patients, matched, rng) for _ in range(COURSES_DRAWN))
    plausible = [courses for courses in drawn if is_plausible(courses, population)]

    def distance(courses: Courses) -> float:
        return distance_from_targets(all_figures(courses, population.populations))

    return sorted(plausible, key=distance)[:COURSES_FITTED]


def is_plausible(courses: Courses, population: MatchedPopulation) -> bool:
    """Tell whether events and follow-up are in the assumed ranges, follow-up in each arm too."""
    treated = population.populations.treated
    follow_up = [
        kaplan_meier(months(courses.os_days[arm]), ~courses.os_event[arm]).median for arm in (treated, ~treated)
    ]
    return (
        int(courses.pfs_event.sum()) in PFS_EVENTS
        and int(courses.os_event.sum()) in OS_EVENTS
        and all(median is not None and FOLLOW_UP_MONTHS[0] <= median <= FOLLOW_UP_MONTHS[1] for median in follow_up)
        and shows_prognosis(population.patients, courses)
    )


def shows_prognosis(patients: pd.DataFrame, courses: Courses) -> bool:
    """Tell whether patients with worse findings at the start tend to live shorter."""
    survival = pd.Series(courses.os_days)
    factors = patients[PROGNOSTIC_FACTORS].corrwith(survival, method="spearman")
    index = pd.Series(prognostic_index(patients)).corr(survival, method="spearman")
    return bool((factors < WEAKEST_FACTOR).all() and index < WEAKEST_INDEX)


def make_files(population: MatchedPopulation, drawn: Courses) -> dict[str, pd.DataFrame] | None:
    """Give the cohort and its lesions if these courses can be fitted to the published figures, else None."""
    rng = np.random.default_rng([population.seed, 2])
    patients, matched = population.patients, population.populations.matched
    courses = anneal_courses(drawn, population.populations, rng)
    if courses is None or not shows_prognosis(patients, courses):
        return None
    responses = choose_responses(patients, matched, courses, rng)
    if responses is None:
        return None
    series = draw_series(patients, courses, responses, rng)
    report(population, courses)
    return {
        "cohort.csv": cohort_table(patients, courses, response_columns(series), rng),
        "lesions.csv": lesion_table(patients, series),
    }


def report(population: MatchedPopulation, courses: Courses) -> None:
    """Print what was found."""
    print(f"population {population.seed}: C {population.c_statistic:.3f}, largest SMD {population.largest_smd:.2f}")
    for target, found in zip(SURVIVAL_TARGETS, all_figures(courses, population.populations), strict=True):
        where = "after" if target.matched else "before"
        medians = f"{found.lenvatinib_median:.2f} v {found.sorafenib_median:.2f} months"
        print(f"{target.endpoint} {where} matching: {medians}, p = {found.p_value:.4f}")


if __name__ == "__main__":
    main()
