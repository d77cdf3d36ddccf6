"""What must not leave: secrets and marked personal data are sent as placeholders, and put back in the answer.

A placeholder holds a mark that is made of the texts and the hidden values together: nobody who writes a document can
foresee it, so no document can name a placeholder and have a secret put into the answer. Equal questions have equal
marks, so that their answers can be kept.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from docchain.ai.errors import InvalidRequest

SECRET_CHARACTERS_LEAST: Final = 4
PERSONAL_CHARACTERS_LEAST: Final = 2
VALUES_MOST: Final = 1_000
KINDS: Final = frozenset({"email", "phone", "iban", "card", "nif", "nie", "cif", "url"})
_OPEN, _CLOSE = "[[", "]]"
_PLACEHOLDER_MOST: Final = 48
# Shapes that keys of known issuers have; a private key is hidden whole.
_KEYS: Final = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{1,8000}?-----END [A-Z ]{0,30}PRIVATE KEY-----"
    r"|\b(?:sk|rk|pk)[-_](?:ant-|proj-|live_|test_|svcacct-)?[A-Za-z0-9_-]{16,250}"
    r"|\bAIza[A-Za-z0-9_-]{35}"
    r"|\bya29\.[A-Za-z0-9_-]{20,500}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,250}"
    r"|\bgithub_pat_[A-Za-z0-9_]{20,250}"
    r"|\bglpat-[A-Za-z0-9_-]{20,100}"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,250}"
    r"|\bhooks\.slack\.com/services/[A-Za-z0-9/]{20,100}"
    r"|\beyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{16,2000}"
    r"|(?<=://)[^\s/:@]{1,100}:[^\s/@]{1,200}(?=@)"
    r"|(?i:(?<=bearer ))[A-Za-z0-9._~+/-]{16,2000}"
)


@dataclass
class Redaction:
    """``placeholders``: hidden value → what is sent in its place."""

    placeholders: dict[str, str] = field(default_factory=dict, repr=False)
    _pattern: re.Pattern[str] | None = field(default=None, repr=False)

    def hide(self, text: str) -> str:
        return self._pattern.sub(lambda found: self.placeholders[found[0]], text) if self._pattern else text

    def restore(self, text: str) -> str:
        for value, placeholder in self.placeholders.items():
            text = text.replace(placeholder, value)
        return text

    def restore_json(self, text: str) -> str:
        """In a text that is JSON, where a value stands inside of a string."""
        for value, placeholder in self.placeholders.items():
            text = text.replace(placeholder, json.dumps(value, ensure_ascii=False)[1:-1])
        return text

    def restore_in(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.restore(value)
        if isinstance(value, list):
            return [self.restore_in(member) for member in value]
        if isinstance(value, dict):
            return {self.restore(name): self.restore_in(member) for name, member in value.items()}
        return value

    @property
    def count(self) -> int:
        return len(self.placeholders)


def redaction_of(
    tenant_id: str, texts: Iterable[str], secrets: Iterable[str], personal: Iterable[str], kinds: Iterable[str]
) -> Redaction:
    """Raises ``InvalidRequest`` for a kind that is not looked for, or more values than can be hidden."""
    whole = "\n".join(texts)
    unknown = set(kinds) - KINDS
    if unknown:
        raise InvalidRequest(f"personal data of the kind {sorted(unknown)[0]!r} is not looked for; {sorted(KINDS)} are")
    hidden: dict[str, str] = {}
    for value in secrets:
        if len(value) >= SECRET_CHARACTERS_LEAST and value in whole:
            hidden.setdefault(value, "SECRET")
    for found in _KEYS.finditer(whole):
        hidden.setdefault(found[0], "SECRET")
    for value in personal:
        if len(value) >= PERSONAL_CHARACTERS_LEAST and value in whole:
            hidden.setdefault(value, "PERSONAL")
    for kind, value in _found(whole, frozenset(kinds)):
        hidden.setdefault(value, kind.upper())
    if not hidden:
        return Redaction()
    if len(hidden) > VALUES_MOST:
        raise InvalidRequest(f"more than {VALUES_MOST} values would have to be hidden from the provider")
    mark = hashlib.sha256("\0".join([tenant_id, whole, *hidden]).encode()).hexdigest()[:10]
    numbered = enumerate(hidden.items(), 1)
    placeholders = {value: f"{_OPEN}{label}_{number}_{mark}{_CLOSE}" for number, (value, label) in numbered}
    # The longest first: one value may be a part of another.
    longest = sorted(placeholders, key=len, reverse=True)
    return Redaction(placeholders, re.compile("|".join(map(re.escape, longest))))


def _found(text: str, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    if not kinds:
        return
    from docchain.ai.local import identifiers

    for find in (identifiers.find_addresses, identifiers.find_numbers):
        for kind, start, end, _ in find(text):
            if kind in kinds:
                yield kind, text[start:end]
    if "phone" in kinds:
        for kind, start, end, _ in identifiers.find_phones(text, "en"):
            yield kind, text[start:end]


@dataclass
class Restoring:
    """Puts values back into a text that comes in pieces: a placeholder may be torn over two of them."""

    redaction: Redaction
    _held: str = ""

    def add(self, piece: str) -> str:
        if not self.redaction.placeholders:
            return piece
        text = self.redaction.restore(self._held + piece)
        at = text.rfind("[", max(0, len(text) - _PLACEHOLDER_MOST))
        at = at - 1 if at > 0 and text[at - 1] == "[" else at
        if at < 0 or _CLOSE in text[at:]:
            self._held = ""
            return text
        self._held = text[at:]
        return text[:at]

    def rest(self) -> str:
        held, self._held = self._held, ""
        return held
