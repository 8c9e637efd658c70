"""Where compiled kernels are kept between starts, and whether all of them are there.

Numba compiles a kernel anew when its own file, its own version or the processor changes, but not when a file changes that
the kernel takes code or constants from. The folder is therefore named after the contents of such files: kernels of
another version of the product lie in another folder, and no stale one is ever used.
"""

import functools
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
VARIABLE = "NUMBA_CACHE_DIR"
MARK = "complete"

_IMPORTED = re.compile(r"^from (analysis(?:\.\w+)+) import", re.MULTILINE)


def choose_kernel_folder() -> Path:
    """Name the folder of this version's kernels to Numba; call it before any kernel is defined.

    The first of these places that can be written to is taken: the one the environment names, beside the package, the
    user's cache, a private folder among temporary files. Processes started from here inherit the choice.
    """
    name, asked = f"kernels-{_digest(_taken_in())}", os.environ.get(VARIABLE)
    if asked and Path(asked).name == name:
        return Path(asked)
    places = [Path(asked)] if asked else []
    folder = _first_writable((*places, PACKAGE / "__pycache__", _cache_of_user()), name)
    os.environ[VARIABLE] = str(folder)
    if "numba" in sys.modules:  # read the environment when it was imported
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    return folder


def kernel_folder() -> Path:
    """The folder that was chosen."""
    return Path(os.environ[VARIABLE])


def lasts() -> bool:
    """Whether the folder is there at the next start; one among temporary files may not be."""
    return kernel_folder().parent != Path(tempfile.gettempdir())


def are_kernels_compiled() -> bool:
    """True when every kernel lies in the folder, compiled from these sources by this Numba for this processor."""
    try:
        return (kernel_folder() / MARK).read_text(encoding="ascii") == _state()
    except OSError:
        return False


def mark_kernels_compiled() -> None:
    """Note that every kernel lies in the folder now."""
    part = kernel_folder() / f"{MARK}.{os.getpid()}"
    part.write_text(_state(), encoding="ascii")
    part.replace(kernel_folder() / MARK)


@contextmanager
def one_process_compiles() -> Iterator[None]:
    """Let other processes wait that are about to compile the same kernels."""
    try:
        import fcntl
    except ImportError:  # no such lock on this system: several compile the same, and the last one's files stay
        yield
        return
    with (kernel_folder() / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@functools.cache
def _state() -> str:
    """What compiled kernels depend on, as a digest."""
    import llvmlite.binding as llvm
    import numba

    machine = f"{sys.version} {numba.__version__} {llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
    return _digest(_kernels(), machine)


def _kernels() -> list[Path]:
    return sorted(PACKAGE.rglob("*kernel.py"))


def _taken_in() -> list[Path]:
    """Files of the package that kernels take code or constants from, directly or through one another."""
    found: set[Path] = set()
    waiting = _kernels()
    while waiting:
        text = waiting.pop().read_text(encoding="utf-8")
        new = {_file(module) for module in _IMPORTED.findall(text)} - found
        found |= new
        waiting += new
    return sorted(found)


def _file(module: str) -> Path:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"


def _digest(files: Iterable[Path], *words: str) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\n".encode() + path.read_bytes())
    digest.update(" ".join(words).encode())
    return digest.hexdigest()[:16]


def _first_writable(places: Iterable[Path], name: str) -> Path:
    for place in places:
        folder = place / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return _private_folder(name)


def _private_folder(name: str) -> Path:
    """A folder among temporary files that nobody else can put a kernel into."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"{name}-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if found.st_uid == user and not found.st_mode & 0o077 and not folder.is_symlink():
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix=name))


def _cache_of_user() -> Path:
    named = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    return Path(named or os.path.expanduser("~/.cache")).absolute() / "matched-cohort-explorer"
