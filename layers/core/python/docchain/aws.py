"""AWS clients: made once per process, with timeouts and retries that fit inside a Lambda's time.

``AWS_ENDPOINT_URL`` is the one switch between AWS, LocalStack and the local stage; botocore reads it itself.
The clients are those of boto3, made by botocore: importing boto3 would add 50 ms to every cold start.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.handlers import add_expect_header
from botocore.session import Session

if TYPE_CHECKING:
    from boto3 import client as _client
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

# botocore's default for DynamoDB is ten attempts and 60 s each: a throttled table would hold a caller for 26 s.
CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
    max_pool_connections=10,
    user_agent="docchain",  # else botocore puts its own together for every call, from a dozen parts
)


if not TYPE_CHECKING:

    @cache
    def _session() -> Session:
        """One for all clients of a process: it keeps the service models and the credentials that were read."""
        return Session()

    def _client(service: str, **named: Any) -> Any:
        return _session().create_client(service, **named)


@cache
def dynamodb() -> "DynamoDBClient":
    # Every attribute was checked when it was encoded (storage/items.py); again would be a tenth of a call's time.
    return _client("dynamodb", config=CONFIG.merge(Config(parameter_validation=False)))


@cache
def s3() -> "S3Client":
    # Signature v4 and path style: presigned addresses then work on any endpoint.
    client = _client("s3", config=CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "path"})))
    # To ask first whether the body is welcome is a round trip more, and most of what is put here fits in one packet.
    client.meta.events.unregister("before-call.s3", add_expect_header)
    return client


@cache
def stepfunctions() -> "SFNClient":
    return _client("stepfunctions", config=CONFIG.merge(Config(inject_host_prefix=False)))


@cache
def cloudwatch() -> "CloudWatchClient":
    return _client("cloudwatch", config=CONFIG)


@cache
def events() -> "EventBridgeClient":
    return _client("events", config=CONFIG)


@cache
def kms() -> "KMSClient":
    return _client("kms", config=CONFIG)


@cache
def scheduler() -> "EventBridgeSchedulerClient":
    return _client("scheduler", config=CONFIG)


@cache
def secretsmanager() -> "SecretsManagerClient":
    return _client("secretsmanager", config=CONFIG)


@cache
def sesv2() -> "SESV2Client":
    return _client("sesv2", config=CONFIG)


@cache
def sqs() -> "SQSClient":
    return _client("sqs", config=CONFIG)


@cache
def bedrock_runtime(endpoint: str | None, read_seconds: int) -> "BedrockRuntimeClient":
    """Retries are the gateway's; ``read_seconds`` are those of one attempt, as botocore knows none of a call."""
    config = Config(read_timeout=read_seconds, retries={"mode": "standard", "total_max_attempts": 1})
    return _client("bedrock-runtime", endpoint_url=endpoint, config=CONFIG.merge(config))


@cache
def lambdas() -> "LambdaClient":
    """For a function that waits for another: as long as its own caller waits, and once."""
    return _client("lambda", config=CONFIG.merge(Config(read_timeout=24, retries={"total_max_attempts": 1})))


@cache
def websocket_api(endpoint: str) -> "ApiGatewayManagementApiClient":
    return _client("apigatewaymanagementapi", endpoint_url=endpoint, config=CONFIG)
