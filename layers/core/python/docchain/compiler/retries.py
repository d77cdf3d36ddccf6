"""When a call of a worker is tried again: on the words of the stage, on Lambda's own trouble, and on throttling."""

from typing import Any

from docchain.compiler.targets import Targets
from docchain.definitions.models import RetryPolicy

SERVICE_ERRORS = ("Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException")
# A worker that never answered: killed, out of memory, out of time. Its record says how far it came, so that another
# delivery is safe whatever the node does. Older runtimes say Lambda.Unknown for all of them.
LOST_WORKER = ("Runtime.ExitError", "Sandbox.Timedout", "Lambda.Unknown")
MAX_DELAY = 60


def retriers(policy: RetryPolicy, targets: Targets) -> list[dict[str, Any]]:
    """Step Functions counts the attempts after the first; no other error is tried again."""
    own = {
        "ErrorEquals": [*targets.transient, *SERVICE_ERRORS, *(e for e in LOST_WORKER if e not in targets.throttled)],
        "IntervalSeconds": policy.interval_seconds,
        "BackoffRate": policy.backoff_rate,
        "MaxAttempts": policy.max_attempts - 1,
        # The service asks for more than the interval.
        "MaxDelaySeconds": max(MAX_DELAY, policy.interval_seconds + 1),
        "JitterStrategy": "FULL",
    }
    # Reserved concurrency refuses calls as a matter of course: those attempts are not the node's to spend.
    throttled = {
        "ErrorEquals": list(targets.throttled),
        "IntervalSeconds": 1,
        "BackoffRate": 1.5,
        "MaxAttempts": 10,
        "JitterStrategy": "FULL",
    }
    return [own, throttled]
