"""What can be wrong with money."""

from docchain.errors import PermanentStepError, ValidationFailed


class BudgetExceeded(PermanentStepError):
    """Said before the work that would break the budget: nothing was paid for."""

    code = "BUDGET_EXCEEDED"

    def __init__(self, scope: str, period: str, limit_usd: float, needed_usd: float) -> None:
        during = "" if scope == "run" else f" for this {period}"
        super().__init__(
            f"The {scope}'s budget of ${limit_usd:g}{during} has no room for the next step, which may cost up to "
            f"${needed_usd:.9f}. Raise the budget, then POST .../resume.",
            details={"scope": scope, "period": period, "budget_usd": limit_usd, "needed_usd": needed_usd},
        )


class ModelUnpriced(PermanentStepError):
    """What a call may cost is not known, so no budget can hold it."""

    code = "MODEL_UNPRICED"

    def __init__(self, provider: str, model: str) -> None:
        super().__init__(
            f"The run has a budget, and {provider}/{model} has no listed price: use a model of GET "
            "/workflows/prices, or run without a budget."
        )


class TooManyFigures(ValidationFailed):
    code = "TOO_MANY_FIGURES"
