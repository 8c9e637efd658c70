"""What the server logs of a failure: its kind and where it happened, never its text, which may quote a cell."""

import logging
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from streamlit import config

MOST_PLACES = 8


def keep_values_out_of_logs() -> None:
    """Make every record of every logger of this process free of the texts of exceptions; done once."""
    # Where rich is installed, Streamlit prints a failure past every logger, its text included, unless it is told not to; an
    # option of the operator's, or a start in another folder, would come before the file of options.
    config.set_option("logger.enableRich", False)
    present = logging.getLogRecordFactory()
    if isinstance(present, _WithoutTexts):
        return
    logging.setLogRecordFactory(_WithoutTexts(present))
    logging.getLogger("concurrent.futures").addFilter(_is_news)


def places_of(error: BaseException) -> list[str]:
    """Where an exception came from, the innermost place first: file, line and function, and nothing else.

    Parameters
    ----------
    error : BaseException
        Any exception.
    """
    frames = traceback.extract_tb(error.__traceback__)[-MOST_PLACES:]
    return [f"{Path(place.filename).name}:{place.lineno} {place.name}" for place in reversed(frames)]


class _WithoutTexts:
    """A maker of log records in which an exception is its type and its places."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = self._make(*args, **kwargs)
        if isinstance(record.args, Mapping):
            record.args = {key: _named(value) for key, value in record.args.items()}
        elif record.args:
            record.args = tuple(_named(value) for value in record.args)
        record.msg = _named(record.msg)
        error = record.exc_info[1] if record.exc_info else None
        record.exc_info, record.exc_text = None, None
        if error is not None:
            where = " < ".join(places_of(error))
            record.msg = f"{record.getMessage()}: {type(error).__name__} at {where}"
            record.args = ()  # the message is whole: a percent sign in it is one
        return record


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a record of parallel work tells more than that the server ended before the work did."""
    return "ShutdownExecutorError" not in record.getMessage()


def _named(value: object) -> object:
    return type(value).__name__ if isinstance(value, BaseException) else value
