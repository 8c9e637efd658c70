"""What controls set off: nothing where the visit is over or the control holds nothing; a fault is noted and told."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ui.access import visits, watching
from ui.access.visits import Visit
from ui.audit import events

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Ann Lee 610302"


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Kinds of faults as the audit log and the metrics are told of them."""
    found: list[str] = []
    monkeypatch.setattr(events, "failed", lambda who, visit, error: found.append(type(error).__name__))
    return found


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """The visit of every session of the test."""
    found = Visit(key="a session", session=lambda: None, is_in=True)
    monkeypatch.setattr(visits, "present_visit", lambda: found)
    yield found
    assert found.running == 0


def controls() -> None:
    from ui import screen as st
    from ui import session
    from ui.faults import draw_kept_fault

    def take() -> None:
        session.remember("taken", session.remembered("taken", 0) + 1)

    def fail(text: str) -> None:
        raise ValueError(text)

    def draw() -> None:
        raise KeyError("Ann Lee 610302")

    draw_kept_fault()
    st.selectbox("Letter", ["a", "b"], key="letter", on_change=take)
    st.button("Take", on_click=take)
    st.button("Fail", on_click=fail, args=("Ann Lee 610302",))
    if session.remembered("fails"):
        st.fragment(draw)()
    st.text(f"taken {session.remembered('taken', 0)}")


def test_an_open_visit_does_what_is_asked(visit: Visit) -> None:
    page = AppTest.from_function(controls).run()
    page.selectbox[0].set_value("b").run()
    page.button[0].click().run()
    assert page.text[0].value == "taken 2"


def test_nothing_is_done_once_the_visit_is_over(visit: Visit) -> None:
    page = AppTest.from_function(controls).run()
    visit.ended = "idle"
    page.selectbox[0].set_value("b").run()
    page.button[0].click().run()
    assert page.text[0].value == "taken 0"


def test_nothing_is_taken_from_a_control_that_holds_nothing(visit: Visit) -> None:
    """Streamlit calls what such a control sets off: after the session was wiped, each is changed in its eyes."""
    from ui.acts import act_of_control

    taken: list[int] = []
    held: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.session.holds", lambda key: key in held)
        act_of_control(lambda: taken.append(1), "letter")()
        assert taken == []
        held["letter"] = None  # a person cleared it
        act_of_control(lambda: taken.append(1), "letter")()
        act_of_control(lambda: taken.append(1))()
    assert taken == [1, 1]


def test_a_fault_of_a_control_is_noted_and_told_without_its_text(
    visit: Visit, noted: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    page = AppTest.from_function(controls).run()
    page.button[1].click().run()
    assert noted == ["ValueError"]
    assert not page.exception
    assert [box.value.startswith("Something went wrong that is not your doing") for box in page.error] == [True]
    assert "ValueError at " in caplog.text
    assert SECRET not in caplog.text + page.error[0].value
    assert not page.run().error, "it is said once"


def test_a_fault_of_a_part_of_a_page_is_noted_and_told_in_its_place(visit: Visit, noted: list[str]) -> None:
    page = AppTest.from_function(controls).run()
    page.session_state["kept:fails"] = True
    page.run()
    assert noted == ["KeyError"]
    assert not page.exception
    assert ["KeyError" in box.value and SECRET not in box.value for box in page.error] == [True]
    assert page.text[0].value == "taken 0", "the rest of the page is drawn"


def test_a_fault_of_a_file_is_noted(visit: Visit, noted: list[str]) -> None:
    def make() -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watching.export_of(make, "study")()
    assert noted == ["ZeroDivisionError"]
    visit.ended = "idle"
    with pytest.raises(PermissionError):
        watching.export_of(lambda: b"", "study")()
    assert noted == ["ZeroDivisionError"], "a visit that is over is no fault"


def test_no_visit_is_wiped_while_anything_is_at_work_for_it(visit: Visit) -> None:
    from ui.acts import act_of_control, part_of_page

    ended: list[str | None] = []

    def work() -> bytes:
        visits._end(visit, "idle")
        ended.append(visit.ended)
        return b""

    used = visit.used = visit.used - 100
    part_of_page(work)()
    assert visit.used == used, "what draws itself is nobody's use"
    act_of_control(work)()
    watching.export_of(work, "study")()
    assert ended == [None, None, None]
    assert visit.used > used
    visits._end(visit, "idle")
    assert visit.ended == "idle"


@pytest.mark.parametrize(
    "path", [*sorted((ROOT / "ui").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))], ids=lambda path: path.stem
)
def test_every_control_sets_its_act_off_by_way_of_the_screen(path: Path) -> None:
    """A call of Streamlit past ``ui.screen`` is one past the check that its visit is open."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    screens = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "ui"
        for name in node.names
        if name.name == "screen"
    }
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        acts = [
            word.arg for word in call.keywords if word.arg in ("on_change", "on_click") and not _is_word(word.value)
        ]
        if acts and isinstance(call.func, ast.Attribute):
            owner = call.func.value
            if not (isinstance(owner, ast.Name) and owner.id in screens):
                assert [ast.unparse(word.value) for word in call.keywords if word.arg in acts] == ["_keep_choices"]


def _is_word(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant)
