"""Data with the rules it is checked by, and what does not hold."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.validation.check import Fault


class CheckInput(BaseModel):
    """Rules of a field: required, type, min_length, max_length, min, max, enum, pattern (RE2), items, properties,
    format (email, uri, uuid, date, date-time, ip).
    """

    data: dict[str, Any]
    # ``schema`` is a method of pydantic's models.
    rules: Annotated[dict[str, Any], Field(alias="schema")]

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "data": {"name": "", "tags": ["a"]},
                    "schema": {
                        "name": {"required": True, "type": "string", "min_length": 1, "max_length": 100},
                        "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}},
                    },
                }
            ]
        },
    )


class InputFault(BaseModel):
    field: str
    message: str

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"field": "name", "message": "has fewer than 1 characters"}]}
    )


class InputView(BaseModel):
    valid: bool
    errors: list[InputFault]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"valid": False, "errors": [{"field": "name", "message": "has fewer than 1 characters"}]}]
        }
    )

    @classmethod
    def of(cls, faults: list[Fault]) -> "InputView":
        return cls(valid=not faults, errors=[InputFault(**asdict(fault)) for fault in faults])
