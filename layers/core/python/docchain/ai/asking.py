"""One question on its way: who may answer, what leaves of it, how much time is left."""

import time
from dataclasses import dataclass, field, replace
from typing import Final

from docchain.ai.errors import InvalidRequest, ProviderNotConfigured, ProviderTimeout, ProviderUnavailable
from docchain.ai.guarding import Tries
from docchain.ai.models import Answer, Question
from docchain.ai.paying import announce, priced, tokens_asked
from docchain.ai.provider import ChatRequest
from docchain.ai.redaction import Redaction, redaction_of
from docchain.ai.targets import Reached, Wanted
from docchain.errors import StepError
from docchain.observability import logger

MAX_PROMPT_CHARACTERS: Final = 400_000
SHARE_OF_TIME: Final = 2 / 3
"""Of what is left, for one provider while others could still be asked: a silent one must not use it up."""


@dataclass
class Asking:
    question: Question
    order: list[Wanted]
    deadline: float
    redaction: Redaction = field(default_factory=Redaction)
    tries: Tries = field(default_factory=Tries)
    reasons: list[StepError] = field(default_factory=list)
    announced: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.question.system, *(turn.text for turn in self.question.history), self.question.user)

    @property
    def tokens(self) -> int:
        return tokens_asked(self.question.max_tokens, *self.texts)

    def request(self, wanted: Wanted, reached: Reached) -> ChatRequest:
        """As it leaves. What the provider is reached with is a secret as well, should a text hold it."""
        asked = self.question
        if any(secret and secret in text for secret in reached.secrets for text in self.texts):
            self.redaction = _redacted(replace(asked, secrets=(*asked.secrets, *reached.secrets)), self.texts)
        hide = self.redaction.hide
        return ChatRequest(
            system=hide(asked.system),
            user=hide(asked.user),
            model=wanted.model,
            max_tokens=asked.max_tokens,
            temperature=asked.temperature,
            schema=asked.schema,
            history=tuple(replace(turn, text=hide(turn.text)) for turn in asked.history),
        )

    def until(self, wanted: Wanted) -> float:
        left = self.deadline - time.monotonic()
        return self.deadline if wanted == self.order[-1] else time.monotonic() + left * SHARE_OF_TIME

    def check_time(self, wanted: Wanted) -> None:
        """Raises ``ProviderTimeout``: a stream's own timeout starts anew with each piece."""
        if time.monotonic() > self.deadline:
            raise ProviderTimeout(f"{wanted.provider} did not end its answer in time")

    def announce(self, wanted: Wanted) -> None:
        if not self.announced:
            rest = self.order[self.order.index(wanted) :]
            announce(self.question.about_to_pay, rest, self.question.max_tokens, *self.texts)
            self.announced = True

    def pass_over(self, wanted: Wanted, error: StepError) -> None:
        self.reasons.append(error)
        logger.info("a provider was passed over", extra={"target": wanted.name, "code": error.code})

    def told(self, answer: Answer, wanted: Wanted) -> Answer:
        """With what only we know of it."""
        first = self.order[0]
        return replace(
            answer,
            fallback_from=None if wanted == first else first.provider,
            prompt_version=self.question.prompt_version,
            attempts=self.tries.made,
            redacted=self.redaction.count,
        )

    def paid(self, answer: Answer, wanted: Wanted) -> Answer:
        cost = priced(answer.provider, answer.model, answer.usage)
        if cost is None:  # the name it goes by at the provider may be another than the one it was asked for
            cost = priced(answer.provider, wanted.model, answer.usage)
        return replace(answer, cost_usd=cost)

    def nobody(self) -> StepError:
        """The one reason there is, or that of who should have answered, with all of them in its details."""
        reasons = self.reasons
        if len(reasons) == 1:
            return reasons[0]
        tried = [
            {"provider": w.provider, "model": w.model, "code": e.code} for w, e in zip(self.order, reasons, strict=True)
        ]
        message = "Nobody could answer: " + "; ".join(dict.fromkeys(reason.message for reason in reasons))
        passing = [reason for reason in reasons if isinstance(reason, ProviderUnavailable)]
        if passing:
            waits = [reason.retry_after for reason in passing if reason.retry_after is not None]
            return ProviderUnavailable(message, retry_after=min(waits, default=None), details={"tried": tried})
        configured = [reason for reason in reasons if not isinstance(reason, ProviderNotConfigured)]
        return type(configured[0] if configured else reasons[0])(message, details={"tried": tried})


def asking_of(question: Question, order: list[Wanted]) -> Asking:
    """Raises ``InvalidRequest`` before anybody is asked."""
    asking = Asking(question, order, time.monotonic() + question.seconds)
    if not question.user.strip():
        raise InvalidRequest("there is no prompt")
    characters = sum(map(len, asking.texts))
    if characters > MAX_PROMPT_CHARACTERS:
        raise InvalidRequest(f"the prompt has {characters:,} characters, more than {MAX_PROMPT_CHARACTERS:,}")
    if question.seconds <= 0:
        raise InvalidRequest("no time was given to answer in")
    asking.redaction = _redacted(question, asking.texts)
    return asking


def _redacted(question: Question, texts: tuple[str, ...]) -> Redaction:
    return redaction_of(question.tenant_id, texts, question.secrets, question.personal, question.personal_kinds)
