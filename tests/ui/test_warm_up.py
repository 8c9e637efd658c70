"""The start of the app uses every kernel that Python calls, so that none is compiled in the middle of a drag."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

UNUSED_KERNELS = """
import importlib
import pkgutil

from numba.core.registry import CPUDispatcher

import analysis
from ui.session import sample_study

sample_study.__wrapped__()
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
