"""Grants as short words: each names the calls that the code makes, and no more.

An index is granted by its own name: the right to read a table says nothing of an index that crosses tenants.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from infra.constructs.explained import explain_wildcards

if TYPE_CHECKING:
    from infra.stacks.data import Data

CONTENT = "objects are named by tenant and hash of their content, which nobody knows before they come"
# Transactions are granted as the writes inside them.
GET = ("GetItem", "BatchGetItem")
READ = (*GET, "Query")
WRITE = ("PutItem", "UpdateItem")
DELETE = ("DeleteItem",)
# A transaction that looks at an item without writing it asks for a right of its own.
CHECK = ("ConditionCheckItem",)


def on_tables(grantee: iam.IGrantable, verbs: Iterable[str], *tables: dynamodb.Table) -> None:
    for table in tables:
        allow(grantee, [f"dynamodb:{verb}" for verb in verbs], [table.table_arn])


def touch_sessions(grantee: iam.IGrantable, identity: dynamodb.Table) -> None:
    """To note that a session was used; nobody's user or key is changed with this."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:UpdateItem"],
            resources=[identity.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#session#*"]}},
        )
    )


def look_up_addresses(grantee: iam.IGrantable, identity: dynamodb.Table) -> None:
    """To see whose address one is; nobody's user, session or key is read with this."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:BatchGetItem"],
            resources=[identity.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["_directory#email#*"]}},
        )
    )


def read_users(grantee: iam.IGrantable, identity: dynamodb.Table) -> None:
    """To see under which address somebody is asked; no session, key or second factor is read with this."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:GetItem"],
            resources=[identity.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#users"]}},
        )
    )


def query_usage(grantee: iam.IGrantable, documents: dynamodb.Table) -> None:
    """To see how much a tenant keeps; no card is found with this."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:Query"],
            resources=[documents.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#usage"]}},
        )
    )


def make_approval_links(grantee: iam.IGrantable, runs: dynamodb.Table) -> None:
    """To keep the hash of a mailed link, and nothing else of a run."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:PutItem"],
            resources=[runs.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#approval_links"]}},
        )
    )


def note_letters(grantee: iam.IGrantable, identity: dynamodb.Table) -> None:
    """To note which letters have left, and to tell of one whose outcome nobody knows; no user is changed with this."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:PutItem", "dynamodb:UpdateItem"],
            resources=[identity.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#letters"]}},
        )
    )
    tell(grantee, identity)


def answer_tasks(grantee: iam.IGrantable, prefix: str) -> None:
    """To answer for a node that waits: who holds its token may, and nobody else knows it."""
    stack = Stack.of(cast(iam.Role, grantee.grant_principal))
    machine = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine:{prefix}*"
    named = "machines are named by the hash of what is published, below the stage's prefix"
    allow(grantee, ["states:SendTaskSuccess", "states:SendTaskFailure"], [machine], because=named)


def answer_for_others(grantee: iam.IGrantable, data: "Data", prefix: str) -> None:
    """To answer nodes that wait, stop what was started for a run that is over, and start runs that are queued."""
    on_tables(grantee, (*READ, *WRITE, *CHECK), data.runs)
    query_index(grantee, data.runs, "open_runs")
    on_tables(grantee, GET, data.workflows)
    write_objects(grantee, data.bucket)
    answer_tasks(grantee, prefix)
    start_executions(grantee, prefix)
    stop_executions(grantee, prefix)


def stop_executions(grantee: iam.IGrantable, prefix: str) -> None:
    stack = Stack.of(cast(iam.Role, grantee.grant_principal))
    execution = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:execution:{prefix}*"
    named = "executions are named by tenant and run, below the stage's prefix"
    allow(grantee, ["states:StopExecution"], [execution], because=named)


def start_executions(grantee: iam.IGrantable, prefix: str) -> None:
    stack = Stack.of(cast(iam.Role, grantee.grant_principal))
    machine = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine:{prefix}*"
    named = "machines are named by the hash of what is published, below the stage's prefix"
    allow(grantee, ["states:StartExecution"], [machine], because=named)


def make_machines(grantee: iam.IGrantable, role: iam.Role, prefix: str) -> None:
    """To make state machines, whose executions run as ``role`` and nothing else, and to start them."""
    stack = Stack.of(cast(iam.Role, grantee.grant_principal))
    machine = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine:{prefix}*"
    named = "machines are named by the hash of what is published, below the stage's prefix"
    allow(grantee, ["states:CreateStateMachine", "states:StartExecution"], [machine], because=named)
    role.grant_pass_role(grantee.grant_principal)


def note_key_uses(grantee: iam.IGrantable, identity: dynamodb.Table) -> None:
    """To note where and when an API key was used, and to tell of it."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:UpdateItem"],
            resources=[identity.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#api_key#*"]}},
        )
    )
    tell(grantee, identity)


def block_addresses(grantee: iam.IGrantable, identity: dynamodb.Table) -> None:
    """To write what the doors look an address up by; nobody's user, session or key."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:PutItem"],
            resources=[identity.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#blocked#*"]}},
        )
    )


def note_timings(grantee: iam.IGrantable, metrics: dynamodb.Table) -> None:
    """To add to how long routes took; no metric of a tenant's own is written with this."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:UpdateItem"],
            resources=[metrics.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#performance"]}},
        )
    )


