"""Reading in a process of its own: the same cohort, the same sentences, and nothing that can kill the caller."""

import threading

import pytest

from analysis.cohort import isolation
from analysis.cohort.isolation import read_cohort_isolated, start_reading_process
from analysis.cohort.reading import read_cohort
from analysis.errors import CohortInputError
from tests.analysis.cohort.files import workbook
from tests.analysis.cohort.formats.test_spreadsheet import hostile_workbook

CONTENT = b"id,arm,age\n1,A,61\n2,B,NA\n"

pytestmark = pytest.mark.skipif(not isolation.CAN_ISOLATE, reason="this system cannot fork")


def test_the_cohort_is_the_same_as_when_read_directly() -> None:
    start_reading_process()
    direct, isolated = read_cohort(CONTENT, "a.csv"), read_cohort_isolated(CONTENT, "a.csv")
    assert isolated.table.equals(direct.table)
    assert isolated.table.dtypes.equals(direct.table.dtypes)
    assert (isolated.sha256, isolated.notes) == (direct.sha256, direct.notes)


def test_options_are_handed_on() -> None:
    content = workbook([["x", "y"], [1, 2]], [["u", "v"], [3, 4]], names=("One", "Two"))
    assert read_cohort_isolated(content, "a.xlsx", sheet="Two").sheet == "Two"
    japanese = "id,sex\n1,男\n2,女\n".encode("cp932")
    assert read_cohort_isolated(japanese, "a.csv", encoding="cp932").table["sex"].tolist() == ["男", "女"]


@pytest.mark.parametrize("content", [b"", b"a\n1\n", b"a,b\n1\n2\n3,4\n", b"PK\x03\x04"])
def test_the_sentences_are_the_same(content: bytes) -> None:
    with pytest.raises(CohortInputError) as direct:
        read_cohort(content, "a.csv")
    with pytest.raises(CohortInputError) as isolated:
        read_cohort_isolated(content, "a.csv")
    assert isolated.value.problems == direct.value.problems


def test_a_hostile_workbook_becomes_a_sentence() -> None:
    with pytest.raises(CohortInputError, match="reaches to cell XFD1048576"):
        read_cohort_isolated(hostile_workbook(), "a.xlsx")


def test_a_file_that_takes_too_long_becomes_a_sentence_and_the_next_is_read() -> None:
    large = b"id,arm,age\n" + b"1,A,61\n" * 400_000
    with pytest.raises(CohortInputError, match=r"must be readable within 0\.001 seconds, and reading it took longer"):
        read_cohort_isolated(large, "a.csv", seconds=0.001)
    assert len(read_cohort_isolated(CONTENT, "a.csv").table) == 2


def test_a_file_that_takes_too_much_memory_becomes_a_sentence_and_the_next_is_read() -> None:
    large = b"id,arm,age\n" + b"1,A,61\n" * 1_000_000
    with pytest.raises(CohortInputError, match="within a fixed amount of memory"):
        read_cohort_isolated(large, "a.csv", megabytes=30)
    assert len(read_cohort_isolated(CONTENT, "a.csv").table) == 2


def test_a_reading_process_that_ended_is_started_again() -> None:
    start_reading_process()
    process = isolation._reading_process._process
    assert process is not None
    process.kill()
    process.wait()
    assert len(read_cohort_isolated(CONTENT, "a.csv").table) == 2


def test_several_files_are_read_at_once() -> None:
    lengths: dict[int, int] = {}

    def read(n: int) -> None:
        content = b"id,arm\n" + b"".join(b"%d,A\n" % row for row in range(n))
        lengths[n] = len(read_cohort_isolated(content, "a.csv").table)

    threads = [threading.Thread(target=read, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lengths == {n: n for n in range(1, 9)}


def test_without_forks_files_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "CAN_ISOLATE", False)
    start_reading_process()
    assert read_cohort_isolated(CONTENT, "a.csv").table["arm"].tolist() == ["A", "B"]
