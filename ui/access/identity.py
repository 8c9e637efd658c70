"""Who signed in, whether they may, and until when; from the claims of the identity provider alone."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from analysis.phrases import phrase
from ui.access.settings import AccessSettings

Role = Literal["analyst", "operator"]
RefusalCode = Literal["not listed", "role", "email unverified", "expired", "no times", "signed out"]

ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9.-]+", re.ASCII | re.IGNORECASE)
"""One address, as HTML's e-mail field has it, and nothing that only ends like one; whatever else is no address."""

CLOCK_SECONDS = 300.0
"""So far may the clocks of the provider and of this server differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person who may use the app.

    Attributes
    ----------
    subject, email : str
        As the provider names the person; ``email`` may be empty.
    roles : frozenset of str
    until : float
        Seconds since 1970 at which the person has to sign in anew.
    sign_in : tuple of str and float
        Which signing in it was: the subject and when; behind a proxy, whose signing in is its own affair, the person alone.
    """

    subject: str
    email: str
    roles: frozenset[Role]
    until: float
    sign_in: tuple[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a person is not let in.

    Attributes
    ----------
    code : str
        For the audit log.
    words : str
        For the person.
    subject, email : str
    """

    code: RefusalCode
    words: str
    subject: str = ""
    email: str = ""


def identify(
    claims: Mapping[str, Any], settings: AccessSettings, now: float, *, cookie_is_ours: bool = True
) -> Identity | Refusal:
    """Whether the person of these claims may use the app now.

    Parameters
    ----------
    claims : mapping
        Of the identity token, its signature already checked.
    settings : AccessSettings
    now : float
        Seconds since 1970.
    cookie_is_ours : bool
        False where a proxy vouches for the claims; they have no times then.

    Examples
    --------
    >>> settings = AccessSettings(allowed_domains=("a.org",), session_hours=1)
    >>> identify({"sub": "1", "email": "x@a.org", "iat": 0, "exp": 60}, settings, 3500.0).until
    3600.0
    >>> identify({"sub": "1", "email": "x@a.org", "iat": 0, "exp": 60}, settings, 3601.0).code
    'expired'
    >>> identify({"sub": "1", "email": "x@a.org.evil.com", "iat": 0, "exp": 60}, settings, 1.0).code
    'not listed'
    """
    subject, email = _text(claims.get("sub")), _address(claims.get("email"))

    def refused(code: RefusalCode, words: str) -> Refusal:
        return Refusal(code=code, words=words, subject=subject, email=email)

    since = _seconds(claims.get("iat")) if cookie_is_ours else now
    until = _end(claims, settings, since) if cookie_is_ours else float("inf")
    if since is None or until is None or since > now + CLOCK_SECONDS or not (subject or not cookie_is_ours):
        return refused(
            "no times",
            phrase(
                "The identity provider did not say when you signed in, so it cannot be known for how long it holds. "
                "The operator of this server has to mend that."
            ),
        )
    if now >= until:
        return refused("expired", phrase("You signed in too long ago. Sign in again to go on."))
    if email and not _is_verified(claims, settings):
        if not _is_listed(subject, settings.allowed_users):
            return refused("email unverified", phrase("The identity provider has not verified your e-mail address."))
        email = ""
    if not _may(subject, email, settings):
        return refused(
            "not listed",
            phrase(
                "You are signed in, but not among those who may use this app. Ask the operator of this server, "
                "or sign in with another account."
            ),
        )
    roles = _roles(claims, settings)
    if not roles:
        return refused(
            "role",
            phrase(
                "You are signed in, but have no role that may use this app. Ask the operator of this server for one."
            ),
        )
    sign_in = (subject, since) if cookie_is_ours else (subject or email, 0.0)
    return Identity(subject=subject, email=email, roles=roles, until=until, sign_in=sign_in)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _address(value: Any) -> str:
    """An address in small letters; empty where it is not one (before that, since other scripts have small letters of ours)."""
    text = _text(value)
    return text.lower() if ADDRESS.fullmatch(text) else ""


def _is_verified(claims: Mapping[str, Any], settings: AccessSettings) -> bool:
    """Whether the address is the person's own: the provider says so, or, unless it has to, says nothing."""
    if "email_verified" not in claims:
        return not settings.require_verified_email
    found = claims["email_verified"]
    return found is True or found == "true"


def _seconds(value: Any) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) else None


def _end(claims: Mapping[str, Any], settings: AccessSettings, since: float | None) -> float | None:
    end = _seconds(claims.get("exp"))
    if since is None or end is None:
        return None
    longest = since + settings.session_hours * 3600.0
    return min(longest, end) if settings.follow_token_expiry else longest


def _is_listed(name: str, names: tuple[str, ...]) -> bool:
    return bool(name) and name in names


def _may(subject: str, email: str, settings: AccessSettings) -> bool:
    if _is_listed(subject, settings.allowed_users) or _is_listed(email, tuple(map(str.lower, settings.allowed_users))):
        return True
    name, at, domain = email.rpartition("@")
    if settings.allowed_domains:
        return bool(name and at) and domain in settings.allowed_domains
    return not settings.allowed_users  # then a role, or the provider, decides


def _roles(claims: Mapping[str, Any], settings: AccessSettings) -> frozenset[Role]:
    if settings.role_claim is None:
        return frozenset({"analyst"})
    given: Any = claims.get(settings.role_claim)
    if given is None:
        given = claims
        for part in settings.role_claim.split("."):  # such as realm_access.roles
            given = given.get(part) if isinstance(given, Mapping) else None
    several = given if isinstance(given, list | tuple) else [given]
    values = {value for value in several if isinstance(value, str)}
    roles: set[Role] = set()
    if values & set(settings.analyst_values):
        roles.add("analyst")
    if values & set(settings.operator_values):
        roles |= {"analyst", "operator"}
    return frozenset(roles)