def tell(grantee: iam.IGrantable, table: dynamodb.Table) -> None:
    """To put events into the table's outboxes, and nothing else."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:PutItem"],
            resources=[table.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#outbox"]}},
        )
    )


def open_secrets(grantee: iam.IGrantable, vault: dynamodb.Table, data_keys: Iterable[kms.Key]) -> None:
    """To read secrets and note that they were used; none is changed with this."""
    on_tables(grantee, ("BatchGetItem",), vault)
    allow(grantee, ["kms:Decrypt"], [key.key_arn for key in data_keys])
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["dynamodb:PutItem"],
            resources=[vault.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#vault_use"]}},
        )
    )
    tell(grantee, vault)


def query_index(grantee: iam.IGrantable, table: dynamodb.Table, index: str) -> None:
    allow(grantee, ["dynamodb:Query"], [f"{table.table_arn}/index/{index}"])


def read_objects(grantee: iam.IGrantable, bucket: s3.Bucket) -> None:
    """Without ListBucket S3 says 403 of what is not there, and a missing upload would be a failure of ours."""
    allow(grantee, ["s3:GetObject"], [bucket.arn_for_objects("*")], because=CONTENT)
    allow(grantee, ["s3:ListBucket"], [bucket.bucket_arn])


def write_objects(grantee: iam.IGrantable, bucket: s3.Bucket) -> None:
    read_objects(grantee, bucket)
    allow(grantee, ["s3:PutObject"], [bucket.arn_for_objects("*")], because=CONTENT)


def read_secret(grantee: iam.IGrantable, stack: Stack, name: str) -> None:
    """By its name or its ARN. Secrets Manager adds six characters to the name of each."""
    by_name = stack.format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{name}-??????",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    allow(grantee, ["secretsmanager:GetSecretValue"], [name if name.startswith("arn:") else by_name])


def send_mail(function: lambda_.Function, sender: str) -> None:
    """SES in its sandbox also asks for the right to the address written to; the sender is what is held fixed."""
    stack = Stack.of(function)
    anybody = f"arn:{stack.partition}:ses:{stack.region}:{stack.account}:identity/*"
    statement = iam.PolicyStatement(
        actions=["ses:SendEmail"], resources=[anybody], conditions={"StringEquals": {"ses:FromAddress": sender}}
    )
    role = cast(iam.Role, function.grant_principal)
    role.add_to_principal_policy(statement)
    explain_wildcards(role, "whom a letter goes to is not known before; who sends it is a condition", [anybody])


def distribute_maps(role: iam.Role, bucket: s3.Bucket, prefix: str) -> None:
    """What a distributed map does as its execution: reads which items there are, and runs a child for each."""
    stack = Stack.of(role)
    states = f"arn:{stack.partition}:states:{stack.region}:{stack.account}"
    named = "machines are named by the hash of what is published, below the stage's prefix"
    allow(role, ["states:StartExecution"], [f"{states}:stateMachine:{prefix}*"], because=named)
    children = [f"{states}:execution:{prefix}*"]
    allow(role, ["states:DescribeExecution", "states:StopExecution"], children, because=named)
    allow(role, ["s3:GetObject"], [bucket.arn_for_objects("*/maps/*")], because=CONTENT)


def sign_heads(grantee: iam.IGrantable, archive: s3.Bucket, keys: Iterable[kms.Key]) -> None:
    """To sign the audit's heads and lock them away. Nothing here removes a version, or reads past a delete marker."""
    allow(grantee, ["kms:Sign", "kms:GetPublicKey"], [key.key_arn for key in keys])
    allow(grantee, ["s3:ListBucketVersions"], [archive.bucket_arn])
    named = "heads are named by tenant, day and size, which nobody knows before they come"
    allow(grantee, ["s3:PutObject", "s3:GetObjectVersion"], [archive.arn_for_objects("*")], because=named)


def sign_receipts(grantee: iam.IGrantable, bucket: s3.Bucket, keys: Iterable[kms.Key]) -> None:
    """To sign what runs did, and to take back what was written for a receipt that another caller signed first."""
    allow(grantee, ["kms:Sign", "kms:GetPublicKey"], [key.key_arn for key in keys])
    allow(grantee, ["s3:DeleteObject"], [bucket.arn_for_objects("*/receipts/*")], because=CONTENT)


def remove_search_data(grantee: iam.IGrantable, bucket: s3.Bucket) -> None:
    """Segments that were merged and chunks that were indexed."""
    allow(grantee, ["s3:DeleteObject"], [bucket.arn_for_objects("*/search/*")], because=CONTENT)


def remove_content(grantee: iam.IGrantable, bucket: s3.Bucket) -> None:
    """Documents' content, once no card names it, and to take that back; the results that runs name are only read.

    HeadObject is granted as GetObject; without ListBucket it says 403.
    """
    documents, results = bucket.arn_for_objects("*/sha256/*"), bucket.arn_for_objects("*/results/*")
    allow(grantee, ["s3:GetObject"], [documents, results], because=CONTENT)
    allow(grantee, ["s3:DeleteObject", "s3:DeleteObjectVersion"], [documents], because=CONTENT)
    allow(grantee, ["s3:ListBucket", "s3:ListBucketVersions"], [bucket.bucket_arn])


def remove_backups(grantee: iam.IGrantable, bucket: s3.Bucket) -> None:
    allow(grantee, ["s3:DeleteObject"], [bucket.arn_for_objects("*/backups/*")], because=CONTENT)


def allow(grantee: iam.IGrantable, actions: list[str], resources: list[str], *, because: str = "") -> None:
    """``because`` says why a resource ends in ``*``; cdk-nag refuses one without a reason."""
    role = cast(iam.Role, grantee.grant_principal)
    role.add_to_principal_policy(iam.PolicyStatement(actions=actions, resources=resources))
    if because:
        explain_wildcards(role, because, resources)
