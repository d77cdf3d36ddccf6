"""Identifiers: types for what the API counts, ULIDs for what nobody counts."""

from typing import NewType

from ulid import ULID

TenantId = NewType("TenantId", str)
UserId = NewType("UserId", int)
WorkflowId = NewType("WorkflowId", int)
NodeId = NewType("NodeId", int)
RunId = NewType("RunId", int)
DocumentId = NewType("DocumentId", str)

DEFAULT_TENANT = TenantId("default")


def new_ulid() -> str:
    """Sorts by time, so it can be a sort key."""
    return str(ULID())
