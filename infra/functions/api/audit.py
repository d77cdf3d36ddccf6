"""Doors to the audit: its log and proofs, and the reports that rest on them."""

from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.api.group import Group
from infra.stacks.data import Data


def add_audit(scope: Construct, platform: Platform, data: Data) -> Group:
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


def add_compliance(scope: Construct, platform: Platform, data: Data) -> Group:
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
