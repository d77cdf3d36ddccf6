"""A workflow's definition as data: nodes, the edges between them, and the bytes that name it."""

import hashlib
import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

# Keys are names in Jinja (nodes.summary.text) and in JSONata (nodes.summary.words), where a hyphen would be a minus.
KEY_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"
# What happens when a node fails: the run fails, the run goes on without its output, or it goes on at another node.
ON_ERROR = r"^(fail|continue|goto:[A-Za-z0-9_]{1,64})$"
TIMEOUT_MOST = 31_536_000  # a year is what Step Functions gives an execution
RESERVED_KEYS = frozenset({"true", "false", "null", "function", "and", "or", "in", "not", "if", "else", "is"})


def _is_no_word(key: str) -> str:
    if key in RESERVED_KEYS:
        raise ValueError(f"'{key}' is a word of the expression language; choose another key")
    return key


Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN), AfterValidator(_is_no_word)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RetryPolicy(Frozen):
    """``max_attempts`` counts the first. Before attempt n it waits ``interval_seconds * backoff_rate ** (n - 2)``."""

    max_attempts: int = Field(default=3, ge=1, le=10)
    interval_seconds: int = Field(default=1, ge=1, le=3600)
    backoff_rate: float = Field(default=2.0, ge=1.0, le=10.0)


class Edge(Frozen):
    """``source_key`` is kept as the user wrote it when no node has it, so that the check can name it."""

    source_key: str
    outcome: str | None = None


class NodeDefinition(Frozen):
    id: int = Field(ge=1)
    key: Key
    name: str = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2000)
    node_type: str
    config: dict[str, Any] = Field(default_factory=dict)
    input_data: dict[str, Any] = Field(default_factory=dict)
    depends_on: tuple[Edge, ...] = ()
    retry: RetryPolicy | None = None
    # A Lambda lives 900 s; the rest is for the claim and the record around the work.
    timeout_seconds: int | None = Field(default=None, ge=1, le=840)
    on_error: str = Field(default="fail", pattern=ON_ERROR)
    # What undoes the node's effect when its run fails or is cancelled: the config of an http_request.
    compensate_with: dict[str, Any] | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(edge.source_key for edge in self.depends_on))

    @property
    def goes_to(self) -> str | None:
        """Where a run goes on when this node failed, if not where it would have gone."""
        return self.on_error.removeprefix("goto:") if self.on_error.startswith("goto:") else None


class WorkflowDefinition(Frozen):
    """``timeout_seconds`` is how long one execution of a run may take."""

    nodes: tuple[NodeDefinition, ...] = ()
    timeout_seconds: int | None = Field(default=None, ge=1, le=TIMEOUT_MOST)

    def canonical_bytes(self) -> bytes:
        """The same definition gives the same bytes, whatever order its mappings were written in."""
        data = self.model_dump(mode="json")
        if self.timeout_seconds is None:
            del data["timeout_seconds"]  # what was written before there were timeouts keeps its hash
        for node in data["nodes"]:
            if node["compensate_with"] is None:
                del node["compensate_with"]
        return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(self.canonical_bytes()).hexdigest()
