"""Every file that leaves is written down: no button gives one but by the maker that says so."""

import ast
from collections.abc import Iterator
from pathlib import Path

from ui.audit.events import EXPORTS

ROOT = Path(__file__).resolve().parents[2]


def download_buttons() -> Iterator[tuple[str, ast.Call]]:
    for path in [ROOT / "app.py", *sorted((ROOT / "ui").rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("download_button"):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_every_download_is_of_a_session_and_of_a_known_kind() -> None:
    buttons = dict(download_buttons())
    assert len(buttons) >= 8
    for place, button in buttons.items():
        maker = button.args[1]
        assert isinstance(maker, ast.Call), place
        assert ast.unparse(maker.func) == "session.of_this_session", place
        kind = maker.args[1]
        assert not isinstance(kind, ast.Constant) or kind.value in EXPORTS, place
