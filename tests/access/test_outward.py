"""No connection leaves the machine for what Streamlit would like to know."""

import pytest
from streamlit import net_util
from streamlit.web.server.server_util import is_url_from_allowed_origins

from ui.access import opening, visits


def test_a_page_of_another_site_makes_nobody_ask_for_the_servers_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(net_util, "_external_ip", None)
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)  # as it was, afterwards
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, timeout=5.0: asked.append(url))
    monkeypatch.setattr(opening, "_opened", None)
    monkeypatch.setattr(visits, "start_sweeping", lambda idle: None)
    opening.open_once()
    assert not is_url_from_allowed_origins("https://elsewhere.example.org")
    assert asked == []
