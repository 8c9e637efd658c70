"""Every known answer computed anew on this machine, by the product's own functions."""

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass

import llvmlite.binding
import numba

from analysis.phrases import phrase
from analysis.reporting.software import software_versions
from analysis.validation.competing import competing_answers
from analysis.validation.designs import design_answers
from analysis.validation.known_answer import CheckedAnswer, KnownAnswer
from analysis.validation.response import response_answers
from analysis.validation.sensitivity import sensitivity_answers
from analysis.validation.shelf import Shelf
from analysis.validation.survival import survival_answers

GROUPS = (
    phrase("Propensity score"),
    phrase("Matching"),
    phrase("Balance"),
    phrase("Survival curves"),
    phrase("Tests and hazard ratios"),
    phrase("Restricted means"),
    phrase("Competing risks"),
    phrase("Weighting"),
    phrase("Response"),
    phrase("Agreement"),
    "RECIST",
    phrase("Sensitivity"),
    phrase("Several tests and imputed sets"),
)
"""What is checked, in the order in which a study needs it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Validation:
    """What came out of all checks, and on what they ran.

    Attributes
    ----------
    checks : tuple of CheckedAnswer
        By group, in the order of `GROUPS`.
    versions : dict of str to str
        Of the product, of Python and of its libraries; the kind of machine. Nothing that names the machine.
    sources : tuple of str
        The software that gave the known numbers, with versions.
    seconds : float
    """

    checks: tuple[CheckedAnswer, ...]
    versions: dict[str, str]
    sources: tuple[str, ...]
    seconds: float

    @property
    def n_agreeing(self) -> int:
        """How many checks pass."""
        return sum(check.passes for check in self.checks)

    @property
    def passes(self) -> bool:
        """True where every check passes."""
        return self.n_agreeing == len(self.checks)

    @property
    def n_values(self) -> int:
        """How many single values were compared."""
        return sum(len(check.values) for check in self.checks)


def validate(progress: Callable[[int, int, str], None] | None = None) -> Validation:
    """Compute every known answer and compare.

    Parameters
    ----------
    progress : callable, optional
        Called before each check with how many are done, how many there are, and what comes next.

    Returns
    -------
    Validation
        A check whose computation fails is in it as one that does not pass.
    """
    begun = time.perf_counter()
    shelf = Shelf()
    answers = known_answers(shelf)
    checks = []
    for done, answer in enumerate(answers):
        if progress is not None:
            progress(done, len(answers), answer.name)
        checks.append(answer.check())
    return Validation(
        checks=tuple(checks),
        versions=versions(),
        sources=(*shelf.figures["software"], str(shelf.pairs["software"]).split(",")[0]),
        seconds=time.perf_counter() - begun,
    )


def known_answers(shelf: Shelf) -> tuple[KnownAnswer, ...]:
    """Every check there is, by group; nothing is computed yet.

    Parameters
    ----------
    shelf : Shelf
        Where cohorts and figures are read from.

    Returns
    -------
    tuple of KnownAnswer
    """
    found = (
        *design_answers(shelf),
        *survival_answers(shelf),
        *competing_answers(shelf),
        *response_answers(shelf),
        *sensitivity_answers(shelf),
    )
    return tuple(sorted(found, key=lambda answer: GROUPS.index(answer.group)))


def versions() -> dict[str, str]:
    """What the numbers of this machine rest on.

    Returns
    -------
    dict
        Name to version, the kind of system and processor, and whether loops are compiled.
    """
    return software_versions() | {
        "llvmlite": llvmlite.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "processor": llvmlite.binding.get_host_cpu_name(),
        "loops": phrase("interpreted") if getattr(numba.config, "DISABLE_JIT", False) else phrase("compiled"),
    }
