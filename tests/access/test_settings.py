import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.errors import SettingsError
from ui.access.__main__ import flags_of
from ui.access.settings import (
    AUTH_KEYS,
    AccessSettings,
    auth_from,
    idle_seconds,
    listens_beyond_loopback,
    problems_of_access,
    read_access,
)

ROOT = Path(__file__).resolve().parents[2]


def test_variables_come_before_the_file() -> None:
    secrets = {"access": {"allowed_domains": ["File.org"], "idle_minutes": 10, "role_claim": "groups"}}
    found = read_access(secrets, {"EXPLORER_ALLOWED_DOMAINS": "@A.org, b.org", "EXPLORER_METRICS_PORT": "9100"})
    assert (found.allowed_domains, found.idle_minutes, found.role_claim) == (("a.org", "b.org"), 10, "groups")
    assert found.metrics_port == 9100
    assert read_access({}, {"EXPLORER_ALLOWED_USERS": '["a@b.org"]'}).allowed_users == ("a@b.org",)
    assert read_access({}, {}) == AccessSettings()


def test_what_is_not_understood_is_named_and_never_repeated() -> None:
    with pytest.raises(SettingsError, match="not understood: audit_kye, session_hours") as caught:
        read_access({"access": {"audit_kye": "a secret", "session_hours": "long"}}, {})
    assert "a secret" not in str(caught.value)


def test_a_misspelt_variable_is_named_and_its_value_never_repeated() -> None:
    slips = {"EXPLORER_SESION_HOURS": "2", "EXPLORER_AUTH_CLIENT_SECRTE": "a secret", "OTHER_SESION_HOURS": "2"}
    with pytest.raises(
        SettingsError, match="not understood: EXPLORER_AUTH_CLIENT_SECRTE, EXPLORER_SESION_HOURS\\."
    ) as caught:
        read_access({}, slips | {"EXPLORER_SESSION_HOURS": "2"})
    assert "a secret" not in str(caught.value)


def test_every_setting_has_its_variable_and_its_line_in_the_manual() -> None:
    manual = (ROOT / "docs/hosting.md").read_text(encoding="utf-8")
    values = {"session_hours": "2", "idle_minutes": "2", "metrics_port": "2", "audit_identity": "email"}
    for name in AccessSettings.model_fields:
        is_yes_or_no = AccessSettings.model_fields[name].annotation is bool
        value = values.get(name, "true" if is_yes_or_no else "a.org")
        assert read_access({}, {f"EXPLORER_{name.upper()}": value}) != AccessSettings(), name
        assert f"| `{name}` |" in manual, name
    assert read_access({}, {f"EXPLORER_AUTH_{key.upper()}": "x" for key in AUTH_KEYS}) == AccessSettings()


@pytest.mark.parametrize("text", ["*.a.org", "a.org b.org", "\u212alinik.org", '["a.org"', '{"a.org": 1}', "ann@a.org"])
def test_domains_that_would_match_nobody_or_everybody_are_refused(text: str) -> None:
    """A list that could not be read must not leave the role alone to decide."""
    with pytest.raises(SettingsError, match="not understood: allowed_domains"):
        read_access({}, {"EXPLORER_ALLOWED_DOMAINS": text, "EXPLORER_ROLE_CLAIM": "roles"})


def test_a_provider_is_named_wholly_or_not_at_all() -> None:
    assert auth_from({}) == {}
    whole = {f"EXPLORER_AUTH_{key.upper()}": key for key in AUTH_KEYS}
    assert auth_from(whole) == {key: key for key in AUTH_KEYS}
    del whole["EXPLORER_AUTH_CLIENT_SECRET"]
    with pytest.raises(SettingsError, match="missing: EXPLORER_AUTH_CLIENT_SECRET"):
        auth_from(whole)


def test_beyond_loopback_somebody_asks_who_people_are() -> None:
    assert not listens_beyond_loopback("localhost")
    assert listens_beyond_loopback("")
    assert listens_beyond_loopback("no such name.invalid")
    plain = AccessSettings()
    assert problems_of_access(plain, signs_in=False, beyond_loopback=False) == ()
    assert len(problems_of_access(plain, signs_in=False, beyond_loopback=True)) == 1
    guarded = AccessSettings(guarded_by_proxy=True)
    assert problems_of_access(guarded, signs_in=False, beyond_loopback=True) == ()
    assert "not who may" in problems_of_access(plain, signs_in=True, beyond_loopback=True)[0]
    for who in ({"allowed_domains": ("a.org",)}, {"role_claim": "roles"}, {"anyone_who_signs_in": True}):
        assert problems_of_access(AccessSettings(**who), signs_in=True, beyond_loopback=True) == ()


def test_idle_sessions_are_wiped_where_others_can_come() -> None:
    assert idle_seconds(AccessSettings(), hosted=False) == 0
    assert idle_seconds(AccessSettings(), hosted=True) == 1800
    assert idle_seconds(AccessSettings(idle_minutes=0), hosted=True) == 0
    assert idle_seconds(AccessSettings(idle_minutes=0.5), hosted=False) == 30


def test_options_have_their_types() -> None:
    found = flags_of(["--server.port", "80", "--server.headless", "false", "--server.address=::1"])
    assert found == {"server_port": 80, "server_headless": False, "server_address": "::1"}


def test_it_does_not_start_with_a_misspelt_variable() -> None:
    """A session that was to last two hours must not silently last ten."""
    done = subprocess.run(
        [sys.executable, "-m", "ui.access"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "EXPLORER_SESION_HOURS": "2"},
    )  # fmt: skip
    assert done.returncode == 2
    assert "not understood: EXPLORER_SESION_HOURS." in done.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--server.address", "0.0.0.0"], "nobody is asked to sign in"),
        (["--server.address"], "Options are written"),
        (["plainly wrong"], "Options are written"),
        (["--server.port", "many"], "Options are written"),
    ],
)
def test_it_does_not_start_where_it_must_not(options: list[str], sentence: str) -> None:
    command = [sys.executable, "-m", "ui.access", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("The app was not started.")
    assert sentence in done.stderr
