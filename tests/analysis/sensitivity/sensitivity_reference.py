"""R's figures for sensitivity, read once."""

import json
from functools import cache
from pathlib import Path

REFERENCE = Path(__file__).parents[2] / "reference" / "sensitivity" / "sensitivity.json"


@cache
def sensitivity_reference():
    return json.loads(REFERENCE.read_text())
