"""What can be wrong with money."""

from docchain.costs.limits import Limit
from docchain.errors import PermanentStepError, ValidationFailed


class BudgetExceeded(PermanentStepError):
    """Said before the work that would break the budget: nothing was paid for."""

    code = "BUDGET_EXCEEDED"

    def __init__(self, limit: Limit, needed_usd: float) -> None:
        during = "" if limit.scope == "run" else f" for this {limit.period}"
        whose = f"The {limit.scope}'s budget" if limit.run_id is None else f"The budget of run {limit.run_id} above"
        way = "Raise the budget, then POST .../resume."
        if limit.run_id is not None:
            way = f"POST .../runs/{limit.run_id}/resume with a larger budget_usd resumes this run too."
        known = {"scope": limit.scope, "period": limit.period, "budget_usd": limit.usd, "needed_usd": needed_usd}
        super().__init__(
            f"{whose} of ${limit.usd:g}{during} has no room for the next step, which may cost up to "
            f"${needed_usd:.9f}. {way}",
            details=known if limit.run_id is None else {**known, "run_id": limit.run_id},
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
