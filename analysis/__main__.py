"""The command line: run a study, check a cohort, print the schema of the study file, recompute known answers."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

# Libraries are imported where they are needed: a slip in a file's name is answered at once.
from analysis.command_line import check, run, schema, validate
from analysis.command_line.exit_codes import BUG, DONE, INTERRUPTED, USER_CAN_FIX
from analysis.command_line.problems import tell_problems
from analysis.errors import AnalysisError

COMMANDS = {"run": run, "check": check, "schema": schema, "validate": validate}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after the program's name; those of the process when absent.

    Returns
    -------
    int
        0 done, 2 the user can fix it, 1 a bug or a known answer that differs, 130 interrupted. With 2, standard error
        says what must hold, what was found and what to do, and nothing has been written.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a label that the terminal cannot show must not stop a run
            stream.reconfigure(errors="backslashreplace")
    command = _parser().parse_args(arguments)
    try:
        code: int = command.carry_out(command)
        sys.stdout.flush()
    except AnalysisError as error:
        tell_problems(error.problems)
        return USER_CAN_FIX
    except BrokenPipeError:  # whoever read the words, such as `head`, has read enough; files are written before words
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        # Only where it happened: the text of an unforeseen error could hold a patient's value.
        print("".join(traceback.format_tb(error.__traceback__)), file=sys.stderr)
        print(f"This is a bug ({type(error).__name__}); please report the lines above.", file=sys.stderr)
        return BUG
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description="Propensity-score matching with survival and response, before and after, from one study file.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        arguments = commands.add_parser(name, help=command.HELP)
        command.add_arguments(arguments)
        arguments.set_defaults(carry_out=command.carry_out)
    return parser


if __name__ == "__main__":
    sys.exit(main())
