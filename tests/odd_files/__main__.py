"""Write the odd files into a folder."""

import sys
from pathlib import Path

from tests.odd_files import odd_files


def main(folder: Path) -> None:
    """Write every odd file, each under its own name."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in odd_files():
        (folder / file.name).write_bytes(file.content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
