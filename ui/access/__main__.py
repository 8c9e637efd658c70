"""``python -m ui.access``: start the app for others, or say why it must not be started like this.

Options are Streamlit's own, such as ``--server.address 0.0.0.0 --server.port 8501``.
"""

import os
import sys
from pathlib import Path

from streamlit import config
from streamlit.web import bootstrap

from analysis.errors import SettingsError
from ui.access.opening import open_once

APP = Path(__file__).resolve().parents[2] / "app.py"


def flags_of(words: list[str]) -> dict[str, str]:
    """Options as Streamlit's configuration takes them.

    Examples
    --------
    >>> flags_of(["--server.port", "80", "--server.headless=true"])
    {'server_port': '80', 'server_headless': 'true'}
    """
    found, rest = {}, list(words)
    while rest:
        word = rest.pop(0)
        name, sign, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not (sign or rest):
            raise SettingsError(f"Options are written --section.name value; not understood: {word}.")
        found[name.replace(".", "_", 1)] = value if sign else rest.pop(0)
    return found


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
