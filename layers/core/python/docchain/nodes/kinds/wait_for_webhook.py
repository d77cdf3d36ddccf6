"""wait_for_webhook: the run waits until somebody calls an address that was made for it."""

from typing import Any

from pydantic import Field, field_validator

from docchain.nodes.kind import NodeKind, Parameters
from docchain.nodes.kinds.approval import ONE_YEAR

BODY_BYTES_MOST = 256 * 1024


class WaitForWebhook(Parameters):
    """``secret`` names a secret of the vault: calls must then be signed with it. ``body_schema`` is a JSON Schema."""

    expires_in_seconds: int = Field(default=24 * 3600, ge=60, le=ONE_YEAR)
    secret: str | None = Field(default=None, pattern=r"^vault:[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$")
    body_schema: dict[str, Any] | None = None

    @field_validator("body_schema")
    @classmethod
    def _is_a_schema(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        from docchain.waits.schema import require_schema  # only who uses one pays for its import

        if value is not None:
            require_schema(value)
        return value


KIND = NodeKind(
    name="wait_for_webhook",
    title="Wait for a call from elsewhere",
    parameters=WaitForWebhook,
    form="callback",
    family="control",
    effect="pure",
    waits_for="expires_in_seconds",
    waits_by_default=24 * 3600,
)
