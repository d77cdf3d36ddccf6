"""Grants as short words: each names the calls that the code makes, and no more."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

READ = ("GetItem", "BatchGetItem", "Query")
WRITE = ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")


def read_table(grantee: iam.IGrantable, *tables: dynamodb.Table) -> None:
    for table in tables:
        table.grant(grantee, *(f"dynamodb:{action}" for action in READ))


def write_table(grantee: iam.IGrantable, *tables: dynamodb.Table) -> None:
    """Transactions are granted as the writes inside them."""
    for table in tables:
        table.grant(grantee, *(f"dynamodb:{action}" for action in (*READ, *WRITE)))


def read_objects(grantee: iam.IGrantable, bucket: s3.Bucket) -> None:
    allow(grantee, ["s3:GetObject"], [bucket.arn_for_objects("*")])


def write_objects(grantee: iam.IGrantable, bucket: s3.Bucket) -> None:
    allow(grantee, ["s3:GetObject", "s3:PutObject"], [bucket.arn_for_objects("*")])


def allow(grantee: iam.IGrantable, actions: list[str], resources: list[str]) -> None:
    grantee.grant_principal.add_to_principal_policy(iam.PolicyStatement(actions=actions, resources=resources))
