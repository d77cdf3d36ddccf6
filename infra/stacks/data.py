"""What holds state: tables, bucket, bus, signing key."""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from docchain.tasks.keys import INDEXES as TASK_INDEXES
from infra.constructs.explained import explain
from infra.constructs.table import ContextTable, removal_policy_of
from infra.stage import Stage

_LIST = ("gsi_pk", "gsi_sk")


class Data(Construct):
    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(scope, "data")
        self._stage = stage
        self.identity = ContextTable(self, stage, "identity", indexes={"by_user": _LIST})
        self.workflows = ContextTable(self, stage, "workflows", indexes={"by_tenant": _LIST})
        self.runs = ContextTable(
            self,
            stage,
            "runs",
            indexes={
                "by_workflow": _LIST,
                "open_runs": ("open_pk", "open_sk"),
                "by_tenant": ("tenant_pk", "started_sk"),
            },
        )
        lists = {"by_tenant": _LIST, "by_content": ("content_pk", "content_sk"), "by_type": ("type_pk", "gsi_sk")}
        self.documents = ContextTable(self, stage, "documents", indexes=lists)
        self.realtime = ContextTable(self, stage, "realtime")
        # Written by every request (token buckets), so without a stream that would carry each of them.
        self.limits = ContextTable(self, stage, "limits", stream=False)
        self.guard = ContextTable(self, stage, "guard")
        self.vault = ContextTable(self, stage, "vault")
        self.ai = ContextTable(self, stage, "ai")
        self.metrics = ContextTable(self, stage, "metrics")
        self.tasks = ContextTable(self, stage, "tasks", indexes=TASK_INDEXES)
        # What is in it is made again when it is gone: nobody needs to hear of a change.
        self.cache = ContextTable(self, stage, "cache", stream=False)
        sorted_by_number = {"by_type": ("type_pk", "gsi_sk"), "by_severity": ("severity_pk", "gsi_sk")}
        due = {"by_tenant": _LIST, "due": ("due_pk", "due_sk")}
        self.schedules = ContextTable(self, stage, "schedules", indexes=due)
        self.audit = ContextTable(self, stage, "audit", indexes={"by_user": _LIST, **sorted_by_number})
        self.bucket = _documents_bucket(self, stage)
        self.bus = events.EventBus(self, "bus", event_bus_name=stage.prefix)
        # Tokens are signed inside KMS: no private key exists anywhere else.
        # Encrypts secrets of users and tenants; functions name what for in each call's encryption context.
        self.data_key = kms.Key(
            self,
            "data-key",
            alias=f"{stage.prefix}-data",
            enable_key_rotation=True,
            removal_policy=removal_policy_of(stage),
        )
        self.rsa_keys = {size: _wrapping_key(self, stage, size) for size in (2048, 4096)} if stage.rsa_keys else {}
        self.signing_keys = [_signing_key(self, stage, name) for name in stage.signing_keys]
        # Others than those of tokens: whoever may sign tokens may not sign history.
        self.audit_keys = [_signing_key(self, stage, name, of="audit") for name in stage.audit_keys]
        self.audit_archive = _audit_archive(self, stage)

    @property
    def edge_proof(self) -> str:
        """By which a function knows that a call came through the edge: an id that nobody outside the account knows."""
        return self.data_key.key_id if self._stage.edge else ""

    @property
    def signing_key_ids(self) -> str:
        """As functions are told them: the first signs."""
        return ",".join(key.key_id for key in self.signing_keys)

    def rsa_key_id(self, size: int) -> str:
        """Empty when the stage has none."""
        return self.rsa_keys[size].key_id if size in self.rsa_keys else ""

    @property
    def audit_key_ids(self) -> str:
        return ",".join(key.key_id for key in self.audit_keys)

    def tables(self) -> dict[str, dynamodb.Table]:
        return {
            "identity": self.identity,
            "workflows": self.workflows,
            "runs": self.runs,
            "documents": self.documents,
            "realtime": self.realtime,
            "limits": self.limits,
            "guard": self.guard,
            "vault": self.vault,
            "ai": self.ai,
            "metrics": self.metrics,
            "tasks": self.tasks,
            "cache": self.cache,
            "audit": self.audit,
            "schedules": self.schedules,
        }


def _wrapping_key(scope: Construct, stage: Stage, size: int) -> kms.Key:
    """Wraps the keys of fields that are encrypted by ``rsa2048`` or ``rsa4096``."""
    return kms.Key(
        scope,
        f"rsa{size}-key",
        alias=f"{stage.prefix}-rsa{size}",
        key_spec=kms.KeySpec.RSA_2048 if size == 2048 else kms.KeySpec.RSA_4096,
        key_usage=kms.KeyUsage.ENCRYPT_DECRYPT,
        removal_policy=removal_policy_of(stage),
    )


def _signing_key(scope: Construct, stage: Stage, name: str, *, of: str = "signing") -> kms.Key:
    return kms.Key(
        scope,
        f"{of}-key-{name}",
        alias=f"{stage.prefix}-{of}-{name}",
        key_spec=kms.KeySpec.ECC_NIST_P256,
        key_usage=kms.KeyUsage.SIGN_VERIFY,
        removal_policy=removal_policy_of(stage),
    )


def _documents_bucket(scope: Construct, stage: Stage) -> s3.Bucket:
    bucket = s3.Bucket(
        scope,
        "documents",
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=stage.tls_only,
        versioned=stage.keep_data,
        removal_policy=removal_policy_of(stage),
        auto_delete_objects=False,
        lifecycle_rules=[
            s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1)),
            s3.LifecycleRule(noncurrent_version_expiration=Duration.days(30)),
        ],
        cors=[
            s3.CorsRule(
                allowed_methods=[s3.HttpMethods.POST, s3.HttpMethods.GET],
                allowed_origins=list(stage.cors_origins),
                allowed_headers=["*"],
                max_age=3600,
            )
        ]
        if stage.cors_origins
        else None,
    )
    explain(bucket, "every access is by a function of ours, which logs it with its caller", "AwsSolutions-S1")
    return bucket


def _audit_archive(scope: Construct, stage: Stage) -> s3.Bucket:
    """Signed heads of the audit. What is put there can be neither changed nor removed for as long as the stage says."""
    days = Duration.days(stage.audit_lock_days)
    # Of a stage that keeps its data not even the account's owner can: that is what the proof rests on.
    lock = s3.ObjectLockRetention.compliance(days) if stage.keep_data else s3.ObjectLockRetention.governance(days)
    bucket = s3.Bucket(
        scope,
        "audit-archive",
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=stage.tls_only,
        versioned=True,
        object_lock_enabled=True,
        object_lock_default_retention=lock,
        removal_policy=removal_policy_of(stage),
    )
    explain(bucket, "every access is by a function of ours, which logs it with its caller", "AwsSolutions-S1")
    return bucket
