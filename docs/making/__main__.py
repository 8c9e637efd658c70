"""Write the pages and drawings that follow from the source: ``python -m docs.making``."""

from docs.making.errors import errors_page
from docs.making.floors import floors_drawing
from docs.making.reference import reference_pages


def main() -> None:
    """Write every file anew."""
    for path, text in {**reference_pages(), **errors_page(), **floors_drawing()}.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
