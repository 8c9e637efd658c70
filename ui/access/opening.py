"""What happens once in a process before anybody is let in: settings, audit log, metrics, the sweeper."""

import threading

from streamlit import net_util

from analysis.errors import SettingsError
from analysis.phrases import phrase
from ui.access import visits
from ui.access.settings import (
    AccessSettings,
    access_settings,
    idle_seconds,
    listens_beyond_loopback,
    problems_of_access,
    sign_in_is_configured,
    take_auth_from_environment,
)
from ui.access.uploads import guard_uploads
from ui.audit import events, metrics

_lock = threading.Lock()
_opened: tuple[AccessSettings, tuple[str, ...]] | None = None


def open_once() -> tuple[AccessSettings, tuple[str, ...]]:
    """The operator's settings, and why nobody may be let in, which is empty where all is well.

    Raises
    ------
    SettingsError
        The settings are not sound.
    """
    global _opened
    with _lock:
        if _opened is None:
            _opened = _open()
        return _opened


def _open() -> tuple[AccessSettings, tuple[str, ...]]:
    guard_uploads()  # first: settings that are not sound let nobody in, and take nothing either
    # Streamlit asks a server outside for its own address whenever a page of another site opens a connection.
    setattr(net_util, "get_external_ip", lambda: None)  # noqa: B010
    take_auth_from_environment()
    settings = access_settings()
    signs_in, beyond = sign_in_is_configured(), listens_beyond_loopback()
    problems = problems_of_access(settings, signs_in=signs_in, beyond_loopback=beyond)
    events.open_log(settings.audit_log, settings.audit_identity, settings.audit_key)
    metrics.count_visits(visits.open_visits)
    if settings.metrics_port is not None:
        try:
            metrics.offer_metrics(settings.metrics_port)
        except OSError:
            raise SettingsError(
                phrase(
                    "Metrics need a port of their own, and {port} is taken: set EXPLORER_METRICS_PORT to another.",
                    port=settings.metrics_port,
                )
            ) from None
    visits.start_sweeping(idle_seconds(settings, hosted=signs_in or beyond or settings.guarded_by_proxy))
    return settings, problems
