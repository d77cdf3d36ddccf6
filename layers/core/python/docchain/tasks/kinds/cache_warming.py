"""cache_warming: entries that are given, and answers of models to prompts that will be asked, put into the cache.

Doing it twice is harmless: an entry is kept anew, and a prompt whose answer is there already is not paid again.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from docchain.ai.tasks.asked import Generate
from docchain.ai.tasks.desk import Desk
from docchain.ai.tasks.perform import perform
from docchain.cache.cache import Cache
from docchain.errors import DependencyUnavailable, DocchainError
from docchain.tasks.errors import TaskInterrupted
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.ai_processing import caller_until
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.refusing import refusing
from docchain.tasks.kinds.shapes import CacheWarming, WarmEntry, WarmPrompt

KIND = "cache_warming"
ENTRY_PREFIX: Final = "api."
"""Of the entries that callers keep by ``PUT /advanced/cache/entries``."""


@dataclass(frozen=True)
class Warmer:
    cache: Cache = field(repr=False)
    desk: Desk = field(repr=False)
    people: People

    def run(self, parameters: CacheWarming, context: TaskContext) -> dict[str, Any]:
        """One that fails holds up no other, and is named; when all fail, so does the task."""
        work: list[WarmEntry | WarmPrompt] = [*parameters.entries, *parameters.prompts]
        result: dict[str, Any] = {"warmed": 0, "already_warm": 0, "failed": [], "cost_usd": 0.0}
        if not work:
            return {**result, "message": "There was nothing to warm: give entries or prompts."}
        with refusing():
            self.people.asker(context, KIND)
        last: DocchainError | None = None
        for number, one in enumerate(work):
            context.check()
            context.progress(number / len(work), f"{number} of {len(work)}")
            try:
                self._warm(one, context, result)
            except TaskInterrupted:
                raise
            except DocchainError as error:
                last = error
                result["failed"].append({**_name(one), "code": error.code, "message": error.message})
        if last and len(result["failed"]) == len(work):
            with refusing():
                raise last
        return {**result, "cost_usd": round(result["cost_usd"], 9)}

    def _warm(self, one: WarmEntry | WarmPrompt, context: TaskContext, result: dict[str, Any]) -> None:
        if isinstance(one, WarmEntry):
            self.cache.put(context.tenant, ENTRY_PREFIX + one.key, one.value, ttl=one.ttl_seconds, tags=one.tags)
            result["warmed"] += 1
            return
        asked = {**one.model_dump(exclude={"ttl_seconds"}, exclude_none=True), "cache_seconds": one.ttl_seconds}
        answer = perform(self.desk, caller_until(context), Generate.model_validate(asked))
        if answer.fallback_from:
            says = f"{answer.provider} stood in for {answer.fallback_from}; such an answer is not kept"
            raise DependencyUnavailable(says)
        result["already_warm" if answer.cached else "warmed"] += 1
        result["cost_usd"] += answer.cost_usd or 0.0


def _name(one: WarmEntry | WarmPrompt) -> dict[str, str]:
    return {"key": one.key} if isinstance(one, WarmEntry) else {"prompt": one.prompt[:80]}
