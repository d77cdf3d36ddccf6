"""What a chain works on: which field of the input has it, and how a template names it.

The input is a run's parameters. Steps read ``text``, ``prompt``, ``document`` and ``content``, in this order; a
document that was uploaded is named by ``document_id``, or by its id in ``document``.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from docchain.ai_workflows.models import INPUT_BYTES_MOST
from docchain.errors import PayloadTooLarge, invalid

FIELDS: Final = ("text", "prompt", "document", "content")
_DOCUMENT_ID: Final = re.compile(r"doc_[A-Za-z0-9_]{1,200}")


class InputTooLarge(PayloadTooLarge):
    code = "AI_INPUT_TOO_LARGE"


@dataclass(frozen=True)
class Material:
    """``expression`` is what stands between the braces of a template; ``document`` names an uploaded document instead.

    ``instruction`` is where the input says what to do, which is not always what to do it with.
    """

    expression: str = ""
    document: str = ""
    instruction: str = ""


def material_of(input_data: Mapping[str, Any]) -> Material:
    """An input without any of the fields is worked on as a whole, as JSON. Raises ``ValidationFailed``."""
    instruction = _expression(input_data, "prompt") if input_data.get("prompt") else ""
    for field in ("document_id", "document"):
        value = input_data.get(field)
        if isinstance(value, str) and _DOCUMENT_ID.fullmatch(value):
            return Material(document=f"params.{field}", instruction=instruction)
    for field in FIELDS:
        if input_data.get(field):
            return Material(expression=_expression(input_data, field), instruction=instruction)
    if not input_data:
        raise invalid("input_data", f"has nothing to work on: give one of {', '.join(FIELDS)}, or document_id")
    return Material(expression="params | tojson")


def check_input(input_data: Mapping[str, Any]) -> None:
    """Raises ``ValidationFailed`` for names that templates cannot use, ``InputTooLarge``."""
    for name in input_data:
        if not name.isidentifier():
            raise invalid(
                f"input_data.{name[:80]}", "is not a name that templates can use (letters, digits, underscore)"
            )
    size = len(json.dumps(input_data).encode())
    if size > INPUT_BYTES_MOST:
        raise InputTooLarge(
            f"input_data is {size} bytes; at most {INPUT_BYTES_MOST}. Upload a long text and name it by document_id."
        )


def _expression(input_data: Mapping[str, Any], field: str) -> str:
    return f"params.{field}" if isinstance(input_data[field], str) else f"params.{field} | tojson"
