"""Vectors of texts, as many at once as the provider takes."""

import time
from typing import Final

from docchain.ai.errors import InvalidRequest
from docchain.ai.guarding import Guard, Tries
from docchain.ai.models import Embeddings, EmbedQuestion, Usage
from docchain.ai.paying import announce, priced, tokens_asked
from docchain.ai.provider import EmbedRequest
from docchain.ai.targets import Directory, Wanted

TEXTS_MOST: Final = 1_000
CHARACTERS_MOST: Final = 2_000_000


def embedded(question: EmbedQuestion, directory: Directory, guard: Guard) -> Embeddings:
    if not 1 <= len(question.texts) <= TEXTS_MOST:
        raise InvalidRequest(f"between 1 and {TEXTS_MOST} texts are embedded at once")
    if sum(map(len, question.texts)) > CHARACTERS_MOST:
        raise InvalidRequest(f"the texts have together more than {CHARACTERS_MOST:,} characters")
    name = question.provider or directory.default
    wanted = Wanted(name, question.model or directory.config(name).embedding_model)
    reached = directory.reach(question.tenant_id, name)
    can = reached.provider.capabilities
    if not can.embeds_at_once:
        raise InvalidRequest(f"{name} has no embeddings: ask openai, google, bedrock or local")
    if not wanted.model and can.paid:
        raise InvalidRequest(f"{name} has no model for embeddings by default: name one")
    announce(question.about_to_pay, [wanted], 0, *question.texts)
    deadline, tries = time.monotonic() + question.seconds, Tries()
    parts: list[Embeddings] = []
    for start in range(0, len(question.texts), can.embeds_at_once):
        batch = question.texts[start : start + can.embeds_at_once]
        request = EmbedRequest(batch, wanted.model, question.purpose, question.dimensions)

        def ask(seconds: float, request: EmbedRequest = request) -> Embeddings:
            asked = EmbedRequest(request.texts, request.model, request.purpose, request.dimensions, seconds)
            return reached.provider.embed(asked)

        tokens = tokens_asked(0, *batch)
        parts.append(guard.asked(question.tenant_id, wanted, reached, tokens, deadline, tries, ask))
    usage = Usage(sum(part.usage.input_tokens for part in parts), 0, sum(part.usage.ms for part in parts))
    # A provider that counts no tokens would seem to cost nothing.
    cost = priced(name, wanted.model, usage) if can.counts_embedding_tokens else None
    vectors = tuple(vector for part in parts for vector in part.vectors)
    return Embeddings(vectors, name, parts[0].model, parts[0].dimensions, usage, cost, tries.made)
