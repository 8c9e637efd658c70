"""Prints the SHA-256 of the one script inside Streamlit's page, for the content policy of ``nginx.conf``."""

import base64
import hashlib
import re
from pathlib import Path

import streamlit


def inline_hash() -> str:
    """The hash as a content policy writes it.

    Raises
    ------
    RuntimeError
        The page has another number of such scripts than one: the policy must be thought over.
    """
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    found = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    if len(found) != 1:
        raise RuntimeError(f"the page of this Streamlit has {len(found)} scripts inside itself, not one")
    return base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()


if __name__ == "__main__":
    print(inline_hash())
