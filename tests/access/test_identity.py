from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ui.access.identity import CLOCK_SECONDS, Identity, Refusal, identify
from ui.access.settings import AccessSettings

NOW = 1_000_000.0
HOUR = 3600.0


def claims(**changes: Any) -> dict[str, Any]:
    found = {"sub": "u1", "email": "Ann@Hospital.org", "email_verified": True, "iat": NOW - HOUR, "exp": NOW + HOUR}
    return {key: value for key, value in (found | changes).items() if value is not None}


def code(settings: AccessSettings, **changes: Any) -> str:
    found = identify(claims(**changes), settings, NOW)
    return found.code if isinstance(found, Refusal) else "in"


DOMAIN = AccessSettings(allowed_domains=("hospital.org",), session_hours=8)


def test_a_person_of_the_domain_is_let_in_until_the_hours_are_over() -> None:
    found = identify(claims(), DOMAIN, NOW)
    assert isinstance(found, Identity)
    assert (found.email, found.roles, found.until) == ("ann@hospital.org", {"analyst"}, NOW + 7 * HOUR)


@pytest.mark.parametrize(
    "email",
    [
        "ann@hospital.org.evil.com",
        "ann@evilhospital.org",
        "hospital.org",
        "@hospital.org",
        "ann@hospital.org@evil.com",
        None,
    ],
)
def test_addresses_that_only_look_like_the_domain_are_refused(email: str | None) -> None:
    assert code(DOMAIN, email=email) == "not listed"


def test_a_listed_person_comes_from_anywhere() -> None:
    settings = AccessSettings(allowed_domains=("hospital.org",), allowed_users=("Bo@Other.org", "u7"))
    assert code(settings, email="bo@other.org") == "in"
    assert code(settings, email=None, sub="u7") == "in"
    assert code(settings, email="eve@other.org") == "not listed"
    assert code(AccessSettings(allowed_users=("bo@other.org",)), email="ann@hospital.org") == "not listed"


def test_what_the_provider_has_not_verified_is_no_address() -> None:
    assert code(DOMAIN, email_verified=False) == "email unverified"


def test_the_cookie_ends_when_we_say() -> None:
    assert code(DOMAIN, iat=NOW - 8 * HOUR) == "expired"
    assert code(DOMAIN, iat=NOW - 7.99 * HOUR, exp=NOW - 7 * HOUR) == "in"
    strict = DOMAIN.model_copy(update={"follow_token_expiry": True})
    assert code(strict, exp=NOW - 1) == "expired"
    for changes in ({"iat": None}, {"exp": None}, {"iat": "1"}, {"iat": True}, {"iat": NOW + CLOCK_SECONDS + 1}):
        assert code(DOMAIN, **changes) == "no times"
    assert code(DOMAIN, sub=None) == "no times"


def test_roles_come_from_the_claim_alone() -> None:
    settings = AccessSettings(role_claim="realm_access.roles", analyst_values=("pharm",), operator_values=("it",))
    assert code(settings) == "role"
    assert code(settings, realm_access={"roles": ["other"]}) == "role"
    for value, roles in ((["pharm"], {"analyst"}), (["it"], {"analyst", "operator"}), ("it", {"analyst", "operator"})):
        found = identify(claims(realm_access={"roles": value}), settings, NOW)
        assert isinstance(found, Identity)
        assert found.roles == roles
    flat = AccessSettings(role_claim="https://hospital.org/roles")
    assert code(flat, **{"https://hospital.org/roles": ["analyst"]}) == "in"


def test_behind_a_proxy_claims_have_no_times() -> None:
    found = identify({"email": "ann@hospital.org"}, DOMAIN, NOW, cookie_is_ours=False)
    assert isinstance(found, Identity)
    assert found.until == float("inf")
    assert isinstance(identify({"email": None}, DOMAIN, NOW, cookie_is_ours=False), Refusal)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["sub", "email", "iat", "exp", "email_verified", "roles"]),
        st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=3), max_size=2),
    )
)
def test_whatever_the_claims_nobody_outside_the_list_comes_in(found: dict[str, Any]) -> None:
    result = identify(found, DOMAIN, NOW)
    assert isinstance(result, Refusal) or result.email.endswith("@hospital.org")
