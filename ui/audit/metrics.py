"""How the server fares, in numbers for an operator: counted here, offered as Prometheus text on loopback alone."""

import threading
import weakref
from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

LOOPBACK = "127.0.0.1"
SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

PAGES = Histogram("explorer_page_seconds", "Seconds to draw a page.", ["page"], buckets=SECONDS, registry=REGISTRY)
RUNS = Histogram(
    "explorer_background_run_seconds", "Seconds of sweeps and bootstraps.", buckets=SECONDS, registry=REGISTRY
)
EXPORTS = Counter("explorer_exports", "Files that left, by kind.", ["kind"], registry=REGISTRY)
OPENED = Counter("explorer_cohorts_opened", "Cohorts that were opened.", registry=REGISTRY)
SIGNED_IN = Counter("explorer_sign_ins", "Visits that were let in.", registry=REGISTRY)
REFUSED = Counter("explorer_refusals", "Visits that were not let in, by reason.", ["reason"], registry=REGISTRY)
ENDED = Counter("explorer_sessions_ended", "Sessions that ended, by reason.", ["reason"], registry=REGISTRY)
FAILED = Counter("explorer_errors", "Faults of the product, by kind.", ["kind"], registry=REGISTRY)
UNREAD = Counter("explorer_files_refused", "Files that could not be read.", registry=REGISTRY)
LOST_EVENTS = Counter("explorer_audit_events_lost", "Events that could not be written.", registry=REGISTRY)

_desks: "weakref.WeakSet[Any]" = weakref.WeakSet()
"""Every workspace that still lies in memory, whoever holds it: what was wiped is not in here."""


def watch(desk: Any) -> None:
    """Count a workspace for as long as it is in memory."""
    _desks.add(desk)


class _Present(Collector):
    """What is true at the moment of asking."""

    def __init__(self) -> None:
        self.visits: Callable[[], int] = lambda: 0

    def collect(self) -> Iterable[Metric]:
        cohorts = {id(desk.cohort): desk.cohort for desk in list(_desks) if not desk.is_sample}.values()
        for name, words, value in (
            ("explorer_sessions", "Sessions that are open.", self.visits()),
            ("explorer_cohorts_in_memory", "Cohorts in memory, the sample aside.", len(cohorts)),
            ("explorer_rows_in_memory", "Their rows.", sum(len(cohort.table) for cohort in cohorts)),
        ):
            yield GaugeMetricFamily(name, words, value=value)


_present = _Present()
REGISTRY.register(_present)


def count_visits(visits: Callable[[], int]) -> None:
    """Where the number of open sessions is known."""
    _present.visits = visits


def metrics_text() -> str:
    """Every metric in Prometheus' text format."""
    return generate_latest(REGISTRY).decode()


def metrics_summary() -> str:
    """The product's own metrics as they stand, a line for each: what an operator reads on screen."""
    lines = [line for line in metrics_text().splitlines() if line.startswith("explorer_")]
    return "\n".join(line for line in lines if "_bucket{" not in line and "_created" not in line)


_offering = threading.Lock()


def offer_metrics(port: int) -> int:
    """Offer the metrics on loopback; the port they are at, which is a free one where 0 is asked for."""
    with _offering:
        server, _ = start_http_server(port, addr=LOOPBACK, registry=REGISTRY)
        return int(server.server_address[1])
