"""Keys of the workflows table, in one place: the API, the publisher and the steps read by them."""

BY_TENANT = "by_tenant"
INDEX_KEYS = ("gsi_pk", "gsi_sk")

HEAD = "draft#head"
DRAFT_PREFIX = "draft#"
VERSION_PREFIX = "version#"
TRIALS_FROM = 1_000_001


def partition(tenant_id: str, workflow_id: int) -> str:
    return f"{tenant_id}#workflow#{workflow_id}"


def tenant_list(tenant_id: str) -> str:
    return f"{tenant_id}#workflows"


def status_list(tenant_id: str, status: str) -> str:
    return f"{tenant_id}#workflows#status#{status}"


def name_list(tenant_id: str) -> str:
    return f"{tenant_id}#workflows#name"


def tag_list(tenant_id: str, tag: str) -> str:
    return f"{tenant_id}#workflows#tag#{tag}"


def word_list(tenant_id: str, word: str) -> str:
    """All words of one beginning lie together, so that a beginning of two letters or more is one query."""
    return f"{tenant_id}#workflows#word#{word[:2]}"


def node_key(node_id: int) -> str:
    return f"draft#node#{node_id:06d}"


def version_key(version: int) -> str:
    """Versions that somebody published count up from one and are listed; those of trials lie elsewhere."""
    return f"trial#{version}" if version >= TRIALS_FROM else f"{VERSION_PREFIX}{version:06d}"
