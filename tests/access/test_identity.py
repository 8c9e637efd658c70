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
        "ann@evil.com@hospital.org",
        "eve@evil.com,ann@hospital.org",
        "Eve <eve@evil.com> ann@hospital.org",
        "ann lee@hospital.org",
        "ann@hospital.org\n",
        "ann\x00@hospital.org",
        "ann@ho\u017fpital.org",
        "änn@hospital.org",
        ["ann@hospital.org"],
        None,
    ],
)
def test_addresses_that_only_look_like_the_domain_are_refused(email: Any) -> None:
    assert code(DOMAIN, email=email) == "not listed"


def test_a_listed_person_comes_from_anywhere() -> None:
    settings = AccessSettings(allowed_domains=("hospital.org",), allowed_users=("Bo@Other.org", "u7"))
    assert code(settings, email="bo@other.org") == "in"
    assert code(settings, email=None, sub="u7") == "in"
    assert code(settings, email="eve@other.org") == "not listed"
    assert code(AccessSettings(allowed_users=("bo@other.org",)), email="ann@hospital.org") == "not listed"


def test_what_the_provider_has_not_verified_is_no_address() -> None:
    for said in (False, "false", "False", "", 0, 1, "yes", [True]):
        assert code(DOMAIN, email_verified=said) == "email unverified"
    assert code(DOMAIN, email_verified="true") == "in"
    assert identify({**claims(), "email_verified": None}, DOMAIN, NOW) == identify(
        claims(email_verified=False), DOMAIN, NOW
    )


def test_a_provider_that_says_nothing_of_verifying_is_believed_unless_it_has_to_say_it() -> None:
    assert code(DOMAIN, email_verified=None) == "in"
    strict = DOMAIN.model_copy(update={"require_verified_email": True})
    assert (code(strict, email_verified=None), code(strict)) == ("email unverified", "in")


def test_an_unverified_address_names_nobody() -> None:
    """A listed subject comes in, but not under the address of another person."""
    found = identify(claims(email_verified=False), AccessSettings(allowed_users=("u1",)), NOW)
    assert isinstance(found, Identity)
    assert (found.subject, found.email) == ("u1", "")


def test_subjects_are_compared_exactly_and_addresses_in_any_case() -> None:
    settings = AccessSettings(allowed_users=("AbC", "Kim@Other.org"))
    assert code(settings, sub="AbC", email=None) == "in"
    assert code(settings, sub="aBc", email=None) == "not listed"
    assert code(settings, email="kIM@other.ORG") == "in"
    assert code(settings, email="\u212aim@other.org") == "not listed"
    assert code(settings, sub=["AbC"]) == "no times"


def test_the_cookie_ends_when_we_say() -> None:
    assert code(DOMAIN, iat=NOW - 8 * HOUR) == "expired"
    assert code(DOMAIN, iat=NOW - 7.99 * HOUR, exp=NOW - 7 * HOUR) == "in"
    strict = DOMAIN.model_copy(update={"follow_token_expiry": True})
    assert code(strict, exp=NOW - 1) == "expired"
    for changes in (
        {"iat": None},
        {"exp": None},
        {"iat": "1"},
        {"iat": True},
        {"iat": NOW + CLOCK_SECONDS + 1},
        {"iat": float("nan")},
        {"exp": float("inf")},
        {"iat": -float("inf")},
        {"exp": 10**400},
    ):
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
    assert code(settings, realm_access={"roles": [{"a": 1}, ["pharm"], 3, "pharm"]}) == "in"
    assert code(settings, realm_access={"roles": [{"pharm": 1}, None]}) == "role"
    flat = AccessSettings(role_claim="https://hospital.org/roles")
    assert code(flat, **{"https://hospital.org/roles": ["analyst"]}) == "in"


def test_behind_a_proxy_claims_have_no_times() -> None:
    found = identify({"email": "ann@hospital.org"}, DOMAIN, NOW, cookie_is_ours=False)
    assert isinstance(found, Identity)
    assert found.until == float("inf")
    assert identify({"email": "ann@hospital.org"}, DOMAIN, NOW + 1, cookie_is_ours=False) == found
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
