"""The examples in the docstrings hold."""

import doctest
from types import ModuleType

import pytest

from charts import fonts, lettering, style, ticks
from charts.caliper_path import content as path_content
from charts.forest import content as forest_content
from charts.waterfall import content as waterfall_content
from charts.weights import content as weights_content

MODULES = (style, lettering, fonts, ticks, path_content, forest_content, weights_content, waterfall_content)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_docstring_examples(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
