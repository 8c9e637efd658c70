import io
import logging
from collections.abc import Iterator

import pytest
from joblib.externals.loky.process_executor import ShutdownExecutorError

from ui.logs import keep_values_out_of_logs, places_of

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


def test_it_is_done_once() -> None:
    earlier = logging.getLogRecordFactory()
    keep_values_out_of_logs()
    first = logging.getLogRecordFactory()
    keep_values_out_of_logs()
    assert logging.getLogRecordFactory() is first
    logging.setLogRecordFactory(earlier)
