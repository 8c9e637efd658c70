"""What every part of a study file has in common."""

from pydantic import BaseModel, ConfigDict


class SettingsPart(BaseModel):
    """A part that is not changed once made, refuses keys that it has not, and takes text without space around it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
