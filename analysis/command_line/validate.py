"""The command that recomputes known answers on this machine."""

import argparse
import sys

from analysis.command_line.exit_codes import BUG, DONE

HELP = "recompute known answers here; exit code 1 when one differs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How the answers are printed."""
    parser.add_argument("--json", action="store_true", help="print every value compared, as JSON")


def carry_out(command: argparse.Namespace) -> int:
    """Recompute every known answer and print how it compares.

    Parameters
    ----------
    command : argparse.Namespace
        What `add_arguments` asks for.

    Returns
    -------
    int
        An exit code.
    """
    from tqdm import tqdm

    from analysis.validation import validate, validation_json, validation_lines

    looks = {"bar_format": "{desc:<44.44} {bar} {n}/{total}", "ncols": 80, "leave": False}
    with tqdm(disable=command.json or not sys.stderr.isatty(), mininterval=0, **looks) as bar:

        def begin(done: int, n: int, name: str) -> None:
            bar.total = n
            bar.set_description_str(name, refresh=False)
            bar.update(done - bar.n)

        validation = validate(begin)
    print(
        validation_json(validation).decode("utf-8").rstrip()
        if command.json
        else "\n".join(validation_lines(validation))
    )
    return DONE if validation.passes else BUG
