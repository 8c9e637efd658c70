"""``python -m ui.access``: start the app for others, or say why it must not be started like this.

Options are Streamlit's own, such as ``--server.address 0.0.0.0 --server.port 8501``.
"""

import os
import sys
from pathlib import Path
from typing import Any

import click
from streamlit import config
from streamlit.web import bootstrap
from streamlit.web.cli import main_run

from analysis.errors import SettingsError
from ui.access.opening import open_once

APP = Path(__file__).resolve().parents[2] / "app.py"


def flags_of(words: list[str]) -> dict[str, Any]:
    """Options as Streamlit's configuration takes them, each of its type.

    Raises
    ------
    SettingsError
        A word is not an option of Streamlit's, or its value is of another type.

    Examples
    --------
    >>> flags_of(["--server.port", "80", "--server.headless=true"])
    {'server_port': 80, 'server_headless': True}
    """
    try:
        found = dict(main_run.make_context("run", [str(APP), *words]).params)
    except click.ClickException as error:
        raise SettingsError(
            f"Options are written --section.name value, as Streamlit has them. {error.message}"
        ) from None
    found.pop("target")
    if found.pop("args"):
        raise SettingsError(
            "Options are written --section.name value, as Streamlit has them; nothing else is understood."
        )
    return {name: value for name, value in found.items() if value is not None and value != ()}


def main() -> int:
    """Start the server; 2 where its settings do not allow that.

    Returns
    -------
    int
    """
    os.chdir(APP.parent)  # the folder of Streamlit's configuration
    try:
        flags = flags_of(sys.argv[1:])
        config._main_script_path = str(APP)
        bootstrap.load_config_options(flag_options=flags)
        _, problems = open_once()
    except SettingsError as error:
        problems = error.problems
    if problems:
        print("\n".join(("The app was not started.", *problems)), file=sys.stderr)
        return 2
    bootstrap.run(str(APP), False, [], flags)
    return 0


if __name__ == "__main__":
    sys.exit(main())
