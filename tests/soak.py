"""``python -m tests.soak --minutes 10 --sessions 30``: so many people at once, each watched for somebody else's data.

Visitors are those of ``benchmarks.users``: each uploads a cohort of its own, opens its curves and drags the caliper; every
answer is compared with what the analysis computes, and searched for the arms of all others. When its drags are done a
visitor leaves, and another comes with another cohort. Prints figures after each round; exit status 1 where anything was
wrong, 0 otherwise.
"""

import argparse
import asyncio
import statistics
import sys
import time

from benchmarks.app_server import AppServer, running_app
from benchmarks.users import Subject, visit_together

DRAGS = 10
THINKING = (1.0, 3.0)


def soak(app: AppServer, minutes: float, sessions: int) -> int:
    """Keep so many sessions busy until the time is up; how many answers were wrong."""
    until, first, wrong = time.monotonic() + 60 * minutes, 0, 0
    answers: list[float] = []
    while time.monotonic() < until:
        subjects = [Subject(number) for number in range(first, first + sessions)]
        seen = asyncio.run(visit_together(app.address, subjects, drags=DRAGS, thinking=THINKING))
        first += sessions
        wrong += len(seen.wrong)
        answers += seen.seconds
        print(
            f"{first} visits, {len(answers)} answers, median {1000 * statistics.median(answers):.0f} ms, "
            f"{wrong} wrong {seen.wrong[:2]}, {app.megabytes():.0f} MB",
            flush=True,
        )
    return wrong


def main() -> int:
    """Soak a server of its own.

    Returns
    -------
    int
        1 where an answer was wrong, or the server logged a fault.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--sessions", type=int, default=30)
    command = parser.parse_args()
    with running_app(OMP_NUM_THREADS="1", EXPLORER_IDLE_MINUTES="5") as app:
        wrong, faults = soak(app, command.minutes, command.sessions), app.faults()
    print(f"{wrong} wrong answers, {len(faults)} faults in the log {faults[:3]}")
    return int(bool(wrong or faults))


if __name__ == "__main__":
    sys.exit(main())
