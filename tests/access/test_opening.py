from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from analysis.errors import SettingsError
from ui import screen
from ui.access import gate, opening, visits
from ui.access.identity import Identity, identify
from ui.access.settings import AccessSettings
from ui.access.visits import Visit
from ui.audit import events

FILE = UploadedFileRec(file_id="f", name="a.csv", type="text/csv", data=b"a")


@pytest.fixture
def unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that nobody has visited, which does nothing else once it is opened."""
    monkeypatch.setattr(MemoryUploadedFileManager, "add_file", MemoryUploadedFileManager.add_file)
    monkeypatch.setattr(opening, "_opened", None)
    monkeypatch.setattr(visits, "start_sweeping", lambda idle: None)
    monkeypatch.setattr(visits, "_visits", {})


def takes(key: str) -> bool:
    files = MemoryUploadedFileManager("/upload")
    with suppress(HTTPException):
        files.add_file(key, FILE)
    return bool(files.get_files(key, ["f"]))


@pytest.mark.usefixtures("unopened")
@pytest.mark.parametrize(
    ("variable", "value", "is_sound"),
    [
        ("EXPLORER_GUARDED_BY_PROXY", "true", True),
        ("EXPLORER_IDLE_MINUTES", "long", False),
        ("EXPLORER_AUTH_CLIENT_ID", "alone", False),
    ],
)
def test_a_file_is_taken_from_those_alone_who_were_let_in(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, is_sound: bool
) -> None:
    monkeypatch.setenv(variable, value)
    if is_sound:
        opening.open_once()
    else:
        with pytest.raises(SettingsError):
            opening.open_once()
    refused = Visit(key="refused", session=lambda: None)
    welcome = Visit(key="welcome", session=lambda: None, is_in=True)
    monkeypatch.setattr(visits, "_visits", {"refused": refused, "welcome": welcome})
    assert [takes(key) for key in ("refused", "nobody", "welcome")] == [False, False, True]


def test_a_visit_behind_a_proxy_is_let_in_once_however_many_pages_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(events, "began", lambda who, visit, *, is_operator: begun.append(who))
    monkeypatch.setattr(gate, "sign_in_is_configured", lambda: False)
    headers: dict[str, Any] = {"email": "ann@hospital.org", "sub": "ann"}
    monkeypatch.setattr(screen, "user", SimpleNamespace(to_dict=lambda: headers), raising=False)
    settings = AccessSettings(guarded_by_proxy=True, allowed_domains=("hospital.org",))
    visit = Visit(key="k", session=lambda: None)
    for _ in range(3):
        found = gate._who(settings)
        assert isinstance(found, Identity)
        gate._welcome(visit, found)
    assert len(begun) == 1
    other = identify({"email": "bo@hospital.org", "sub": "bo"}, settings, 0.0, cookie_is_ours=False)
    assert isinstance(other, Identity)
    gate._welcome(visit, other)
    assert len(begun) == 2
