import importlib.util
import io
import logging
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from joblib.externals.loky.process_executor import ShutdownExecutorError

from ui.logs import keep_values_out_of_logs, places_of

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Ann Lee 610302"


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    earlier = logging.getLogRecordFactory()
    keep_values_out_of_logs()
    stream = io.StringIO()
    logger = logging.Logger("test")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger.addHandler(handler)
    yield logger, stream
    logging.setLogRecordFactory(earlier)


def fail() -> None:
    raise ValueError(f"could not convert {SECRET}")


def test_a_logged_exception_is_its_kind_and_its_place(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    with pytest.raises(ValueError, match=SECRET) as caught:
        fail()
    error = caught.value
    logger.error("Uncaught app execution", exc_info=error)
    logger.error("While reading %s, 100%%", "a file", exc_info=error)
    logger.warning("It failed: %s", error)
    logger.warning(error)
    logger.warning("It failed: %(why)s", {"why": error})
    assert places_of(error)[0].startswith("test_logs.py:")
    written = stream.getvalue()
    assert SECRET not in written
    assert "Uncaught app execution: ValueError at test_logs.py:" in written
    assert "While reading a file, 100%: ValueError at" in written
    assert written.count("It failed: ValueError") == 2


def test_work_that_the_end_of_the_server_cuts_off_is_no_fault(log: tuple[logging.Logger, io.StringIO]) -> None:
    parallel, stream = logging.getLogger("concurrent.futures"), log[1]
    handler = logging.StreamHandler(stream)
    parallel.addHandler(handler)
    for error in (ShutdownExecutorError("cannot schedule"), KeyError("cannot find")):
        parallel.error("exception calling callback", exc_info=error)
    parallel.removeHandler(handler)
    assert "ShutdownExecutorError" not in stream.getvalue()
    assert "KeyError" in stream.getvalue()


def test_what_holds_no_exception_is_logged_as_it_is(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.info("%d users, %s", 3, "50 %")
    assert stream.getvalue() == "INFO 3 users, 50 %\n"


_FAILING = f"""
from streamlit.testing.v1 import AppTest

def page():
    import streamlit as st
    import ui.frame

    def fail():
        raise ValueError("could not convert {SECRET}")

    st.button("Fail", on_click=fail)

test = AppTest.from_function(page, default_timeout=100).run()
test.button[0].click().run()
assert test.exception
"""


def test_a_failing_control_prints_no_text_where_rich_is_installed(tmp_path: Path) -> None:
    """Streamlit prints it by rich, past every logger; here in a folder without the file of options."""
    assert importlib.util.find_spec("rich") is not None, "requirements-dev.txt brings it"
    script = tmp_path / "failing.py"
    script.write_text(_FAILING, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert "Uncaught app execution: ValueError at " in done.stderr
    options = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert options["logger"]["enableRich"] is False


def test_it_is_done_once() -> None:
    earlier = logging.getLogRecordFactory()
    keep_values_out_of_logs()
    first = logging.getLogRecordFactory()
    keep_values_out_of_logs()
    assert logging.getLogRecordFactory() is first
    logging.setLogRecordFactory(earlier)
