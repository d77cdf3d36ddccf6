"""JSON values to DynamoDB attribute values and back.

boto3's own serializer wants Decimal for every float and hands Decimals back; JSON has neither. What DynamoDB would
refuse (NaN, 39 digits, 33 levels, half a surrogate pair) is refused here as the caller's mistake, before any write.
"""

import math
from typing import Any

from docchain.characters import is_whole
from docchain.errors import ValidationFailed

Item = dict[str, Any]

DEPTH_LIMIT = 32
_LARGEST_INTEGER = 10**38 - 1
_FLOAT_RANGE = (1e-130, 9.9e125)


def encode(value: Any, depth: int = 0) -> dict[str, Any]:
    """Raises ``ValidationFailed`` for values that DynamoDB cannot keep, ``TypeError`` for what JSON cannot say."""
    if depth > DEPTH_LIMIT:
        raise ValidationFailed(f"The value is nested deeper than {DEPTH_LIMIT} levels.")
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": _text(value)}
        case int() | float():
            return {"N": _number(value)}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [encode(v, depth + 1) for v in value]}
        case frozenset() | set():
            return {"SS": sorted(_text(v) for v in value)}
        case dict():
            return {"M": {_text(str(k)): encode(v, depth + 1) for k, v in value.items()}}
    raise TypeError(f"{type(value).__name__} has no DynamoDB form")


def _text(value: str) -> str:
    if not is_whole(value):
        raise ValidationFailed("A text holds half of a surrogate pair; send whole characters.")
    return value


def _number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) > _LARGEST_INTEGER:
            raise ValidationFailed("An integer has more than 38 digits.")
        return str(value)
    smallest, largest = _FLOAT_RANGE
    if not math.isfinite(value) or (value and not smallest <= abs(value) <= largest):
        raise ValidationFailed("A number is not finite or out of range (1e-130 to 9.9e125).")
    return repr(value)


def decode(attribute: dict[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return int(value) if value.lstrip("-").isdigit() else float(value)
        case "NULL":
            return None
        case "L":
            return [decode(v) for v in value]
        case "M":
            return {k: decode(v) for k, v in value.items()}
        case "SS" | "BS":
            return sorted(value)
    return value


def encode_item(item: Item) -> dict[str, Any]:
    """Top-level ``None`` is left out: an absent attribute and a null one mean the same here."""
    return {k: encode(v) for k, v in item.items() if v is not None}


def decode_item(attributes: dict[str, Any]) -> Item:
    return {k: decode(v) for k, v in attributes.items()}
