"""Mails: who wrote to whom, and the body. What is attached is named and not opened."""

import email
import email.message
import email.policy
from typing import Any

from docchain.extraction.errors import BrokenDocument
from docchain.extraction.html import html_to_markdown
from docchain.extraction.limits import MAX_HTML_BYTES, MAX_MAIL_PARTS, check_size

HEADERS = (("From", "from"), ("To", "to"), ("Cc", "cc"), ("Date", "date"), ("Message-ID", "message_id"))
LONGEST_HEADER = 2_000


def mail_to_markdown(data: bytes) -> tuple[str, dict[str, Any], list[str]]:
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        parts = _parts(message)
        title = _header(message, "Subject")
        facts = {name: value for header, name in HEADERS if (value := _header(message, header))}
        body, warnings = _body(parts)
        attached = [_about(part) for part in parts if _is_attachment(part)]
    except RecursionError as error:
        raise BrokenDocument("the mail's parts are nested too deeply") from error
    except (LookupError, ValueError, AttributeError, TypeError) as error:  # what the parser does with broken headers
        raise BrokenDocument(f"the mail is damaged: {error}") from error
    if attached:
        warnings.append(f"{len(attached)} attached files were not read")
    if message.defects:
        warnings.append("the mail does not follow the standard; what could be read was")
    lines = [f"**{header}:** {facts[name]}" for header, name in HEADERS[:4] if name in facts]
    head = [f"# {title}"] if title else []
    about = {"title": title, "created": facts.pop("date", ""), **facts, "attachments": attached}
    return "\n\n".join([*head, "  \n".join(lines), body]).strip(), {k: v for k, v in about.items() if v}, warnings


def _parts(message: email.message.Message) -> list[Any]:
    parts = []
    for part in message.walk():
        parts.append(part)
        check_size("parts of the mail", len(parts), MAX_MAIL_PARTS)
    return parts


def _body(parts: list[Any]) -> tuple[str, list[str]]:
    """Plain text where there is some, else HTML: of all that is not attached."""
    shown = [part for part in parts if part.get_content_maintype() == "text" and not _is_attachment(part)]
    plain = [text for part in shown if part.get_content_type() == "text/plain" and (text := _text(part).strip())]
    if plain:
        return "\n\n".join(plain), []
    markup = [_text(part) for part in shown if part.get_content_type() == "text/html"]
    check_size("bytes of HTML", sum(map(len, markup)), MAX_HTML_BYTES)
    return "\n\n".join(html_to_markdown(text)[0] for text in markup), []


def _text(part: Any) -> str:
    """An unknown or wrong charset gives the letters that can be read."""
    raw = part.get_payload(decode=True) or b""
    charset = part.get_content_charset() or "utf-8"
    try:
        text = raw.decode(charset)
    except (LookupError, UnicodeDecodeError, ValueError):
        text = raw.decode("utf-8", errors="replace")
    return str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _is_attachment(part: Any) -> bool:
    return not part.is_multipart() and (part.get_content_disposition() == "attachment" or bool(part.get_filename()))


def _about(part: Any) -> dict[str, Any]:
    size = len(part.get_payload(decode=True) or b"")
    return {"filename": str(part.get_filename() or ""), "media_type": part.get_content_type(), "size": size}


def _header(message: email.message.Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())[:LONGEST_HEADER]
