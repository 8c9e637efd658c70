import logging

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import ROOT


def failing_page() -> None:
    from ui.faults import report_fault

    try:
        raise ValueError("could not convert string to float: 'a secret'")
    except ValueError as error:
        report_fault(error)


def test_a_bug_is_told_and_logged_without_a_word_from_the_data(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="matched_cohort_explorer"):
        page = AppTest.from_function(failing_page).run()
    assert "Something went wrong that is not your doing" in page.error[0].value
    assert "ValueError" in page.error[0].value
    assert "a secret" not in page.error[0].value
    logged = [record.getMessage() for record in caplog.records if record.name == "matched_cohort_explorer"]
    assert len(logged) == 1
    assert logged[0].startswith("ValueError at ")
    assert "a secret" not in caplog.text


def test_pages_and_app_keep_to_their_floor() -> None:
    for path in [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]:
        text = path.read_text(encoding="utf-8")
        assert "session_state" not in text, f"{path.name} touches the session's state; ui/session.py does that"
        assert len(text.splitlines()) <= 80, f"{path.name} asks and shows; what it computes belongs below"
        if path.parent.name == "pages":
            assert "\nensure_frame()\n" in text, f"{path.name} must make sure that it runs inside the app"
            for line in text.splitlines():
                if line.startswith(("from ", "import ")):
                    assert line.split()[1].split(".")[0] in ("streamlit", "analysis", "ui"), f"{path.name}: {line}"


def test_only_the_session_touches_the_state() -> None:
    touching = {
        path.name for path in (ROOT / "ui").rglob("*.py") if "session_state" in path.read_text(encoding="utf-8")
    }
    assert touching == {"session.py", "choice.py"}, "the language is chosen before the session is loaded"
