"""How an operator settles access: from the secrets file's ``[access]`` and from environment variables, nothing else."""

import ipaddress
import json
import os
import re
import socket
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton

from analysis.errors import SettingsError
from analysis.phrases import phrase

PREFIX = "EXPLORER_"
"""Of every environment variable; it comes before the secrets file."""

AUTH_KEYS = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
"""What signing in needs, as ``[auth]`` of the secrets file or as ``EXPLORER_AUTH_REDIRECT_URI`` and so on."""

IDLE_MINUTES_HOSTED = 30.0
"""Where others than the person at this machine could reach the app, unless the operator says otherwise."""

DOMAIN = re.compile(r"[A-Za-z0-9.-]+")

SHORTEST_SECRET = 32
"""Letters of the secret that signs cookies."""


class AccessSettings(BaseModel):
    """What an operator has settled.

    Attributes
    ----------
    allowed_domains : tuple of str
        Domains of e-mail addresses that may sign in.
    allowed_users : tuple of str
        E-mail addresses, in whatever case, or subjects, exactly, that may sign in whatever their domain.
    require_verified_email : bool
        An address counts only where the provider says that it verified it; else also where it says nothing of that.
    anyone_who_signs_in : bool
        The identity provider alone decides who may; no list is needed then.
    role_claim : str or None
        The claim that holds a person's roles; None where everybody who may sign in is an analyst.
    analyst_values, operator_values : tuple of str
        Values of that claim that make an analyst (everything but metrics) or an operator (metrics besides).
    session_hours : float
        After so long a person signs in anew, whatever the cookie says.
    follow_token_expiry : bool
        End the session also where the identity token ends, which some providers set to minutes.
    idle_minutes : float or None
        A session that nobody uses for so long is wiped; 0 never, None by default of the place.
    guarded_by_proxy : bool
        The operator says that nobody reaches the app but through a proxy that asks who they are.
    audit_log : str
        ``off``, ``stdout``, or the path of a file that is appended to.
    audit_identity : {"hashed", "email", "subject"}
        How a person is named there.
    audit_key : str
        The secret of the hashes; without one they tell people apart until the server ends.
    metrics_port : int or None
        Where an operator's metrics are offered, on loopback.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed_domains: tuple[str, ...] = ()
    allowed_users: tuple[str, ...] = ()
    require_verified_email: bool = False
    anyone_who_signs_in: bool = False
    role_claim: str | None = None
    analyst_values: tuple[str, ...] = ("analyst",)
    operator_values: tuple[str, ...] = ("operator",)
    session_hours: float = Field(default=10.0, gt=0, le=24 * 30)
    follow_token_expiry: bool = False
    idle_minutes: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    guarded_by_proxy: bool = False
    audit_log: str = "off"
    audit_identity: Literal["hashed", "email", "subject"] = "hashed"
    audit_key: str = ""
    metrics_port: int | None = Field(default=None, ge=0, le=65535)

    @field_validator("allowed_domains", mode="after")
    @classmethod
    def _are_domains(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        domains = tuple(value.strip().removeprefix("@") for value in values if value.strip())
        if not all(DOMAIN.fullmatch(domain) for domain in domains):
            raise ValueError("a domain has letters, digits, dots and hyphens")
        return tuple(domain.lower() for domain in domains)

    @field_validator("allowed_users", mode="after")
    @classmethod
    def _are_names(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(value.strip() for value in values if value.strip())


VARIABLES = frozenset(
    PREFIX + name.upper() for name in (*AccessSettings.model_fields, *(f"auth_{key}" for key in AUTH_KEYS))
)
"""Every variable that settles anything: another of this prefix is a slip, and what it was to settle would stay as it was."""

LISTS = tuple(name for name, field in AccessSettings.model_fields.items() if "tuple" in str(field.annotation))


def read_access(secrets: Mapping[str, Any], environment: Mapping[str, str]) -> AccessSettings:
    """What the operator settled.

    Parameters
    ----------
    secrets : mapping
        The secrets file.
    environment : mapping
        Environment variables; ``EXPLORER_ALLOWED_DOMAINS=a.org,b.org`` comes before the file.

    Raises
    ------
    SettingsError
        A key or a variable is unknown, or its value not sound. No value is repeated: it may be a secret.

    Examples
    --------
    >>> read_access({"access": {"session_hours": 8}}, {"EXPLORER_ALLOWED_DOMAINS": "A.org, b.org"}).allowed_domains
    ('a.org', 'b.org')
    """
    unknown = {name for name in environment if name.startswith(PREFIX)} - VARIABLES
    if unknown:
        raise _not_understood(sorted(unknown))
    given: dict[str, Any] = dict(secrets.get("access", {}))
    for name in AccessSettings.model_fields:
        text = environment.get(PREFIX + name.upper())
        if text is not None:
            given[name] = _listed(text) if name in LISTS else text or None
    given = {name: value for name, value in given.items() if value is not None}
    try:
        return AccessSettings.model_validate(given)
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in item["loc"]) for item in error.errors()})
        raise _not_understood(places) from None


def _not_understood(places: list[str]) -> SettingsError:
    return SettingsError(
        phrase(
            "The settings of access must be those of docs/hosting.md; not understood: {places}. "
            "They come from [access] of the secrets file and from variables that begin with {prefix}.",
            places=", ".join(places),
            prefix=PREFIX,
        )
    )


def _listed(text: str) -> tuple[str, ...] | str:
    """The list of a variable; the text itself, which no list takes, where it only looks like JSON."""
    if text.lstrip().startswith("["):
        try:
            return tuple(map(str, json.loads(text)))
        except ValueError:
            return text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def auth_from(environment: Mapping[str, str]) -> dict[str, Any]:
    """``[auth]`` as environment variables say it; empty where they say nothing.

    Raises
    ------
    SettingsError
        Some of the variables are missing.
    """
    found: dict[str, Any] = {key: environment.get(f"{PREFIX}AUTH_{key.upper()}", "") for key in AUTH_KEYS}
    if not any(found.values()):
        return {}
    missing = [f"{PREFIX}AUTH_{key.upper()}" for key, value in found.items() if not value]
    if missing:
        raise SettingsError(
            phrase("Signing in needs every one of its variables; missing: {names}.", names=", ".join(missing))
        )
    return found


def sign_in_is_configured() -> bool:
    """Whether an identity provider is named, by the secrets file or by the environment."""
    return bool(_secrets().get("auth"))


def access_settings() -> AccessSettings:
    """What the operator of this process settled.

    Raises
    ------
    SettingsError
        As `read_access` does.
    """
    return read_access(_secrets(), os.environ)


def take_auth_from_environment() -> None:
    """Let variables name the identity provider, so that nothing secret need lie in a file.

    Raises
    ------
    SettingsError
        Some of the variables are missing, or the secret that signs cookies is short.
    """
    found = auth_from(os.environ)
    secrets_singleton.load_if_toml_exists()  # a file that is there comes first, and what the variables say replaces it
    if found and dict(_secrets().get("auth", {})) != found:
        secrets_singleton.merge_programmatic_secrets({"auth": found})
    secret = str(_secrets().get("auth", {}).get("cookie_secret", ""))
    if sign_in_is_configured() and len(secret) < SHORTEST_SECRET:
        raise SettingsError(
            phrase(
                "The secret that signs cookies (cookie_secret) must have {fewest} letters or more; this one has {n}. "
                "Make one with: python -c 'import secrets; print(secrets.token_hex(32))'.",
                fewest=SHORTEST_SECRET,
                n=len(secret),
            )
        )


def _secrets() -> dict[str, Any]:
    return secrets_singleton.to_dict() if secrets_singleton.load_if_toml_exists() else {}


def listens_beyond_loopback(address: str | None = None) -> bool:
    """Whether other machines can reach the address that the server listens on; no address means every one.

    Examples
    --------
    >>> listens_beyond_loopback("127.0.0.1"), listens_beyond_loopback("::1"), listens_beyond_loopback("0.0.0.0")
    (False, False, True)
    """
    name = config.get_option("server.address") if address is None else address
    if not name:
        return True
    try:
        return not ipaddress.ip_address(name).is_loopback
    except ValueError:
        pass
    try:
        found = {str(item[4][0]) for item in socket.getaddrinfo(name, None)}
    except OSError:
        return True
    return not all(ipaddress.ip_address(one.split("%")[0]).is_loopback for one in found)


def problems_of_access(settings: AccessSettings, *, signs_in: bool, beyond_loopback: bool) -> tuple[str, ...]:
    """Why the app must not be offered like this; none where it may.

    Parameters
    ----------
    settings : AccessSettings
    signs_in : bool
        Whether an identity provider is named.
    beyond_loopback : bool
        Whether other machines can reach the server.
    """
    problems = []
    if beyond_loopback and not signs_in and not settings.guarded_by_proxy:
        problems.append(
            phrase(
                "The app listens where other machines can reach it, and nobody is asked to sign in. Name an identity provider "
                "([auth] of the secrets file, or EXPLORER_AUTH_… variables), listen on 127.0.0.1, or, where a proxy that asks "
                "who people are is the only way in, say so with EXPLORER_GUARDED_BY_PROXY=true."
            )
        )
    allowed = settings.allowed_domains or settings.allowed_users or settings.anyone_who_signs_in or settings.role_claim
    if signs_in and not allowed:
        problems.append(
            phrase(
                "Signing in is configured, but not who may: name EXPLORER_ALLOWED_DOMAINS, EXPLORER_ALLOWED_USERS or "
                "EXPLORER_ROLE_CLAIM, or, where the identity provider lets in none but those who may, say so with "
                "EXPLORER_ANYONE_WHO_SIGNS_IN=true."
            )
        )
    return tuple(problems)


def idle_seconds(settings: AccessSettings, *, hosted: bool) -> float:
    """Seconds after which an unused session is wiped; 0 never."""
    minutes = settings.idle_minutes
    if minutes is None:
        minutes = IDLE_MINUTES_HOSTED if hosted else 0.0
    return minutes * 60.0
