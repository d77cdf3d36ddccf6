"""How long a text may be, before anything is done with it."""

from typing import Final

from docchain.ai.guardrails.errors import TextTooLong

TEXT_MOST: Final = 1_000_000
"""Of methods of our own. What a model is given is bounded by the gateway, and by the model."""
TRANSLATED_MOST: Final = 20_000
"""While a caller waits: some five pieces one after another. A node of a workflow has a quarter of an hour."""
UPLOAD_BYTES_MOST: Final = 3_000_000
"""Base64 in JSON, and base64 once more on its way into a function, which takes 6 MB."""


def check_length(text: str, most: int = TEXT_MOST, *, instead: str = "") -> None:
    """Raises ``TextTooLong``. ``instead`` says what to do with a longer one."""
    if len(text) > most:
        says = f"The text has {len(text):,} characters, more than {most:,}."
        raise TextTooLong(f"{says} {instead}".strip(), details={"characters": len(text), "most": most})
