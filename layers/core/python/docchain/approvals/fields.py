"""What an approver filled in, held to what was asked."""

from collections.abc import Sequence
from typing import Any

from docchain.approvals.models import FIELD_TEXT_MOST, NUMBER_MOST
from docchain.errors import invalid
from docchain.nodes.kinds.approval import APPROVED, FormField

_TYPES: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int, float), "boolean": (bool,)}


def checked_fields(asked: Sequence[FormField], given: dict[str, Any], decision: str) -> dict[str, Any]:
    """Raises ``ValidationFailed`` with the field. Who rejects need not fill in what is required."""
    known = {one.name: one for one in asked}
    for name, value in given.items():
        if name not in known:
            raise invalid(f"fields.{name}", "is not asked for")
        kind = known[name].type
        if not isinstance(value, _TYPES[kind]) or (kind == "number" and isinstance(value, bool)):
            raise invalid(f"fields.{name}", f"must be a {kind}")
        if isinstance(value, int | float) and not abs(value) <= NUMBER_MOST:  # NaN is not, either
            raise invalid(f"fields.{name}", "is too large, or no number")
        if isinstance(value, str) and len(value) > FIELD_TEXT_MOST:
            raise invalid(f"fields.{name}", f"has at most {FIELD_TEXT_MOST} characters")
    for one in asked:
        if decision == APPROVED and one.required and given.get(one.name) in (None, ""):
            raise invalid(f"fields.{one.name}", "is required")
    return given
