"""Words by which documents try to give orders. They are signs and no proof: a text about such attacks has them, too.

Whatever is found, the document stays fenced; who asks may have it refused.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from docchain.ai.guardrails.errors import InjectionRefused

LOOKED_AT: Final = 400_000
SIGNS_MOST: Final = 20
OnInjection = Literal["warn", "refuse"]
_SHOWN: Final = 120
# No pattern repeats what another repetition inside it could take: time is linear in the text.
_PATTERNS: Final[dict[str, re.Pattern[str]]] = {
    "override": re.compile(
        r"\b(?:ignore|disregard|forget|override)\s{1,4}(?:all\s{1,4}|any\s{1,4}|the\s{1,4}|your\s{1,4}|of\s{1,4}){0,3}"
        r"(?:previous|prior|above|earlier|preceding|system)\s{1,4}(?:instruction|prompt|rule|message|direction)s?\b"
        r"|\b(?:ignora|olvida|desobedece|omite)\s{1,4}(?:todas\s{1,4}|las\s{1,4}|tus\s{1,4}|cualquier\s{1,4}){0,3}"
        r"(?:instrucci[oó]n(?:es)?|reglas?|[oó]rdenes)\b",
        re.IGNORECASE,
    ),
    "role": re.compile(
        r"<\|(?:im_start|im_end|system|assistant|endoftext)\|>|\[/?INST\]|<</?SYS>>"
        r"|^[ \t]{0,8}(?:###[ \t]{0,4})?(?:system|assistant|sistema)[ \t]{0,4}:",
        re.IGNORECASE | re.MULTILINE,
    ),
    "disclosure": re.compile(
        r"\b(?:reveal|print|repeat|show|output|tell)\s{1,4}(?:me\s{1,4}|us\s{1,4})?(?:all\s{1,4}|the\s{1,4}|your\s{1,4}){0,2}"
        r"(?:system\s{1,4}|hidden\s{1,4}|initial\s{1,4}|secret\s{1,4}){1,2}(?:prompt|instruction|message)s?\b"
        r"|\b(?:muestra|revela|repite|imprime)\s{1,4}(?:el\s{1,4}|tu\s{1,4}|tus\s{1,4}|las\s{1,4}){0,2}"
        r"(?:prompt|instrucciones|mensaje\s{1,4}de\s{1,4}sistema)\b",
        re.IGNORECASE,
    ),
    "persona": re.compile(
        r"\byou\s{1,4}are\s{1,4}now\s{1,4}(?:in\s{1,4})?(?:a|an|the|DAN|developer|jailbroken|unrestricted)\b"
        r"|\bact\s{1,4}as\s{1,4}(?:if\s{1,4}you\s{1,4}(?:had|have)\s{1,4}no|an?\s{1,4}unrestricted)\b"
        r"|\bahora\s{1,4}eres\s{1,4}(?:un|una|DAN)\b",
        re.IGNORECASE,
    ),
    "hidden": re.compile(r"[\U000e0020-\U000e007f]{4,}|[\u200b\u200c\u2060]{8,}"),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """``text[start:end]`` of the document, shortened."""

    kind: str
    text: str
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def signs_in(text: str) -> list[Sign]:
    looked_at = text[:LOOKED_AT]
    found = [
        Sign(kind, match[0][:_SHOWN].strip(), match.start(), match.end())
        for kind, pattern in _PATTERNS.items()
        for _, match in zip(range(SIGNS_MOST), pattern.finditer(looked_at), strict=False)
    ]
    return sorted(found, key=lambda sign: sign.start)[:SIGNS_MOST]


def check_signs(text: str, on_injection: OnInjection) -> list[Sign]:
    """Raises ``InjectionRefused`` where that was asked for."""
    signs = signs_in(text)
    if signs and on_injection == "refuse":
        kinds = ", ".join(dict.fromkeys(sign.kind for sign in signs))
        raise InjectionRefused(
            f"The document seems to give orders to a model ({kinds}), and you asked to refuse such documents.",
            details=[sign.as_json() for sign in signs],
        )
    return signs
