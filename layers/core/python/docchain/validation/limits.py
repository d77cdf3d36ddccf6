"""How much may be asked of one check, so that its time is bounded by what was sent."""

from typing import Any, Final

from docchain.errors import PayloadTooLarge, invalid

DEPTH_MOST: Final = 20
FIELDS_MOST: Final = 500
BYTES_MOST: Final = 256 * 1024
PATTERN_CHARACTERS_MOST: Final = 500
ENUM_MOST: Final = 200
ERRORS_MOST: Final = 100


def check_size(body: bytes) -> None:
    if len(body) > BYTES_MOST:
        raise PayloadTooLarge(f"Data and schema together are at most {BYTES_MOST} bytes.")


def check_depth(field: str, value: Any) -> None:
    """Without recursion: what is too deep to be checked is too deep to be walked."""
    level: list[Any] = [value]
    for _ in range(DEPTH_MOST + 1):
        nested = [v for v in level if isinstance(v, dict | list)]
        if not nested:
            return
        level = [inner for v in nested for inner in (v.values() if isinstance(v, dict) else v)]
    raise invalid(field, f"is nested deeper than {DEPTH_MOST} levels")
