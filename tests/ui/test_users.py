"""Several users of one process at once: nobody sees what is another's, and everybody sees what the analysis computes."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from benchmarks.app_server import running_app
from benchmarks.users import Seen, Subject, faults_of_page, visit_together
from benchmarks.visitor import Screen, Visitor

USERS = 4
DRAGS = 3


def test_users_who_drag_at_the_same_time_see_their_own_cohorts() -> None:
    subjects = [Subject(number) for number in range(USERS)]
    # A thread of its own: where a browser was tested before, this one has a loop that runs.
    with running_app() as app, ThreadPoolExecutor(1) as thread:
        seen, wrong = thread.submit(lambda: asyncio.run(_visits(app.address, subjects))).result()
        assert app.faults() == []
    assert seen.wrong == []
    assert len(seen.seconds) == USERS * DRAGS
    assert len(wrong) == 3, "the comparison above must be one that can fail"


async def _visits(address: str, subjects: list[Subject]) -> tuple[Seen, list[str]]:
    seen = await visit_together(address, subjects, drags=DRAGS, thinking=(0.0, 0.1))
    return seen, await _faults_of_a_stranger(address, subjects[0])


async def _faults_of_a_stranger(address: str, subject: Subject) -> list[str]:
    """What is found where the sample study is on the desk, and somebody else's cohort was expected."""
    async with Visitor(address) as visitor:
        await visitor.open("survival")
        return faults_of_page(visitor.screen, subject, 0.2, [])


def test_another_users_arm_is_found_wherever_it_stands() -> None:
    first, second = Subject(0), Subject(1)
    screen = Screen(received=bytearray(b"... " + second.arms[1].encode() + b" ..."))
    assert faults_of_page(screen, first, 0.2, [second])[0] == f"{second.arms[0]} is seen by {first.arms[0]}"
    assert "is seen by" not in " ".join(faults_of_page(screen, first, 0.2, []))
