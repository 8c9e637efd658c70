"""The steps of a run, shown on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol


class Part(Protocol):
    """Told how much of a long step is done."""

    def __call__(self, share: float, step: str = "imputation") -> None: ...


@contextmanager
def shown_progress(steps: int, *, silent: bool) -> Iterator[tuple[Callable[[str], None], Part]]:
    """A bar on a terminal that names the step under way, and how much of a long one is done; nothing elsewhere."""
    from tqdm import tqdm

    looks = {"bar_format": "{desc:<14} {bar} {n}/{total}", "ncols": 60, "leave": False}
    with tqdm(total=steps, disable=silent, mininterval=0, **looks) as bar:

        def begin(step: str) -> None:
            bar.set_description_str(step, refresh=False)
            bar.update()

        def part(share: float, step: str = "imputation") -> None:
            bar.set_description_str(f"{step} {share:.0%}")

        yield begin, part
