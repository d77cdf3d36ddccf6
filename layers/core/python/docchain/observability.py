"""Logs as JSON lines, metrics as EMF, traces as X-Ray segments: one of each per function."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

if TYPE_CHECKING:
    from aws_lambda_powertools import Tracer

# Values under these names never reach a log, whatever their depth.
SECRET_NAMES = frozenset(
    {
        "password",
        "current_password",
        "new_password",
        "token",
        "access_token",
        "refresh_token",
        "authorization",
        "api_key",
        "private_key",
        "secret",
    }
)

logger = Logger(use_rfc3339=True, utc=True)
metrics = AmazonCloudWatchEMFProvider(namespace="docchain")


@cache
def tracer() -> "Tracer | None":
    """The X-Ray SDK costs 0.2 s of import, so it is loaded only where tracing can arrive at all."""
    if "AWS_XRAY_DAEMON_ADDRESS" not in os.environ:
        return None
    from aws_lambda_powertools import Tracer

    return Tracer(patch_modules=["botocore"])


def mask(value: Any) -> Any:
    """The same JSON value with secrets blotted out."""
    if isinstance(value, dict):
        return {k: "***" if str(k).lower() in SECRET_NAMES else mask(v) for k, v in value.items()}
    if isinstance(value, list):
        return [mask(v) for v in value]
    return value
