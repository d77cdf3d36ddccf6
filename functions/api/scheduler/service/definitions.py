"""What a caller says of a schedule, checked, and what events tell of it."""

import json
from typing import Any

from pydantic import ValidationError

from docchain.errors import ValidationFailed, invalid
from docchain.schedules.definition import METADATA_BYTES_MOST, Definition
from docchain.schedules.targets import told as told_target


def checked(fields: dict[str, Any]) -> Definition:
    fields = {**fields, "metadata": fields.get("metadata") or {}}
    try:
        definition = Definition.model_validate(fields)
    except ValidationError as error:
        found = [
            {"field": ".".join(map(str, e["loc"])) or "body", "message": e["msg"]}
            for e in error.errors(include_input=False, include_url=False)
        ]
        raise ValidationFailed("; ".join(f"{f['field']}: {f['message']}" for f in found), details=found) from None
    # Half a surrogate pair has no bytes; the table refuses it by its name.
    if len(json.dumps(definition.metadata, ensure_ascii=False).encode(errors="surrogatepass")) > METADATA_BYTES_MOST:
        raise invalid("metadata", f"is larger than {METADATA_BYTES_MOST} bytes")
    return definition


def told(definition: Definition) -> dict[str, Any]:
    """What an event says of it: when it is due and what it starts, and nothing of what that is given."""
    fields = definition.model_dump(mode="json", exclude={"target", "metadata"}, exclude_none=True)
    return {**fields, "target": told_target(definition.target)}
