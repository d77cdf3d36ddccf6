"""What a tenant has asked of the AI beside its workflows, counted by one atomic write a request.

Not in a transaction with anything: an answer that was paid for is not withheld because a figure could not be written.
What was not counted is said in the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import BotoCoreError, ClientError

from docchain.ai.tasks.answers import TokenUsage
from docchain.observability import logger, metrics
from docchain.storage.table import Table

NANO: Final = 1_000_000_000
_PROVIDER, _TASK = "provider_", "task_"


@dataclass(frozen=True)
class Figures:
    """Since there is a tenant. ``unpriced`` are answers whose model has no listed price."""

    total_requests: int
    failed_requests: int
    cached_answers: int
    fallbacks: int
    redacted_values: int
    input_tokens: int
    output_tokens: int
    unpriced_answers: int
    cost_usd: float
    providers: dict[str, int]
    tasks: dict[str, int]


@dataclass(frozen=True)
class AiCounters:
    table: Table

    def answered(
        self,
        tenant_id: str,
        task: str,
        provider: str,
        usage: TokenUsage,
        cost_usd: float | None,
        *,
        cached: bool = False,
        fell_back: bool = False,
        redacted: int = 0,
    ) -> None:
        added = {
            "total_requests": 1,
            f"{_TASK}{task}": 1,
            f"{_PROVIDER}{provider}": 1,
            "cached_answers": int(cached),
            "fallbacks": int(fell_back),
            "redacted_values": redacted,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cost_nano_usd": round((cost_usd or 0.0) * NANO),
            "unpriced_answers": int(cost_usd is None),
        }
        self._add(tenant_id, added)

    def failed(self, tenant_id: str, task: str) -> None:
        self._add(tenant_id, {"total_requests": 1, f"{_TASK}{task}": 1, "failed_requests": 1})

    def read(self, tenant_id: str) -> Figures:
        item = self.table.get(*_place(tenant_id)) or {}

        def whole(name: str) -> int:
            return int(item.get(name, 0))

        def family(prefix: str) -> dict[str, int]:
            return {name.removeprefix(prefix): int(v) for name, v in sorted(item.items()) if name.startswith(prefix)}

        return Figures(
            total_requests=whole("total_requests"),
            failed_requests=whole("failed_requests"),
            cached_answers=whole("cached_answers"),
            fallbacks=whole("fallbacks"),
            redacted_values=whole("redacted_values"),
            input_tokens=whole("input_tokens"),
            output_tokens=whole("output_tokens"),
            unpriced_answers=whole("unpriced_answers"),
            cost_usd=whole("cost_nano_usd") / NANO,
            providers=family(_PROVIDER),
            tasks=family(_TASK),
        )

    def _add(self, tenant_id: str, added: Mapping[str, int]) -> None:
        changed = {name: value for name, value in added.items() if value}
        try:
            self.table.update(*_place(tenant_id), set_={"entity": "counter"}, add=changed)
        except (BotoCoreError, ClientError) as error:
            logger.warning("a request was not counted", extra={"tenant": tenant_id, "fault": type(error).__name__})
            metrics.add_metric(name="UncountedAiRequests", unit=MetricUnit.Count, value=1)


def _place(tenant_id: str) -> tuple[str, str]:
    return f"{tenant_id}#ai_figures", "totals"
