"""What the guardrails refuse."""

from docchain.errors import PayloadTooLarge, PermanentStepError


class TextTooLong(PayloadTooLarge):
    code = "AI_TEXT_TOO_LONG"


class AnswerRefused(PermanentStepError):
    """The model repeated marks that only our own instructions have: it was talked into telling them."""

    status = 422
    code = "AI_ANSWER_REFUSED"


class InjectionRefused(PermanentStepError):
    """``details`` are the signs that were found, where the caller asked to refuse them."""

    status = 422
    code = "AI_INJECTION_REFUSED"
