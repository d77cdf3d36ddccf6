"""The one door to models: who answers, what may leave, how often is asked, what it costs. All else only calls this."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docchain.ai.asking import Asking, asking_of
from docchain.ai.embedding import embedded
from docchain.ai.errors import ProviderAuthFailed, ProviderNotConfigured, ProviderUnavailable
from docchain.ai.guarding import ATTEMPT_SECONDS_MOST, Guard
from docchain.ai.models import Answer, Delta, Embeddings, EmbedQuestion, Question
from docchain.ai.provider import ChatRequest
from docchain.ai.redaction import Redaction, Restoring
from docchain.ai.shaping import shaped
from docchain.ai.targets import Directory, Reached, Wanted

if TYPE_CHECKING:
    from docchain.ai.answer_cache import AnswerCache

PASSED_OVER = (ProviderNotConfigured, ProviderAuthFailed, ProviderUnavailable)
"""After these the next in order is asked; a request that is wrong is wrong everywhere."""


@dataclass(frozen=True)
class Gateway:
    directory: Directory
    guard: Guard
    cache: "AnswerCache | None" = None

    def generate(self, question: Question) -> Answer:
        """Raises ``ProviderNotConfigured`` when nobody is, ``ProviderUnavailable`` when all that are failed."""
        asking = self._asking(question)
        answer = self._answered(asking)
        return replace(answer, text=asking.redaction.restore(answer.text))

    def structured(self, question: Question) -> Answer:
        """``data`` fits ``question.schema``; an answer that does not is sent back once with what is wrong.

        Raises ``SchemaInvalid``, and ``AnswerDoesNotFit`` after the second answer.
        """
        return shaped(question, self._as_it_came)

    def stream(self, question: Question) -> Iterator[Delta]:
        """Others are asked only before the first piece; a stream that breaks later raises ``StreamCut`` or the like."""
        asking = self._asking(question)
        for wanted in asking.order:
            begun = False
            try:
                for delta in self._restored(asking, wanted):
                    begun = True
                    yield delta
                return
            except PASSED_OVER as error:
                if begun:
                    raise
                asking.pass_over(wanted, error)
        raise asking.nobody()

    def embed(self, question: EmbedQuestion) -> Embeddings:
        """Nobody else is asked: vectors of another model could not be compared with those that are there."""
        return embedded(question, self.directory, self.guard)

    def _asking(self, question: Question) -> Asking:
        order = self.directory.wanted(question.provider, question.model, question.fallbacks)
        return asking_of(question, order)

    def _as_it_came(self, question: Question) -> tuple[Answer, Redaction]:
        asking = self._asking(question)
        return self._answered(asking), asking.redaction

    def _answered(self, asking: Asking) -> Answer:
        for wanted in asking.order:
            try:
                return asking.told(self._kept_or_made(asking, wanted), wanted)
            except PASSED_OVER as error:
                asking.pass_over(wanted, error)
        raise asking.nobody()

    def _kept_or_made(self, asking: Asking, wanted: Wanted) -> Answer:
        question = asking.question
        reached = self._reached(question.tenant_id, wanted)
        request = asking.request(wanted, reached)

        def make() -> Answer:
            provider = reached.provider
            ask = provider.generate if request.schema is None else provider.structured
            asking.announce(wanted)
            answer = self.guard.asked(
                question.tenant_id,
                wanted,
                reached,
                asking.tokens,
                asking.until(wanted),
                asking.tries,
                lambda seconds: ask(replace(request, seconds=seconds)),
            )
            return asking.paid(answer, wanted)

        if self.cache is None:
            return make()
        # As it leaves, with placeholders: nothing hidden is kept.
        place = (question.tenant_id, wanted.provider, request)
        return self.cache.get_or_ask(*place, make, seconds=question.cache_seconds)

    def _restored(self, asking: Asking, wanted: Wanted) -> Iterator[Delta]:
        reached = self._reached(asking.question.tenant_id, wanted)
        request = asking.request(wanted, reached)
        restoring = Restoring(asking.redaction)
        for delta in self._kept_or_streamed(asking, wanted, reached, request):
            if delta.answer is None:
                if text := restoring.add(delta.text):
                    yield Delta(text)
                continue
            if rest := restoring.rest():
                yield Delta(rest)
            answer = asking.told(delta.answer, wanted)
            yield Delta(answer=replace(answer, text=asking.redaction.restore(answer.text)))

    def _kept_or_streamed(
        self, asking: Asking, wanted: Wanted, reached: Reached, request: ChatRequest
    ) -> Iterator[Delta]:
        """An answer that is kept comes in one piece."""
        question = asking.question
        place = (question.tenant_id, wanted.provider, request)
        if self.cache and question.cache_seconds != 0 and (found := self.cache.find(*place)):
            yield from (Delta(found.text), Delta(answer=found))
            return
        for delta in self._streamed(asking, wanted, reached, request):
            if delta.answer is None:
                yield delta
                continue
            answer = asking.paid(delta.answer, wanted)
            if self.cache:
                self.cache.keep(*place, answer, seconds=question.cache_seconds)
            yield Delta(answer=answer)

    def _streamed(self, asking: Asking, wanted: Wanted, reached: Reached, request: ChatRequest) -> Iterator[Delta]:
        guard = self.guard
        asking.announce(wanted)

        def begin(seconds: float) -> tuple[Delta, Iterator[Delta]]:
            pieces = reached.provider.stream(replace(request, seconds=seconds))
            return next(pieces), pieces

        guard.breaker.admit(reached.owner, wanted.name)
        with guard.limited(asking.question.tenant_id, reached, asking.tokens, asking.question.seconds) as taken:
            delta, pieces = guard.tried(wanted, reached, asking.until(wanted), asking.tries, begin)
            # Who stops listening has had what was written: all is charged until it is known how much it was.
            taken.used = taken.tokens
            with guard.watched(wanted, reached, ATTEMPT_SECONDS_MOST):
                yield delta
                for delta in pieces:
                    asking.check_time(wanted)
                    yield delta
            if delta.answer:
                taken.used = delta.answer.usage.input_tokens + delta.answer.usage.output_tokens

    def _reached(self, tenant_id: str, wanted: Wanted) -> Reached:
        reached = self.directory.reach(tenant_id, wanted.provider)
        if not wanted.model and reached.provider.capabilities.paid:
            raise ProviderNotConfigured(f"{wanted.provider} has no model by default: name one")
        return reached
