"""Answers of providers, kept for a while: the same question of the same tenant is asked and paid once.

The gateway calls it around one provider, inside its redaction: what is kept is what left the house and came back, with
placeholders where secrets and personal values were.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from docchain.ai.errors import ProviderRefused
from docchain.ai.models import Answer, Usage
from docchain.ai.provider import ChatRequest
from docchain.cache.cache import Cache
from docchain.cache.errors import BackendUnavailable, CacheEntryNotFound, CacheQuotaExceeded, CacheValueTooLarge
from docchain.cache.limits import TTL_DEFAULT, TTL_MOST
from docchain.cache.served import Served
from docchain.observability import logger

TAG: Final = "ai"
# Part of every key: another form of answer, or of question, is another answer.
FORM: Final = 1


class _Refusals:
    """What a provider refuses for what it is (an unknown model, a wrong schema) it refuses the next time as well."""

    def remember(self, error: Exception) -> dict[str, Any] | None:
        if isinstance(error, ProviderRefused):
            return {"message": error.message, "details": error.details}
        return None

    def recall(self, kept: dict[str, Any]) -> Exception:
        return ProviderRefused(kept["message"], details=kept["details"])


@dataclass(frozen=True)
class AnswerCache:
    cache: Cache

    def get_or_ask(
        self,
        tenant_id: str,
        provider: str,
        request: ChatRequest,
        ask: Callable[[], Answer],
        *,
        seconds: int | None = None,
        tags: Iterable[str] = (),
    ) -> Answer:
        """The answer, ``cached`` when nobody was asked for it. ``seconds`` as ``Question.cache_seconds`` says: 0 asks
        anew and keeps nothing, ``None`` is five minutes.

        However many ask the same at once, the provider is asked once. Raises what ``ask`` raises, and
        ``ProviderRefused`` for half a minute after the provider refused the very same question.
        """
        if seconds == 0:
            return ask()
        snapshot = self._snapshot(tenant_id, provider, request.model)

        def make() -> dict[str, Any]:
            answer = ask()
            self._learn(tenant_id, provider, request, snapshot, answer, ttl, named)
            return asdict(answer)

        ttl = _ttl(seconds)
        named = (*_tags(provider, request.model), *tags)
        served = self.cache.get_or_make(
            tenant_id,
            key_of(provider, snapshot, request),
            make,
            ttl=ttl,
            tags=named,
            cost_of=lambda value: value["cost_usd"] or 0.0,
            is_kept=lambda value: _is_whole(value, provider),
            failures=_Refusals(),
        )
        return _answer_of(served)

    def find(self, tenant_id: str, provider: str, request: ChatRequest) -> Answer | None:
        """For an answer that would be streamed. It counts as asked for; ``keep`` counts what was streamed then."""
        snapshot = self._snapshot(tenant_id, provider, request.model)
        try:
            entry, tier = self.cache.get(tenant_id, key_of(provider, snapshot, request))
        except (CacheEntryNotFound, BackendUnavailable):
            return None
        if entry.is_failure:
            return None
        return _answer_of(Served(entry.decoded(), cached=True, tier=tier, nano_usd=entry.nano_usd))

    def keep(
        self, tenant_id: str, provider: str, request: ChatRequest, answer: Answer, *, seconds: int | None = None
    ) -> None:
        """What was streamed to its end. What cannot be kept is not, and nobody's answer fails for it."""
        value = asdict(answer)
        if seconds == 0 or not _is_whole(value, provider):
            return
        ttl, named = _ttl(seconds), _tags(provider, request.model)
        snapshot = self._snapshot(tenant_id, provider, request.model)
        self._learn(tenant_id, provider, request, snapshot, answer, ttl, named)
        self._put(tenant_id, key_of(provider, snapshot, request), value, ttl, named, answer.cost_usd or 0.0)

    def _snapshot(self, tenant_id: str, provider: str, model: str) -> str:
        """The model that a name stood for when it answered last; the name itself before it ever has."""
        entry = self.cache.find(tenant_id, _pointer(provider, model))
        return str(entry.decoded()) if entry else model

    def _learn(
        self,
        tenant_id: str,
        provider: str,
        request: ChatRequest,
        snapshot: str,
        answer: Answer,
        ttl: float,
        tags: tuple[str, ...],
    ) -> None:
        """A name that stands for another model now: no answer of the one before is served any more.

        First the answer under the new model's key, then the pointer: whoever follows it finds the answer there.
        """
        value = asdict(answer)
        if answer.model == snapshot or not _is_whole(value, provider):
            return
        cost_usd = answer.cost_usd or 0.0
        # Not counted as sets: the answer itself is.
        self._put(tenant_id, key_of(provider, answer.model, request), value, ttl, tags, cost_usd, is_counted=False)
        self._put(tenant_id, _pointer(provider, request.model), answer.model, TTL_MOST, tags, 0.0, is_counted=False)

    def _put(
        self,
        tenant_id: str,
        key: str,
        value: Any,
        ttl: float,
        tags: tuple[str, ...],
        cost_usd: float,
        *,
        is_counted: bool = True,
    ) -> None:
        try:
            self.cache.put(tenant_id, key, value, ttl=ttl, tags=tags, cost_usd=cost_usd, is_counted=is_counted)
        except (BackendUnavailable, CacheQuotaExceeded, CacheValueTooLarge) as error:
            logger.info("an answer was not kept", extra={"tenant": tenant_id, "code": error.code})


def key_of(provider: str, model: str, request: ChatRequest) -> str:
    """All that makes an answer: who is asked, which model, with which parameters, and what. Not how long it takes."""
    asked = {**asdict(request), "model": model, "provider": provider, "form": FORM}
    asked.pop("seconds")
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"ai.{hashlib.sha256(text.encode()).hexdigest()}"


def _pointer(provider: str, model: str) -> str:
    return f"ai.model.{hashlib.sha256(f'{provider}/{model}'.encode()).hexdigest()}"


def _tags(provider: str, model: str) -> tuple[str, ...]:
    """By which answers are cleared; names with letters that tags have not are told by their hash."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._:@/-") else "_" for c in model)[:50]
    return TAG, f"provider:{provider}", f"model:{plain}"


def _ttl(seconds: int | None) -> float:
    return float(min(max(seconds, 1), TTL_MOST)) if seconds is not None else TTL_DEFAULT


def _is_whole(value: dict[str, Any], provider: str) -> bool:
    """What was filtered or answered by somebody else is nobody's answer but this one's.

    One that ends at its most tokens is kept: how many they are is a part of the question.
    """
    return (
        value["finish_reason"] in {"stop", "length"}
        and value["fallback_from"] is None
        and value["provider"] == provider
    )


def _answer_of(served: Served) -> Answer:
    value = served.value
    answer = Answer(**{**value, "usage": Usage(**value["usage"])})
    if not served.cached:
        return answer
    return replace(answer, cached=True, cost_usd=0.0, attempts=0, usage=Usage())
