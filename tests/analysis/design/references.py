"""What R gives for designs, by the file it was written to."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "reference" / "design"


def reference(file: str, cohort: str) -> dict[str, Any]:
    """R's figures for one cohort (see the script beside them)."""
    return json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))["cohorts"][cohort]
