"""The examples in the docstrings hold."""

import doctest
from types import ModuleType

import pytest

from charts import fonts, lettering, style
from charts.survival import content


@pytest.mark.parametrize("module", [style, lettering, fonts, content], ids=lambda module: module.__name__)
def test_docstring_examples(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
