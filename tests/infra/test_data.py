"""What holds state: tables as the code keys them, a bucket that is closed, a key that never leaves KMS."""

import pytest

from docchain.documents import repository as documents
from docchain.runs import keys as runs
from docchain.workflows import keys as workflows
from infra.stage import STAGES
from tests.infra.conftest import Synthesise
from tests.infra.reading import Properties, Template

# What the code queries: table → index → its two keys.
INDEXES = {
    "workflows": {workflows.BY_TENANT: workflows.INDEX_KEYS},
    "runs": {
        runs.BY_WORKFLOW: runs.BY_WORKFLOW_KEYS,
        runs.OPEN_RUNS: runs.OPEN_RUNS_KEYS,
        runs.BY_TENANT: runs.BY_TENANT_KEYS,
    },
    "documents": {
        documents.BY_TENANT: documents.INDEX_KEYS,
        documents.BY_CONTENT: documents.CONTENT_KEYS,
        documents.BY_TYPE: documents.TYPE_KEYS,
    },
}


def table(template: Template, name: str) -> Properties:
    (found,) = [t for t in template.resources("AWS::DynamoDB::Table").values() if t["TableName"].endswith(f"-{name}")]
    return found


@pytest.mark.parametrize("name", INDEXES)
def test_a_table_has_the_indexes_that_the_code_queries(template: Template, name: str) -> None:
    declared = {i["IndexName"]: keys(i) for i in table(template, name)["GlobalSecondaryIndexes"]}

    assert declared == INDEXES[name]


def test_every_table_has_the_same_keys_costs_nothing_idle_and_forgets(template: Template) -> None:
    for found in template.resources("AWS::DynamoDB::Table").values():
        assert keys(found) == ("pk", "sk")
        assert {a["AttributeType"] for a in found["AttributeDefinitions"]} == {"S"}
        assert found["BillingMode"] == "PAY_PER_REQUEST"
        assert found["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


@pytest.mark.parametrize(
    "name",
    [
        *("identity", "workflows", "runs", "documents", "realtime", "guard", "vault", "audit", "ai"),
        *("metrics", "schedules", "tasks"),
    ],
)
def test_a_table_whose_items_are_heard_streams_what_was_written(template: Template, name: str) -> None:
    assert table(template, name)["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"


def test_data_of_a_stage_that_keeps_it_survives_the_stack(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        body = synthesise(stage).body["Resources"].values()
        kept = [r for r in body if r["Type"] in {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key"}]

        assert len(kept) >= 11
        assert {r["DeletionPolicy"] for r in kept} == {"Retain" if stage.keep_data else "Delete"}


def test_tables_are_protected_and_recoverable_as_the_stage_says(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        for found in synthesise(stage).resources("AWS::DynamoDB::Table").values():
            recovery = found["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
            assert (recovery, found.get("DeletionProtectionEnabled", False)) == (
                stage.point_in_time_recovery,
                stage.deletion_protection,
            )


def test_production_is_protected() -> None:
    prod = STAGES["prod"]

    assert prod.keep_data
    assert prod.deletion_protection
    assert prod.point_in_time_recovery
    assert prod.tls_only
    assert prod.alarms
    assert not prod.seed_admin


def test_no_document_is_public(template: Template) -> None:
    for bucket in template.resources("AWS::S3::Bucket").values():
        assert bucket["PublicAccessBlockConfiguration"] == {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        }
        assert bucket["BucketEncryption"]


def test_tokens_and_history_are_signed_by_keys_that_do_nothing_else(template: Template) -> None:
    signing = [key for key in template.resources("AWS::KMS::Key").values() if key.get("KeyUsage") == "SIGN_VERIFY"]

    assert [key["KeySpec"] for key in signing] == ["ECC_NIST_P256"] * 2
    environments = {name: f["Environment"]["Variables"] for name, f in template.functions().items()}
    of_tokens = {v["SIGNING_KEYS"]["Ref"] for v in environments.values() if "SIGNING_KEYS" in v}
    of_history = {v["AUDIT_KEYS"]["Ref"] for v in environments.values() if "AUDIT_KEYS" in v}
    assert len(of_tokens) == len(of_history) == 1
    assert not of_tokens & of_history


def test_signed_history_is_locked_away_for_longer_than_it_must_be_kept(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        (archive,) = [
            b for b in synthesise(stage).resources("AWS::S3::Bucket").values() if b.get("ObjectLockEnabled") is True
        ]
        rule = archive["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
        assert rule == {"Days": stage.audit_lock_days, "Mode": "COMPLIANCE" if stage.keep_data else "GOVERNANCE"}
        assert archive["VersioningConfiguration"] == {"Status": "Enabled"}
    assert STAGES["prod"].audit_lock_days > 365


def test_a_stage_that_insists_on_tls_refuses_http_everywhere(synthesise: Synthesise) -> None:
    template = synthesise(STAGES["prod"])
    guarded = [
        *template.resources("AWS::S3::BucketPolicy").values(),
        *template.resources("AWS::SQS::QueuePolicy").values(),
    ]

    things = [*template.resources("AWS::S3::Bucket"), *template.resources("AWS::SQS::Queue")]
    assert {template.reference(p.get("Bucket") or p["Queues"][0]) for p in guarded} == set(things)
    for policy in guarded:
        assert "aws:SecureTransport" in str(policy["PolicyDocument"])


def test_a_stage_on_http_insists_on_tls_nowhere(local: Template) -> None:
    for policy in local.resources("AWS::SQS::QueuePolicy").values():
        assert "aws:SecureTransport" not in str(policy["PolicyDocument"])


def keys(declared: Properties) -> tuple[str, str]:
    by_kind = {k["KeyType"]: k["AttributeName"] for k in declared["KeySchema"]}
    return by_kind["HASH"], by_kind["RANGE"]
