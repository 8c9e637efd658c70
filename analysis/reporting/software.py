"""What a run was computed with, so that it can be computed again."""

import platform
from importlib.metadata import PackageNotFoundError, version

import analysis

LIBRARIES = ("numpy", "scipy", "pandas", "scikit-learn", "numba", "pyarrow")
"""The libraries whose versions can move a number."""


def software_versions() -> dict[str, str]:
    """The versions of the product, of Python and of the libraries that its numbers rest on.

    Returns
    -------
    dict
        Name to version; a library that is not installed is absent.
    """
    versions = {"version": analysis.__version__, "python": platform.python_version()}
    for library in LIBRARIES:
        try:
            versions[library] = version(library)
        except PackageNotFoundError:
            continue
    return versions
