"""Work in pieces: every piece once, nothing new after a no, and a sentence where there is no cluster."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from joblib.externals.loky import get_reusable_executor

from analysis.errors import SettingsError
from analysis.robustness import parallel
from analysis.robustness.parallel import is_private, work_through

distributed = pytest.importorskip("distributed")


@pytest.fixture(autouse=True)
def processes_of_its_own() -> Iterator[None]:
    """Processes that began with a piece as small as these take whatever they load later for a leak, and stop."""
    yield
    get_reusable_executor().shutdown()


def one_over(number: int) -> float:
    return 1 / number


def squared(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def test_every_piece_is_done_once_elsewhere():
    found = list(work_through(squared, range(30), n_jobs=2))
    assert sorted(square for square, _ in found) == [number * number for number in range(30)]
    assert os.getpid() not in {process for _, process in found}


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_what_was_begun_is_given_and_no_more_is_begun(n_jobs):
    found: list[tuple[int, int]] = []
    for item in work_through(squared, iter(range(10_000)), n_jobs=n_jobs, cancelled=lambda: len(found) >= 3):
        found.append(item)
    assert 3 <= len(found) < 100
    assert list(work_through(squared, range(9), n_jobs=n_jobs, cancelled=lambda: True)) == []


def test_no_cluster_at_the_address_is_said():
    told = "none did" if importlib.util.find_spec("distributed") else "needs the package distributed"
    with pytest.raises(SettingsError, match=told):
        list(work_through(squared, range(3), dask_address="tcp://127.0.0.1:1"))


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.5:8786",
        "tcp://10.0.0.5:8786",
        "tcp://scheduler:8786",
        "ws://127.0.0.1:8786",
        "tcp://[::2]:1",
        "no place",
    ],
)
def test_patients_data_do_not_travel_in_clear(address):
    with pytest.raises(SettingsError, match="Patients' data leave this machine over encrypted connections only"):
        list(work_through(squared, range(3), dask_address=address))


def test_what_stays_here_or_is_encrypted_may_travel():
    addresses = ("localhost:1", "127.0.0.1:1", "tcp://127.9.9.9:1", "tcp://[::1]:1", "tls://scheduler:8786")
    assert all(is_private(address) for address in addresses)


def test_a_scheduler_that_others_can_reach_is_refused():
    with (
        distributed.LocalCluster(n_workers=1, host="tcp://0.0.0.0", dashboard_address=":0", processes=False) as cluster,
        pytest.raises(SettingsError, match="listens on a network without it"),
    ):
        list(work_through(squared, range(3), dask_address=f"tcp://127.0.0.1:{cluster.scheduler.port}"))


def test_a_cluster_with_one_thread_does_the_work_and_not_this_process(monkeypatch):
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        at = cluster.scheduler_address
        found = list(work_through(squared, range(30), dask_address=at))
        assert sorted(square for square, _ in found) == [number * number for number in range(30)]
        assert os.getpid() not in {process for _, process in found}
        begun: list[tuple[int, int]] = []
        for item in work_through(squared, range(10_000), dask_address=at, cancelled=lambda: len(begun) >= 3):
            begun.append(item)
        assert 3 <= len(begun) < 10
        with pytest.raises(ZeroDivisionError):
            list(work_through(one_over, range(3), dask_address=at))
    monkeypatch.setattr(parallel, "SECONDS", 0.5)
    with (
        distributed.LocalCluster(n_workers=0, host="tcp://127.0.0.1", dashboard_address=":0", processes=False) as empty,
        pytest.raises(SettingsError, match="must have a worker"),
    ):
        list(work_through(squared, range(3), dask_address=empty.scheduler_address))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made by openssl")
def test_work_goes_over_tls(tmp_path: Path):
    import dask

    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    tls = {"distributed.comm.tls.ca-file": certificate, "distributed.comm.require-encryption": True}
    for role in ("client", "scheduler", "worker"):
        tls |= {f"distributed.comm.tls.{role}.key": key, f"distributed.comm.tls.{role}.cert": certificate}
    with (
        dask.config.set(tls),
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=":0", protocol="tls", security=distributed.Security()
        ) as cluster,
    ):
        assert cluster.scheduler_address.startswith("tls://")
        found = list(work_through(squared, range(5), dask_address=cluster.scheduler_address))
    assert sorted(square for square, _ in found) == [0, 1, 4, 9, 16]
    assert os.getpid() not in {process for _, process in found}
