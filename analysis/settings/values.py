"""The kinds of values that stand in a study file, and how each is read."""

import contextlib
import datetime
import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from analysis.phrases import phrase


def _label(value: Any) -> Any:
    """A label as text: a study file may say 1, true or 2024-01-31 where the cohort's cell is read as text."""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def number_not_yes(value: Any) -> Any:
    """A yes or no where a number belongs is a slip of the pen, not a one or a zero."""
    if isinstance(value, bool):
        raise ValueError(phrase("must be a number"))
    return value


def _date(value: Any) -> Any:
    """A date written as 2024-01-31; a whole number is none, whatever it would be counted from."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(value.strip())
    if isinstance(value, datetime.date):
        return value
    raise ValueError(phrase("must be a date such as 2024-01-31"))


def _bound(value: Any) -> Any:
    """A number, or a date written as 2024-01-31."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    try:
        return _date(value)
    except ValueError:
        raise ValueError(phrase("must be a number or a date such as 2024-01-31")) from None


def _positive(value: float) -> float:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(phrase("must be above 0"))
    return value


def column_alone(value: Any) -> Any:
    """A column's name alone stands for it with the usual settings."""
    return {"column": value} if isinstance(value, str | int | float) else value


Label = Annotated[str, BeforeValidator(_label, json_schema_input_type=str | int | float | bool), Field(min_length=1)]
Positive = Annotated[float, BeforeValidator(number_not_yes), AfterValidator(_positive)]
Count = Annotated[int, BeforeValidator(number_not_yes)]
Number = Annotated[float, BeforeValidator(number_not_yes), Field(allow_inf_nan=False)]
Share = Annotated[float, BeforeValidator(number_not_yes), Field(ge=0.0, le=1.0)]
Percentile = Annotated[float, BeforeValidator(number_not_yes), Field(gt=50.0, lt=100.0)]
Bound = Annotated[float | datetime.date, BeforeValidator(_bound)]
Day = Annotated[datetime.date, BeforeValidator(_date)]
TimeUnit = Literal["days", "weeks", "months", "years"]
