"""Doors to the service itself: whether it lives, and what its interface is."""

from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.api.group import Group
from infra.stacks.data import Data


def add_health(scope: Construct, platform: Platform, data: Data) -> Group:
    function = PythonFunction(
        scope,
        platform,
        "api/health",
        environment={
            "ENVIRONMENT": platform.stage.name,
            "VERSION": platform.stage.version,
            "IDENTITY_TABLE": data.identity.table_name,
            "WORKFLOWS_TABLE": data.workflows.table_name,
            "RUNS_TABLE": data.runs.table_name,
            "DOCUMENTS_BUCKET": data.bucket.bucket_name,
        },
    )
    for table in (data.identity, data.workflows, data.runs):
        grants.allow(function, ["dynamodb:GetItem"], [table.table_arn])
    grants.allow(function, ["s3:ListBucket"], [data.bucket.bucket_arn])
    paths = ("/", "/health", "/status", *(f"/api/v3/health{p}" for p in ("", "/live", "/ready", "/detailed")))
    return Group(function, None, paths)


def add_docs(scope: Construct, platform: Platform) -> Group:
    function = PythonFunction(scope, platform, "api/docs", environment={}, layers=("core", "docs"))
    return Group(function, None, ("/docs", "/docs/{name}", "/redoc", "/openapi.json", "/api/v3/openapi.json"))
