import io
import json
import os
import resource
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.audit import events, metrics
from ui.audit.log import HASH_LETTERS, AuditLog


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_event_is_a_line_of_json(tmp_path: Path) -> None:
    log = AuditLog(str(tmp_path / "audit"), "email")
    log.write("cohort opened", log.named("u1", "ann@hospital.org"), "v1", rows=3, columns=2, sample=False)
    log.write("export", kind="table csv")
    first, second = lines(tmp_path / "audit")
    assert list(first) == ["time", "event", "who", "visit", "rows", "columns", "sample"]
    assert (first["who"], first["rows"], first["sample"]) == ("ann@hospital.org", 3, False)
    assert list(second) == ["time", "event", "kind"]
    assert stat.S_IMODE((tmp_path / "audit").stat().st_mode) == 0o600


def test_people_are_named_as_the_operator_says() -> None:
    assert AuditLog("off", "subject").named("u1", "a@b.org") == "u1"
    assert AuditLog("off", "email").named("u1", "") == "u1"
    hashed = AuditLog("off", "hashed", "key")
    assert hashed.named("u1", "a@b.org") not in ("u1", "a@b.org")
    assert hashed.named("u1", "") == AuditLog("off", "hashed", "key").named("u1", "")
    assert hashed.named("u1", "") != AuditLog("off", "hashed", "other").named("u1", "")
    assert hashed.named("", "") == ""


@pytest.mark.parametrize("text", ["Ann Lee, 1961", "os_months\n", "a" * 41, "", "1", "남", "=1+1", "a/b", "x.csv"])
def test_no_text_but_a_word_of_the_product_is_written(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="word of the product's own"):
        AuditLog(str(tmp_path / "audit")).write("export", kind=text)
    assert not (tmp_path / "audit").exists()


@settings(max_examples=50, deadline=None)
@given(st.text(), st.text(min_size=1))
def test_no_kind_and_no_error_text_gets_through(kind: str, text: str) -> None:
    stream = io.StringIO()
    with redirect_stdout(stream):
        events.open_log("stdout", "hashed", "key")
        events.exported("", "", kind, 1)
        events.failed("", "", ValueError(text))
    events.open_log("off", "hashed", "key")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["kind"] == "other" or kind in events.EXPORTS
    assert (second["code"], set(second)) == ("ValueError", {"time", "event", "code", "line"})


def test_a_rotated_file_is_followed_by_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "audit"
    log = AuditLog(str(path))
    log.write("refused", reason="role")
    os.rename(path, tmp_path / "audit.1")
    log.write("refused", reason="role")
    assert (len(lines(path)), len(lines(tmp_path / "audit.1"))) == (1, 1)


def test_a_log_that_cannot_be_written_stops_nobody_and_is_counted(tmp_path: Path) -> None:
    """``/dev/full`` answers as a full disk does, and a folder as a place where nothing can be written."""
    for where in ("/dev/full", str(tmp_path)):
        before = metrics.LOST_EVENTS._value.get()
        said = io.StringIO()
        with redirect_stderr(said):
            log = AuditLog(where)
            log.write("refused", reason="role")
            log.write("refused", reason="role")
        assert metrics.LOST_EVENTS._value.get() == before + 2
        assert said.getvalue().count("cannot be written") == 1


@pytest.fixture
def bounded_files() -> Iterator[Callable[[int], None]]:
    """Bounds how far this process can write into any file, as a disk does that is all but full."""
    bounds, answer = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, bounds[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, bounds)
    signal.signal(signal.SIGXFSZ, answer)


@pytest.mark.parametrize("is_started_anew", [False, True])
def test_a_line_that_was_cut_off_spoils_no_other(
    tmp_path: Path, bounded_files: Callable[[int], None], is_started_anew: bool
) -> None:
    path = tmp_path / "audit"
    log, lost = AuditLog(str(path)), metrics.LOST_EVENTS._value.get()
    log.write("export", kind="other", bytes=1)
    with redirect_stderr(io.StringIO()):
        bounded_files(path.stat().st_size + 10)
        log.write("export", kind="other", bytes=2)
        log.write("export", kind="other", bytes=3)
        bounded_files(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    assert metrics.LOST_EVENTS._value.get() == lost + 2
    (AuditLog(str(path)) if is_started_anew else log).write("export", kind="other", bytes=4)
    log.write("export", kind="other", bytes=5)
    first, cut, *others = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["bytes"] for line in (first, *others)] == [1, 4, 5]
    assert len(cut) == 10


def test_a_line_that_was_cut_off_leaves_a_new_file_whole(tmp_path: Path, bounded_files: Callable[[int], None]) -> None:
    path = tmp_path / "audit"
    log = AuditLog(str(path))
    with redirect_stderr(io.StringIO()):
        bounded_files(10)
        log.write("refused", reason="role")
        bounded_files(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    os.rename(path, tmp_path / "audit.1")
    log.write("refused", reason="role")
    assert [line["reason"] for line in lines(path)] == ["role"]


def test_a_name_that_is_no_text_is_hashed_all_the_same() -> None:
    assert len(AuditLog("off", "hashed", "key").named("\ud800", "")) == HASH_LETTERS


def test_metrics_are_offered_on_loopback_alone() -> None:
    port = metrics.offer_metrics(0)
    with open("/proc/net/tcp", encoding="ascii") as table:
        addresses = [line.split()[1] for line in table if f":{port:04X} " in line]
    assert any(address.startswith("0100007F:") for address in addresses)
    assert not any(address.startswith("00000000:") for address in addresses)
    assert "explorer_sessions 0.0" in metrics.metrics_text()
