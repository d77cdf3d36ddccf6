"""REST groups: package, routes that need no token, grants, environment."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.steps import Steps, starting_runs
from infra.stacks.data import Data
from infra.stage import Stage


@dataclass(frozen=True)
class Group:
    """``prefix`` and ``also`` are the paths below which all belongs to the group, though they lie below another's:
    the longer path wins. ``public`` are the paths that need no token.
    """

    function: PythonFunction
    prefix: str | None
    public: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def add_groups(scope: Construct, platform: Platform, data: Data, steps: Steps) -> list[Group]:
    groups = [
        _health(scope, platform, data),
        _docs(scope, platform),
        _auth(scope, platform, data, ("/register", "/login", "/invitations/accept")),
        _security(
            scope,
            platform,
            data,
            (
                "/auth/register",
                "/auth/login",
                "/auth/mfa",
                "/auth/passkey/begin",
                "/auth/passkey/finish",
                "/auth/refresh",
                "/auth/reset-password",
                "/auth/reset-password/confirm",
                "/validate/password",
                "/.well-known/jwks.json",
            ),
        ),
        _running(
            scope,
            platform,
            data,
            steps,
            "workflows",
            partial(_workflows_extra, platform.stage),
            ("/approvals/links/{token}", "/hooks/{token}"),
        ),
        _running(scope, platform, data, steps, "advanced", None),
        _ws(scope, platform, data),
        _audit(scope, platform, data),
        _compliance(scope, platform, data),
    ]
    for group in groups:
        _open_door(group, platform, data)
    return groups


def _open_door(group: Group, platform: Platform, data: Data) -> None:
    """What every group's door does beside its routes: other origins are told of, and calls are counted."""
    function, stage = group.function, platform.stage
    function.add_environment("EDGE_PROOF", data.edge_proof)
    function.add_environment("CORS_ORIGINS", ",".join(stage.cors_origins))
    if group.prefix is None:  # health and documents: who asks whether we live must hear it
        return
    function.add_environment("LIMITS_TABLE", data.limits.table_name)
    function.add_environment("GUARD_TABLE", data.guard.table_name)
    function.add_environment("ANONYMOUS_PER_MINUTE", str(stage.anonymous_per_minute))
    function.add_environment("SIGN_IN_PER_MINUTE", str(stage.sign_in_per_minute))
    grants.on_tables(function, ("UpdateItem",), data.limits)
    grants.tell(function, data.guard)


def _health(scope: Construct, platform: Platform, data: Data) -> Group:
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


def _docs(scope: Construct, platform: Platform) -> Group:
    function = PythonFunction(scope, platform, "api/docs", environment={}, layers=("core", "docs"))
    return Group(function, None, ("/docs", "/docs/{name}", "/redoc", "/openapi.json", "/api/v3/openapi.json"))


def _identity(scope: Construct, platform: Platform, data: Data, name: str, public: tuple[str, ...]) -> Group:
    stage = platform.stage
    function = PythonFunction(
        scope,
        platform,
        f"api/{name}",
        environment={
            "IDENTITY_TABLE": data.identity.table_name,
            "GUARD_TABLE": data.guard.table_name,
            "SIGNING_KEYS": data.signing_key_ids,
            "ARGON2_TIME_COST": str(stage.password_hashing.time_cost),
            "ARGON2_MEMORY_KIB": str(stage.password_hashing.memory_kib),
            "ARGON2_PARALLELISM": str(stage.password_hashing.parallelism),
        },
        # A password hash is CPU, and Lambda's CPU comes with its memory.
        memory_mb=1024,
    )
    # Queries are of users, invitations and what belongs to one account; the index lists what a deleted user leaves.
    grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.identity)
    grants.query_index(function, data.identity, "by_user")
    grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.guard)
    grants.allow(function, ["kms:Sign", "kms:GetPublicKey"], [key.key_arn for key in data.signing_keys])
    return Group(function, f"/api/v3/{name}", tuple(f"/api/v3/{name}{path}" for path in public))


def _auth(scope: Construct, platform: Platform, data: Data, public: tuple[str, ...]) -> Group:
    """Identity's doors; who deletes a user has the audit forget what is personal."""
    group = _identity(scope, platform, data, "auth", public)
    group.function.add_environment("AUDIT_TABLE", data.audit.table_name)
    grants.on_tables(group.function, grants.WRITE, data.audit)
    grants.query_index(group.function, data.audit, "by_user")
    return group


