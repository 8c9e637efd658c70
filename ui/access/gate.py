"""The gate in the frame: nothing of a study is drawn, and nothing taken, before it lets a visit in."""

import time
from datetime import timedelta

from streamlit import runtime

from analysis.errors import SettingsError
from analysis.phrases import join_phrases, phrase
from ui import screen as st
from ui import session
from ui.access import visits
from ui.access.identity import Identity, Refusal, identify
from ui.access.opening import open_once
from ui.access.settings import AccessSettings, sign_in_is_configured
from ui.access.visits import Visit
from ui.acts import AtAnyTime
from ui.audit import events, metrics

NOBODY = "nobody in particular"


def let_in() -> bool:
    """Whether the page may be drawn; where not, what is said instead is drawn."""
    if not runtime.exists():  # no server, so nobody who could visit
        return True
    try:
        settings, problems = open_once()
    except SettingsError as error:
        settings, problems = AccessSettings(), error.problems
    if problems:
        _draw_closed(problems)
        return False
    visit = visits.present_visit()
    if visit is None or (visit.ended is not None and not _draw_end(visit)):
        return False
    found = _who(settings)
    if isinstance(found, Identity) and visits.was_signed_out(found):
        found = Refusal(
            code="signed out", words=phrase("You signed out. Sign in again to go on."), subject=found.subject
        )
    if isinstance(found, Refusal):
        _refuse(visit, found)
        return False
    if found is None:
        _draw_sign_in(phrase("Sign in with your institution's account to use this app."))
        return False
    _welcome(visit, found)
    return True


def _who(settings: AccessSettings) -> Identity | Refusal | None:
    """Who visits; None where nobody has signed in yet."""
    claims = dict(st.user.to_dict())
    if sign_in_is_configured():
        return identify(claims, settings, time.time()) if claims.get("is_logged_in") else None
    asked = settings.allowed_domains or settings.allowed_users or settings.role_claim
    if settings.guarded_by_proxy and asked:
        return identify(claims, settings, time.time(), cookie_is_ours=False)
    return Identity(
        subject=str(claims.get("sub") or ""),
        email=str(claims.get("email") or ""),
        roles=frozenset({"analyst"}),
        until=float("inf"),
        sign_in=("", 0.0),
    )


def _welcome(visit: Visit, found: Identity) -> None:
    if visit.identity is not None and visit.identity.subject != found.subject:
        session.delete_everything()  # whatever brought this browser back to it, the session was another person's
        visit.is_in, visit.cohort, visit.intake = False, None, None
    if not visit.is_in or visit.identity is None or visit.identity.sign_in != found.sign_in:
        events.began(events.named(found.subject, found.email), visit.name, is_operator="operator" in found.roles)
    visit.identity, visit.is_in = found, True
    visits.touch(visit)


def _refuse(visit: Visit, found: Refusal) -> None:
    if found.code not in visit.refused:
        visit.refused.add(found.code)
        events.refused(events.named(found.subject, found.email), visit.name, found.code)
    _draw_sign_in(found.words, again=found.code in ("expired", "signed out"))


def _draw_sign_in(words: str, *, again: bool | None = None) -> None:
    st.title("Matched Cohort Explorer", anchor=False)
    if again is None:
        st.write(words)
    else:
        st.warning(words, icon=":material/lock:")
    with st.container(horizontal=True, gap="small"):
        st.button(phrase("Sign in") if again is not False else phrase("Sign in with another account"), icon=":material/login:",
                  type="primary", key="sign in", on_click=AtAnyTime(st.login))  # fmt: skip
        if again is False:
            st.button(phrase("Sign out"), icon=":material/logout:", key="sign out at the gate",
                      on_click=AtAnyTime(st.logout))  # fmt: skip
    st.caption(phrase("Nothing of a study is shown, and no file is taken, before you have signed in."))


def _draw_closed(problems: tuple[str, ...]) -> None:
    st.title("Matched Cohort Explorer", anchor=False)
    told = (phrase("This server lets nobody in as it is set up."), *problems)
    st.error(join_phrases(told, "\n\n"), icon=":material/lock:")


def _draw_end(visit: Visit) -> bool:
    """Say why a session was wiped; True once the person goes on."""
    words = {
        "idle": phrase(
            "Nothing was done here for a while, so this session was ended: the cohort, every result and every choice "
            "were wiped from the server's memory. With the study file you saved and the cohort's file you are back where "
            "you were."
        ),
        "expired": phrase("Your signing in has ended, so this session was wiped from the server's memory."),
        "left": phrase("This session was wiped from the server's memory."),
        "signed out": phrase("You signed out, so this session was wiped from the server's memory."),
    }[visit.ended or "left"]
    if visit.ended in ("expired", "signed out") and sign_in_is_configured():
        _draw_sign_in(words, again=True)
        return False
    st.title("Matched Cohort Explorer", anchor=False)
    st.warning(words, icon=":material/timer_off:")
    st.button(phrase("Begin again"), icon=":material/restart_alt:", type="primary", key="begin again",
              on_click=AtAnyTime(visits.begin_again), args=(visit,))  # fmt: skip
    return False


def draw_account() -> None:
    """Draw who is signed in, the way out, and, for an operator, how the server fares; nothing where nobody is asked."""
    visit = visits.present_visit() if runtime.exists() else None
    if visit is None or visit.identity is None:
        return
    if visits.poll_seconds() is not None:
        st.fragment(_draw_warning, run_every=visits.poll_seconds())()
    if not sign_in_is_configured():
        return
    identity = visit.identity
    with (
        st.container(horizontal=True, horizontal_alignment="right", key="account"),
        st.popover(identity.email or phrase("Signed in"), icon=":material/account_circle:", type="tertiary"),
    ):
        left = timedelta(seconds=max(0, round(identity.until - time.time())))
        st.caption(phrase("Signed in for another {time} hours.", time=str(left).rsplit(":", 1)[0]))
        if "operator" in identity.roles:
            st.code(metrics.metrics_summary(), language=None, wrap_lines=True)
        st.button(phrase("Sign out"), icon=":material/logout:", key="sign out", on_click=AtAnyTime(_sign_out),
                  args=(visit,))  # fmt: skip


def _sign_out(visit: Visit) -> None:
    from ui import session

    visits.sign_out(visit)
    session.delete_everything()
    st.logout()


def _draw_warning() -> None:
    """Asked again and again by an open page: warn before its session is wiped, and draw the page anew once it was."""
    visit = visits.present_visit()
    if visit is None:
        return
    if visits.is_over(visit):
        st.rerun()
    if visits.is_due_a_warning(visit):
        seconds = round(visits.seconds_left(visit) or 0)
        st.warning(
            phrase(
                "Nothing was done here for a while. In {seconds} seconds this session is wiped: the cohort, every result and "
                "every choice. Save the study file, or go on working.",
                seconds=seconds,
            ),
            icon=":material/timer:",
        )
        st.button(phrase("I am still here"), key="still here", on_click=visits.touch, args=(visit,))
