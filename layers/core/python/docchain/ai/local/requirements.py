"""What a text demands, forbids, advises and allows: sentences with a modal verb, who is meant, and by when.

By rules, for English and Spanish. A "may" that means "perhaps" is taken for a permission, and a duty that is told
without a modal ("The tenant pays the rent") is not seen.
"""

import re
from typing import Any, Final

from docchain.ai.local.dates import find_dates
from docchain.ai.local.relative_dates import find_relative_dates
from docchain.ai.local.sentences import Sentence, split_sentences

LOOKED_AT: Final = 1_000_000
MOST: Final = 200
LIMITS: Final = "modal verbs of English and Spanish; duties told without one are not seen"
_SENTENCE_CHARACTERS: Final = 2_000
_WHO_WORDS: Final = 8

# The strictest first: "may not" is no permission.
_STRENGTHS: Final = {
    "prohibited": r"(?:must|shall|may|can|should)\s+not|mustn't|can't|cannot|(?:is|are)\s+(?:prohibited|forbidden|"
    r"not\s+(?:allowed|permitted))|no\s+(?:podrá|podrán|puede|pueden|debe|deben|deberá|deberán|se\s+permite)|"
    r"(?:queda|quedan|está|están)\s+prohibid[oa]s?|se\s+prohíbe",
    "mandatory": r"must|shall|(?:is|are)\s+(?:required|obliged|obligated)\s+to|ha(?:s|ve)\s+to|needs?\s+to|"
    r"undertakes?\s+to|agrees?\s+to|debe|deben|deberá|deberán|ha(?:n|brá|brán)?\s+de|tienen?\s+que|"
    r"tendrán?\s+que|está(?:n)?\s+obligad[oa]s?|se\s+obligan?|se\s+comprometen?|(?:es|será)\s+obligatori[oa]",
    "recommended": r"should|ought\s+to|(?:is|are)\s+recommended|debería|deberían|se\s+recomienda|conviene",
    "permitted": r"may|(?:is|are)\s+(?:entitled|allowed|permitted)\s+to|podrá|podrán|puede|pueden|"
    r"tienen?\s+derecho\s+a|está(?:n)?\s+facultad[oa]s?",
}
_WORDS: Final = {
    strength: re.compile(rf"(?<![\w'])(?:{words})(?!\w)", re.IGNORECASE) for strength, words in _STRENGTHS.items()
}
_CONDITION: Final = re.compile(
    r"(?<!\w)(?:if|unless|provided that|except|salvo|excepto|siempre que|en caso de|si)(?!\w)", re.IGNORECASE
)
_NO_SUBJECT: Final = re.compile(
    r"(?:and|or|but|which|that|who|if|when|where|it|y|o|e|pero|que|si|cuando|donde|como|se)(?!\w)", re.IGNORECASE
)


def find_requirements(source: str, language: str) -> dict[str, Any]:
    text = source[:LOOKED_AT]
    found: list[dict[str, Any]] = []
    total = 0
    for sentence in split_sentences(text):
        match = _modal(sentence)
        if match is None:
            continue
        total += 1
        if len(found) < MOST:
            found.append(_told(sentence, *match, language))
    return {
        "requirements": found,
        "counts": {s: sum(r["strength"] == s for r in found) for s in _WORDS},
        "total": total,
        "characters_considered": len(text),
        "limits": LIMITS,
    }


def _modal(sentence: Sentence) -> tuple[str, re.Match[str]] | None:
    said = sentence.text[:_SENTENCE_CHARACTERS]
    for strength, words in _WORDS.items():
        match = words.search(said)
        # May is also a month: "in May 2026" allows nothing.
        while match and match[0] == "May" and match.start():
            match = words.search(said, match.end())
        if match:
            return strength, match
    return None


def _told(sentence: Sentence, strength: str, modal: re.Match[str], language: str) -> dict[str, Any]:
    said = sentence.text[:_SENTENCE_CHARACTERS]
    return {
        "requirement": sentence.text[:_SENTENCE_CHARACTERS],
        "strength": strength,
        "modal": modal[0].lower(),
        "who": _who(said[: modal.start()]),
        "by": _by(said, language),
        "conditional": bool(_CONDITION.search(said)),
        "start": sentence.start,
        "end": sentence.end,
    }


def _who(before: str) -> str | None:
    """What stands between the last comma and the verb, when it can be a subject."""
    words = re.split(r"[,;:]", before)[-1].split()
    subject = " ".join(words)
    return subject if 0 < len(words) <= _WHO_WORDS and not _NO_SUBJECT.match(subject) else None


def _by(said: str, language: str) -> str | None:
    for kind, start, end, value in (*find_relative_dates(said), *find_dates(said, language)):
        if kind in ("date", "deadline"):
            return value or said[start:end]
    return None