def _security(scope: Construct, platform: Platform, data: Data, public: tuple[str, ...]) -> Group:
    """Identity's doors, and what users entrust to them."""
    group = _identity(scope, platform, data, "security", public)
    group.function.add_environment("DATA_KEY", data.data_key.key_id)
    group.function.add_environment("RSA2048_KEY", data.rsa_key_id(2048))
    group.function.add_environment("RSA4096_KEY", data.rsa_key_id(4096))
    group.function.add_environment("VAULT_TABLE", data.vault.table_name)
    group.function.add_environment("PASSKEY_ORIGIN", platform.stage.web_origin)
    grants.allow(group.function, ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"], [data.data_key.key_arn])
    if data.rsa_keys:
        grants.allow(group.function, ["kms:Encrypt", "kms:Decrypt"], [k.key_arn for k in data.rsa_keys.values()])
    grants.on_tables(group.function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.vault)
    grants.on_tables(group.function, ("GetItem",), data.limits)  # to tell what is left of a limit
    return group


def _running(
    scope: Construct,
    platform: Platform,
    data: Data,
    steps: Steps,
    name: str,
    extra: Callable[[PythonFunction, Data], None] | None,
    public: tuple[str, ...] = (),
) -> Group:
    """A group that publishes and starts workflows."""
    stage, stack = platform.stage, Stack.of(scope)
    prefix = f"{stage.prefix}-"
    function = PythonFunction(
        scope,
        platform,
        f"api/{name}",
        environment=starting_runs(platform, data, steps),
        memory_mb=1024,
    )
    grants.on_tables(function, (*grants.READ, *grants.WRITE), data.workflows, data.runs)
    execution = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:execution:{prefix}*"
    named = "machines are named by the hash of what is published, below the stage's prefix"
    grants.make_machines(function, steps.role, prefix)
    if extra:
        grants.allow(function, ["states:StopExecution", "states:DescribeExecution"], [execution], because=named)
        grants.answer_tasks(function, prefix)
        grants.on_tables(function, grants.CHECK, data.runs)
        extra(function, data)
    else:
        grants.read_objects(function, data.bucket)
        # A node that is tried by itself works on what the newest run has left.
        grants.query_index(function, data.runs, "by_workflow")
    return Group(function, f"/api/v3/{name}", tuple(f"/api/v3/{name}{path}" for path in public))


def _workflows_extra(stage: Stage, function: PythonFunction, data: Data) -> None:
    function.add_environment("OPENAI_MODEL", stage.models.openai_model)
    function.add_environment("ARCHITECTURE", stage.architecture)
    function.add_environment("DOCUMENTS_TABLE", data.documents.table_name)
    function.add_environment("REALTIME_TABLE", data.realtime.table_name)
    function.add_environment("AUDIT_TABLE", data.audit.table_name)
    function.add_environment("AUDIT_BUCKET", data.audit_archive.bucket_name)
    function.add_environment("AUDIT_KEYS", data.audit_key_ids)
    grants.on_tables(function, grants.GET, data.audit)
    grants.sign_receipts(function, data.bucket, data.audit_keys)
    _answer_waits(function, data)
    grants.on_tables(function, (*grants.GET, *grants.WRITE), data.documents)
    grants.on_tables(function, grants.DELETE, data.workflows, data.documents)
    grants.on_tables(function, grants.READ, data.realtime)
    grants.query_index(function, data.workflows, "by_tenant")
    grants.query_index(function, data.runs, "by_workflow")
    grants.query_index(function, data.runs, "by_tenant")
    grants.query_index(function, data.documents, "by_tenant")
    grants.write_objects(function, data.bucket)


def _answer_waits(function: PythonFunction, data: Data) -> None:
    """Who is asked under which address, what a webhook is signed with, and the answer to the run."""
    function.add_environment("IDENTITY_TABLE", data.identity.table_name)
    function.add_environment("VAULT_TABLE", data.vault.table_name)
    function.add_environment("DATA_KEY", data.data_key.key_id)
    function.add_environment("RSA2048_KEY", data.rsa_key_id(2048))
    function.add_environment("RSA4096_KEY", data.rsa_key_id(4096))
    grants.read_users(function, data.identity)
    grants.open_secrets(function, data.vault, [data.data_key, *data.rsa_keys.values()])


def _ws(scope: Construct, platform: Platform, data: Data) -> Group:
    function = PythonFunction(scope, platform, "api/ws", environment={"REALTIME_TABLE": data.realtime.table_name})
    grants.on_tables(function, grants.READ, data.realtime)
    return Group(function, "/api/v3/ws", ("/api/v3/ws/stats",))


def _audit(scope: Construct, platform: Platform, data: Data) -> Group:
    function = PythonFunction(
        scope,
        platform,
        "api/audit",
        environment={
            "AUDIT_TABLE": data.audit.table_name,
            "AUDIT_BUCKET": data.audit_archive.bucket_name,
            "AUDIT_KEYS": data.audit_key_ids,
            "IDENTITY_TABLE": data.identity.table_name,
            "ENVIRONMENT": platform.stage.name,
            "VERSION": platform.stage.version,
        },
        # An export is hashed and written out in one go.
        memory_mb=1024,
    )
    grants.on_tables(function, (*grants.READ, *grants.WRITE), data.audit)
    for index in ("by_user", "by_type", "by_severity"):
        grants.query_index(function, data.audit, index)
    grants.on_tables(function, grants.GET, data.identity)
    grants.sign_heads(function, data.audit_archive, data.audit_keys)
    return Group(function, "/api/v3/security/audit")


def _compliance(scope: Construct, platform: Platform, data: Data) -> Group:
    """Apart from the audit: what makes a PDF is 78 MB, and would burden each cold read of a log."""
    function = PythonFunction(
        scope,
        platform,
        "api/compliance",
        environment={
            "AUDIT_TABLE": data.audit.table_name,
            "AUDIT_BUCKET": data.audit_archive.bucket_name,
            "AUDIT_KEYS": data.audit_key_ids,
            "IDENTITY_TABLE": data.identity.table_name,
            "DOCUMENTS_BUCKET": data.bucket.bucket_name,
        },
        layers=("core", "documents"),
        memory_mb=1024,
    )
    grants.on_tables(function, (*grants.READ, *grants.WRITE), data.audit)
    grants.on_tables(function, grants.READ, data.identity)
    grants.sign_heads(function, data.audit_archive, data.audit_keys)
    grants.write_objects(function, data.bucket)
    return Group(function, "/api/v3/security/compliance")
