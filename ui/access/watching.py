"""What is noted of a page once it is drawn, how long it took and which cohort lies on the desk; of a file; and of a fault."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ui.access import visits
from ui.access.visits import Visit
from ui.audit import events, metrics


@contextmanager
def watched(page: str) -> Iterator[None]:
    """While a page is drawn.

    Parameters
    ----------
    page : str
        Its name in the list of pages.
    """
    visit = visits.present_visit()
    began = time.perf_counter()
    try:
        yield
    finally:
        metrics.PAGES.labels(page).observe(time.perf_counter() - began)
        if visit is not None and not visits.is_over(visit):
            _note(visit)


def _note(visit: Visit) -> None:
    """Write down a cohort that is new on the desk, and a file that could not be read."""
    from ui import session

    desk = session.workspace()
    metrics.watch(desk)
    if visit.cohort != desk.cohort.sha256:
        visit.cohort = desk.cohort.sha256
        rows, columns = desk.cohort.table.shape
        events.opened(visit.who, visit.name, rows=int(rows), columns=int(columns), is_sample=desk.is_sample)
    intake = session.intake()
    if intake is not None and intake.cohort is None and intake.problems and visit.intake is not intake:
        visit.intake = intake
        events.unread(visit.who, visit.name, len(intake.problems))


def note_failure(error: Exception) -> None:
    """A page, a control or a file failed by a fault of the product."""
    note_failure_of(visits.present_visit(), error)


def note_failure_of(visit: Visit | None, error: Exception) -> None:
    """As `note_failure`, where the visit is known and the thread is another's."""
    events.failed("" if visit is None else visit.who, "" if visit is None else visit.name, error)


def export_of(make: Callable[[], bytes], kind: str) -> Callable[[], bytes]:
    """A maker of a file that is written down when it leaves, and gives none once its visit is over.

    Parameters
    ----------
    make : callable
        Gives the file.
    kind : str
        One of the kinds of the audit log.
    """
    visit = visits.present_visit()

    def made() -> bytes:
        with visits.running(visit):
            if visits.is_over(visit):
                raise PermissionError("this session is over")
            try:
                content = make()
            except Exception as error:
                note_failure_of(visit, error)
                raise
        events.exported("" if visit is None else visit.who, "" if visit is None else visit.name, kind, len(content))
        return content

    return made
