"""AWS clients: made once per process, with timeouts and retries that fit inside a Lambda's time.

``AWS_ENDPOINT_URL`` is the one switch between AWS, LocalStack and the local stage; botocore reads it itself.
"""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_stepfunctions import SFNClient

# botocore's default for DynamoDB is ten attempts and 60 s each: a throttled table would hold a caller for 26 s.
CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
    max_pool_connections=10,
)


@cache
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=CONFIG)


@cache
def s3() -> "S3Client":
    # Signature v4 and path style: presigned addresses then work on any endpoint.
    return boto3.client("s3", config=CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "path"})))


@cache
def stepfunctions() -> "SFNClient":
    return boto3.client("stepfunctions", config=CONFIG.merge(Config(inject_host_prefix=False)))


@cache
def events() -> "EventBridgeClient":
    return boto3.client("events", config=CONFIG)


@cache
def kms() -> "KMSClient":
    return boto3.client("kms", config=CONFIG)


@cache
def secretsmanager() -> "SecretsManagerClient":
    return boto3.client("secretsmanager", config=CONFIG)


@cache
def websocket_api(endpoint: str) -> "ApiGatewayManagementApiClient":
    return boto3.client("apigatewaymanagementapi", endpoint_url=endpoint, config=CONFIG)
