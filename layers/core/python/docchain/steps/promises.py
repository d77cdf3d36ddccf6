"""What a node promises of its effect, by its class, when a delivery is lost, late or comes again.

pure    may run again; the same comes out
paid    its answer is kept before its record is completed, and is used instead of paying again
keyed   every delivery carries the same key, by which the receiver knows the second one
once    its claim is its intent: who finds one without an outcome does not act, but asks a person
"""

from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError

from docchain.errors import DependencyUnavailable, DocchainError, NotYetActed, OutcomeUnknown, TransientStepError
from docchain.runs.errors import StepSuperseded
from docchain.runs.models import NodeRecord, StepOrder
from docchain.steps.hashing import content_hash


class Phase(StrEnum):
    BEFORE = "before"
    """Nothing outside has been touched."""
    ACTING = "acting"
    AFTER = "after"
    """The worker has come back: whatever it does is done."""


class Verdict(StrEnum):
    AGAIN = "again"
    FAILED = "failed"
    UNKNOWN = "unknown"
    LEFT = "left"
    """Nothing is written: another attempt owns the record, or the next one will find what was kept."""


def effect_key(order: StepOrder, record: NodeRecord) -> str:
    """The ``Idempotency-Key``: of tenant, run, node and item, so that every delivery of a node carries the same."""
    item = [] if record.item is None else [record.item]
    return content_hash([order.tenant, order.run, record.key, *item])


def is_transient(error: Exception) -> bool:
    return isinstance(error, TransientStepError | DependencyUnavailable | BotoCoreError | ClientError)


def verdict(error: Exception, effect_class: str, phase: Phase) -> Verdict:
    if isinstance(error, StepSuperseded):
        return Verdict.LEFT
    if effect_class != "once" or phase == Phase.BEFORE:
        return Verdict.AGAIN if is_transient(error) else Verdict.FAILED
    if phase == Phase.AFTER:
        return Verdict.LEFT if is_transient(error) else Verdict.UNKNOWN
    if isinstance(error, NotYetActed):
        return Verdict.AGAIN
    knows = isinstance(error, DocchainError) and not isinstance(error, OutcomeUnknown) and not is_transient(error)
    return Verdict.FAILED if knows else Verdict.UNKNOWN
