"""Tables, bucket and key on moto, made once per test session; tests keep apart by tenant, not by fresh tables."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws

from docchain.ids import new_ulid
from docchain.tasks.keys import INDEXES as TASK_INDEXES
from tests.support.transactions import small_transactions

ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "docchain",
    "IDENTITY_TABLE": "identity",
    "WORKFLOWS_TABLE": "workflows",
    "RUNS_TABLE": "runs",
    "DOCUMENTS_TABLE": "documents",
    "REALTIME_TABLE": "realtime",
    "LIMITS_TABLE": "limits",
    "GUARD_TABLE": "guard",
    "VAULT_TABLE": "vault",
    "AUDIT_TABLE": "audit",
    "CACHE_TABLE": "cache",
    "AI_TABLE": "ai",
    "METRICS_TABLE": "metrics",
    "TASKS_TABLE": "tasks",
    "TASK_QUEUES": ",".join(
        f"{pool}=https://sqs.us-east-1.amazonaws.com/123456789012/tasks-{pool}"
        for pool in ("light", "data", "documents", "ai")
    ),
    "TASK_WORKERS": "light=4,data=4,documents=4,ai=4",
    "SCHEDULES_TABLE": "schedules",
    "FIRES_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/schedule-fires",
    "WEBHOOKS_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/schedule-webhooks",
    "FIRES_QUEUE_ARN": "arn:aws:sqs:us-east-1:123456789012:schedule-fires",
    "FIRES_DEAD_LETTERS": "arn:aws:sqs:us-east-1:123456789012:schedule-fires-poison",
    "SCHEDULE_GROUP": "docchain-test-schedules",
    "SCHEDULE_ROLE": "arn:aws:iam::123456789012:role/schedule-fires",
    # Doors write timings now and then, which would be among the calls that tests count.
    "TIMING_SECONDS": "0",
    "WATCHED_FUNCTIONS": "",
    "DOCUMENT_READER": "docchain-test-calls-read-document",
    "CACHE_REDIS_URL": "",
    "CACHE_REDIS_SECRET": "",
    "DOCUMENTS_BUCKET": "documents",
    "PASSKEY_ORIGIN": "http://localhost:8000",
    "AUDIT_BUCKET": "audit",
    "EVENT_BUS": "docchain",
    "CORS_ORIGINS": "*",
    "EDGE_PROOF": "",
    # Tests share one address.
    "ANONYMOUS_PER_MINUTE": "1000000",
    "SIGN_IN_PER_MINUTE": "1000000",
    "ENVIRONMENT": "test",
    "VERSION": "0.0.0",
    "STATE_MACHINE_ROLE": "arn:aws:iam::123456789012:role/states",
    "STATE_MACHINE_PREFIX": "docchain-test-",
    "DOCUMENT_STEP": "arn:aws:lambda:us-east-1:123456789012:function:document",
    "AI_STEP": "arn:aws:lambda:us-east-1:123456789012:function:ai",
    "EFFECT_STEP": "arn:aws:lambda:us-east-1:123456789012:function:effect",
    "CONTROL_STEP": "arn:aws:lambda:us-east-1:123456789012:function:control",
    "LIFECYCLE_STEP": "arn:aws:lambda:us-east-1:123456789012:function:lifecycle",
    "TRANSIENT_ERRORS": "TransientStepError",
    "THROTTLED_ERRORS": "Lambda.TooManyRequestsException",
    "MEMORY_MB": "512",
    "ARCHITECTURE": "x86_64",
    "DEFAULT_MODELS": "openai/gpt-5-mini",
    "AI_PROVIDERS": '{"openai": {"model": "gpt-5-mini"}}',
    "AI_DEFAULT": "openai",
    "AI_FALLBACKS": "local",
    "AI_TOKENS_PER_MINUTE": "1000000",
    "AI_CALLS_AT_A_TIME": "100",
    "OUTBOUND_PLAIN_HTTP": "false",
    "OUTBOUND_LOOPBACK_PORTS": "",
    "ARGON2_TIME_COST": "1",
    "ARGON2_MEMORY_KIB": "8",
    "ARGON2_PARALLELISM": "1",
    "MAIL_SENDER": "docchain@example.com",
    "PUBLIC_URL": "http://localhost:8000/",
    "WEBSOCKET_ENDPOINT": "http://localhost:1/ws",
}
# name → global indexes, each with its two key attributes: docs/architecture.md section 3
TABLES: dict[str, dict[str, tuple[str, str]]] = {
    "identity": {"by_user": ("gsi_pk", "gsi_sk")},
    "workflows": {"by_tenant": ("gsi_pk", "gsi_sk")},
    "documents": {
        "by_tenant": ("gsi_pk", "gsi_sk"),
        "by_content": ("content_pk", "content_sk"),
        "by_type": ("type_pk", "gsi_sk"),
    },
    "runs": {
        "by_workflow": ("gsi_pk", "gsi_sk"),
        "open_runs": ("open_pk", "open_sk"),
        "by_tenant": ("tenant_pk", "started_sk"),
    },
    "realtime": {},
    "limits": {},
    "guard": {},
    "vault": {},
    "cache": {},
    "ai": {},
    "metrics": {},
    "tasks": TASK_INDEXES,
    "schedules": {"by_tenant": ("gsi_pk", "gsi_sk"), "due": ("due_pk", "due_sk")},
    "audit": {
        "by_user": ("gsi_pk", "gsi_sk"),
        "by_type": ("type_pk", "gsi_sk"),
        "by_severity": ("severity_pk", "gsi_sk"),
    },
}


@contextmanager
def an_account() -> Iterator[None]:
    """The environment of our functions, and moto behind it."""
    os.environ.update(ENVIRONMENT)
    os.environ.pop("AWS_ENDPOINT_URL", None)
    with mock_aws(), small_transactions():
        for name, indexes in TABLES.items():
            create_table(name, indexes)
        boto3.client("s3").create_bucket(Bucket="documents")
        boto3.client("s3").create_bucket(Bucket="audit", ObjectLockEnabledForBucket=True)
        boto3.client("events").create_event_bus(Name="docchain")
        for name in ("schedule-fires", "schedule-webhooks"):
            boto3.client("sqs").create_queue(QueueName=name)
        for pool in ("light", "data", "documents", "ai"):
            boto3.client("sqs").create_queue(QueueName=f"tasks-{pool}")
        boto3.client("scheduler").create_schedule_group(Name="docchain-test-schedules")
        key = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        os.environ["DATA_KEY"] = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
        for size in ("2048", "4096"):
            made = boto3.client("kms").create_key(KeySpec=f"RSA_{size}", KeyUsage="ENCRYPT_DECRYPT")
            os.environ[f"RSA{size}_KEY"] = made["KeyMetadata"]["KeyId"]
        os.environ["SIGNING_KEYS"] = key["KeyMetadata"]["KeyId"]
        key = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        os.environ["AUDIT_KEYS"] = key["KeyMetadata"]["KeyId"]
        yield


@pytest.fixture(scope="session")
def aws_account() -> Iterator[None]:
    with an_account():
        yield


@pytest.fixture
def tenant(aws_account: None) -> str:
    return f"t_{new_ulid()}"


def create_table(name: str, indexes: dict[str, tuple[str, str]], client: Any = None) -> None:
    attributes = {"pk", "sk", *(a for pair in indexes.values() for a in pair)}
    arguments: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _schema("pk", "sk"),
        "AttributeDefinitions": [{"AttributeName": a, "AttributeType": "S"} for a in sorted(attributes)],
    }
    if indexes:
        arguments["GlobalSecondaryIndexes"] = [
            {"IndexName": i, "KeySchema": _schema(*pair), "Projection": {"ProjectionType": "ALL"}}
            for i, pair in indexes.items()
        ]
    (client or boto3.client("dynamodb")).create_table(**arguments)


def _schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


@pytest.fixture
def aws_calls(aws_account: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all AWS calls made since the list was last cleared, but for the one that a door counts calls by."""
    import botocore.client

    seen: list[str] = []
    send = botocore.client.BaseClient._make_api_call

    def noted(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if arguments.get("TableName") != "limits":
            seen.append(operation)
        return send(self, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", noted)
    return seen


@pytest.fixture
def atomic_calls(aws_account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For callers in threads: each call is whole, as in DynamoDB; moto shows half of a transaction to others."""
    import botocore.client

    send, lock = botocore.client.BaseClient._make_api_call, threading.Lock()

    def whole(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        with lock:
            return send(self, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", whole)
