"""Which request an event came of. The door says it once, and every event made behind it carries it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pydantic import BaseModel, ConfigDict


class Cause(BaseModel):
    """``user_id`` and ``session_id`` are of the token or API key that was sent, not of whom the event is about."""

    model_config = ConfigDict(frozen=True)

    request_id: str
    ip: str = ""
    user_agent: str = ""
    user_id: int | None = None
    username: str | None = None
    session_id: str | None = None
    api_key_id: str | None = None


_cause: ContextVar[Cause | None] = ContextVar("cause", default=None)


def current_cause() -> Cause | None:
    return _cause.get()


def asking_user() -> int | None:
    """``None`` when nobody asked, the system acts by itself."""
    cause = _cause.get()
    return cause.user_id if cause else None


@contextmanager
def caused_by(cause: Cause | None) -> Iterator[None]:
    token = _cause.set(cause)
    try:
        yield
    finally:
        _cause.reset(token)
