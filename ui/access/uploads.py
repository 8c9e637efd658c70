"""No byte is taken from a session that the gate has not let in: the widget is not all that stands between."""

from typing import Any

from starlette.exceptions import HTTPException
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from ui.access.visits import may_upload

_plain_add_file = MemoryUploadedFileManager.add_file


def guard_uploads() -> None:
    """Refuse files at the server's own door, which is open to whoever holds a connection."""
    door: Any = MemoryUploadedFileManager
    door.add_file = _add_file


def _add_file(files: Any, session_id: str, file: Any) -> None:
    if not may_upload(session_id):
        raise HTTPException(status_code=403, detail="Sign in first.")
    _plain_add_file(files, session_id, file)
