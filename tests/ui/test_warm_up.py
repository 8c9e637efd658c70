"""Kernels are compiled ahead, every one that Python calls, and once only."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

UNUSED_KERNELS = """
import importlib
import pkgutil

from numba.core.registry import CPUDispatcher

import analysis
from ui.sample import read_sample
from ui.warm_up import use_every_kernel

use_every_kernel(*read_sample())
called = set()
for module in pkgutil.walk_packages(analysis.__path__, "analysis."):
    if module.name.endswith("kernel") or "__main__" in module.name or ".rebuild." in module.name:
        continue
    named = vars(importlib.import_module(module.name)).values()
    called |= {kernel for kernel in named if isinstance(kernel, CPUDispatcher)}
assert len(called) > 50, len(called)
print(*sorted(f"{kernel.__module__}.{kernel.__name__}" for kernel in called if not kernel.signatures))
"""


def test_no_kernel_is_left_for_the_first_user_to_wait_for() -> None:
    # In a process of its own: other tests have used kernels in this one.
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", UNUSED_KERNELS], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == []


COMPILATIONS = """
from numba.core import event


class Counter(event.Listener):
    n = 0

    def on_start(self, found):
        self.n += 1

    def on_end(self, found):
        pass


counter = Counter()
event.register("numba:compile", counter)

from ui.sample import read_sample
from ui.warm_up import use_every_kernel

use_every_kernel(*read_sample())
print(counter.n)
"""


def test_a_second_start_compiles_nothing() -> None:
    # The test above, or this one's first process, was the first start.
    for _ in range(2):
        found = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", COMPILATIONS], cwd=REPOSITORY, capture_output=True, text=True
        )
        assert found.returncode == 0, found.stderr
        if found.stdout.split() == ["0"]:
            return
    raise AssertionError(f"{found.stdout.strip()} kernels were compiled although the start before had used them all")
