"""``python -m tests.fuzz --minutes 10``: random and mutated files, and study files: each is taken, or refused in sentences.

Half of the time goes to the reader of cohorts (``tests.fuzz_reading``), half to study files. The seed is printed; ``--seed N``
repeats a run. Exit status 1 at the first file that is neither taken nor refused.
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

import yaml

from analysis.errors import SettingsError
from analysis.study_file import draft_study, load_study, study_yaml
from tests.fuzz_reading import EXTREME, odd_files, read_or_refused

ROOT = Path(__file__).resolve().parents[1]
STUDIES = (ROOT / "sample_data" / "study.yaml", *sorted((ROOT / "tests" / "reference").glob("*.study.json")))
WORDS = (
    *(
        "null",
        "true",
        ".nan",
        ".inf",
        "-1",
        "1e400",
        "0x10",
        "[]",
        "{}",
        "''",
        "&a [*a]",
        "*a",
        "!!python/object:os.system x",
    ),
    *("---", "<<: *x", "\t", "\u0000", "남", "\ud83d", "? ", ": ", "- ", "|", ">", "%YAML 9", "{" * 900, "[" * 900),
)


def study_taken_or_refused(text: str) -> str:
    """``taken`` or ``refused``; anything else than a `SettingsError` is not caught.

    Parameters
    ----------
    text : str
        The file.
    """
    draft = draft_study(text)
    try:
        settings = load_study(text)
    except SettingsError as error:
        if not error.problems or not all(problem.strip() for problem in error.problems):
            raise AssertionError("a refusal without a sentence") from None
        if not draft.problems:
            raise AssertionError("refused, and yet without a problem when read part by part") from None
        return "refused"
    if load_study(study_yaml(settings)) != settings:
        raise AssertionError("saved and loaded it is another study")
    return "taken"


def odd_study(rng: random.Random) -> str:
    """A study file with something changed: letters, lines, values, or keys moved elsewhere."""
    text = rng.choice(STUDIES).read_text(encoding="utf-8")
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        kind, place = rng.randrange(6), rng.randrange(len(text) + 1)
        if kind == 0:
            text = text[:place] + rng.choice(WORDS) + text[place:]
        elif kind == 1:
            text = text[:place] + text[place + rng.choice([1, 1, 8, 64]) :]
        elif kind == 2:
            lines = text.splitlines()
            rng.shuffle(lines)
            text = "\n".join(lines)
        elif kind == 3:
            text = text[:place] + rng.choice(EXTREME).decode("latin-1") + text[place:]
        elif kind == 4:
            text = _with_odd_value(text, rng)
        else:
            text = text[:place] + text[place : place + 200] * rng.choice([1, 3]) + text[place:]
    return text


def _with_odd_value(text: str, rng: random.Random) -> str:
    """The same study with the value of one key replaced by something else."""
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text
    place = found
    while isinstance(place, dict) and place:
        key = rng.choice(list(place))
        if not isinstance(place[key], dict) or rng.random() < 0.3:
            place[key] = rng.choice([None, True, -1, 1e308, float("nan"), "x" * 300, [], {}, [[1]], {"a": 1}, "../x"])
            break
        place = place[key]
    try:
        return str(yaml.safe_dump(found, allow_unicode=True))
    except (yaml.YAMLError, RecursionError):
        return text


def main() -> int:
    """Fuzz until the time is up.

    Returns
    -------
    int
    """
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    command = parser.parse_args()
    print(f"seed {command.seed}", flush=True)
    rng, outcomes = random.Random(command.seed), Counter[str]()
    middle = time.monotonic() + 30 * command.minutes
    while time.monotonic() < middle:
        text = odd_study(rng)
        try:
            outcomes[f"studies {study_taken_or_refused(text)}"] += 1
        except Exception as error:
            print(f"study {outcomes.total()}: {type(error).__name__} {error}")
            return 1
    for name, content in odd_files(rng):
        if time.monotonic() > middle + 30 * command.minutes:
            break
        try:
            outcomes[f"cohorts {read_or_refused(content, name)}"] += 1
        except Exception as error:
            print(f"file {outcomes.total()}, mutated from {name}: {type(error).__name__} {error}")
            return 1
    print(", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
