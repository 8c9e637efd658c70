"""The command that prints the JSON Schema of the study file."""

import argparse

from analysis.command_line.exit_codes import DONE

HELP = "print the JSON Schema of the study file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def carry_out(command: argparse.Namespace) -> int:
    """Print the schema.

    Parameters
    ----------
    command : argparse.Namespace
        What `add_arguments` asks for.

    Returns
    -------
    int
        An exit code.
    """
    import json

    from analysis.study_file import study_schema

    print(json.dumps(study_schema(), indent=2))
    return DONE
