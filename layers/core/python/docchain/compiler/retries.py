"""When a call of a worker is tried again: on the words of the stage, on Lambda's own trouble, and on throttling."""

from typing import Any

from docchain.definitions.models import RetryPolicy

SERVICE_ERRORS = ("Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException")
MAX_DELAY = 60

# Reserved concurrency refuses calls as a matter of course: those attempts are not the node's to spend.
THROTTLED = {
    "ErrorEquals": ["Lambda.TooManyRequestsException"],
    "IntervalSeconds": 1,
    "BackoffRate": 1.5,
    "MaxAttempts": 10,
    "JitterStrategy": "FULL",
}


def retriers(policy: RetryPolicy, transient: tuple[str, ...]) -> list[dict[str, Any]]:
    """Step Functions counts the attempts after the first; no other error is tried again."""
    own = {
        "ErrorEquals": [*transient, *SERVICE_ERRORS],
        "IntervalSeconds": policy.interval_seconds,
        "BackoffRate": policy.backoff_rate,
        "MaxAttempts": policy.max_attempts - 1,
        # The service asks for more than the interval.
        "MaxDelaySeconds": max(MAX_DELAY, policy.interval_seconds + 1),
        "JitterStrategy": "FULL",
    }
    return [own, dict(THROTTLED)]
