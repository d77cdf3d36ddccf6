"""Formats by name. Each is a parser of a standard, none a regular expression of ours that could be made to wait."""

from collections.abc import Callable
from datetime import date, datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

_TEXT_MOST: Final = 2_048


def _email(text: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _uri(text: str) -> bool:
    parts = urlsplit(text)
    return bool(parts.scheme and parts.netloc) and not any(c.isspace() for c in text)


def _moment(text: str) -> bool:
    return "T" in text and datetime.fromisoformat(text).tzinfo is not None


def _date(text: str) -> bool:
    return date.fromisoformat(text).isoformat() == text


def _uuid(text: str) -> bool:
    return str(UUID(text)) == text.lower()


def _ip(text: str) -> bool:
    ip_address(text)
    return True


FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "email": _email,
    "uri": _uri,
    "uuid": _uuid,
    "date": _date,
    "date-time": _moment,
    "ip": _ip,
}


def has_format(name: str, text: str) -> bool:
    if len(text) > _TEXT_MOST:
        return False
    try:
        return FORMATS[name](text)
    except ValueError:
        return False
