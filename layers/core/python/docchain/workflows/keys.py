"""Keys of the workflows table, in one place: the API, the publisher and the steps read by them."""

BY_TENANT = "by_tenant"
INDEX_KEYS = ("gsi_pk", "gsi_sk")

HEAD = "draft#head"
DRAFT_PREFIX = "draft#"
VERSION_PREFIX = "version#"


def partition(tenant_id: str, workflow_id: int) -> str:
    return f"{tenant_id}#workflow#{workflow_id}"


def tenant_list(tenant_id: str) -> str:
    return f"{tenant_id}#workflows"


def node_key(node_id: int) -> str:
    return f"draft#node#{node_id:06d}"


def version_key(version: int) -> str:
    return f"{VERSION_PREFIX}{version:06d}"
