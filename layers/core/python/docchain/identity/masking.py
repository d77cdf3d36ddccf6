"""Personal data in events: enough to see that it changed, too little to know what it says."""

from typing import Any, Final

MASK: Final = "***"


def masked_email(address: str) -> str:
    """``ada@example.com`` → ``a***@example.com``"""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}{MASK}@{domain}"


def masked_profile(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _masked(name, value) for name, value in values.items()}


def _masked(name: str, value: Any) -> Any:
    if not value:
        return value
    return masked_email(value) if name == "email" else MASK
