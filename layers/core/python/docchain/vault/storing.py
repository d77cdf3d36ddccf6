"""Stores a secret: sealed before it is written, the value before kept for a while."""

import hmac
from dataclasses import dataclass, field

from docchain.clock import epoch, now
from docchain.encryption.ciphers import Algorithm
from docchain.encryption.errors import AlgorithmNotConfigured, CiphertextRefused
from docchain.encryption.fields import FieldEncryption
from docchain.vault.models import OVERLAP_SECONDS, Previous, Secret, SecretKind, context_of, hint_of
from docchain.vault.repository import SecretRepository


@dataclass(frozen=True)
class NewSecret:
    name: str
    value: str = field(repr=False)
    kind: SecretKind
    description: str
    algorithm: Algorithm


def store_secret(
    secrets: SecretRepository, encryption: FieldEncryption, tenant_id: str, new: NewSecret, actor: str
) -> Secret:
    """The same value a second time keeps its version: a repeated request would else push out the one before.

    Raises ``AlgorithmNotConfigured``, ``SecretChanged``.
    """
    before = secrets.find(tenant_id, new.name)
    kept = before if before and _holds(encryption, before, new) else None
    secret = _described(kept, new, actor) if kept else _sealed(encryption, tenant_id, before, new, actor)
    if kept and kept.model_copy(update=_moved(secret)) == secret:
        return kept
    secrets.store(secret, before)
    return secret


def _holds(encryption: FieldEncryption, secret: Secret, new: NewSecret) -> bool:
    if secret.algorithm != new.algorithm:
        return False
    try:
        value = encryption.open(secret.sealed, context_of(secret.tenant_id, secret.name, secret.version))
    except (CiphertextRefused, AlgorithmNotConfigured):  # what cannot be opened is there to be overwritten
        return False
    return hmac.compare_digest(value.encode(), new.value.encode())


def _moved(secret: Secret) -> dict[str, str]:
    return {"updated_at": secret.updated_at, "updated_by": secret.updated_by}


def _described(kept: Secret, new: NewSecret, actor: str) -> Secret:
    changes = {
        "kind": new.kind,
        "description": new.description,
        "hint": hint_of(new.kind, new.value),
        "updated_at": now(),
        "updated_by": actor,
    }
    return kept.model_copy(update=changes)


def _sealed(encryption: FieldEncryption, tenant_id: str, before: Secret | None, new: NewSecret, actor: str) -> Secret:
    version = before.version + 1 if before else 1
    moment = now()
    until = epoch() + OVERLAP_SECONDS
    return Secret(
        tenant_id=tenant_id,
        name=new.name,
        kind=new.kind,
        description=new.description,
        algorithm=new.algorithm,
        version=version,
        sealed=encryption.seal(new.value, context_of(tenant_id, new.name, version), new.algorithm),
        hint=hint_of(new.kind, new.value),
        previous=Previous(version=before.version, sealed=before.sealed, until=until) if before else None,
        created_at=before.created_at if before else moment,
        updated_at=moment,
        updated_by=actor,
    )
