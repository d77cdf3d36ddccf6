"""A named value and its bounds."""

from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints

VALUE_BYTES_MOST = 64 * 1024
NAME_PATTERN = r"^[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?$"
ValueName = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]


class StoredValue(BaseModel):
    """``version`` counts the writes; ``stored_by`` is the run and node of the last."""

    name: str
    value: Any
    version: int
    sha256: str
    size: int
    stored_at: str
    stored_by: dict[str, Any]
