"""An export of a small chain, signed by a key made for the test: nothing here needs AWS."""

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from docchain import base64url
from docchain.audit.hashing import GENESIS, canonical_json
from docchain.audit.merkle import consistency_spans, inclusion_spans, leaf_hash, nodes_over, proof_of
from docchain.audit.models import Head, Sealed
from docchain.audit.sealing import seal
from docchain.events.cause import Cause
from docchain.events.models import Event
from docchain.verify.heads import head_hash
from docchain.verify.signatures import kid_of
from docchain.verify.walk import Place, walk

TENANT = "acme"


class Signer:
    def __init__(self) -> None:
        self.key = generate_private_key(SECP256R1())
        self.kid = kid_of(self.key.public_key())

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        x, y = (base64url.encode(n.to_bytes(32)) for n in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": x, "y": y}

    def sign(self, body: dict[str, Any]) -> dict[str, Any]:
        named = {**body, "key_id": self.kid}
        r, s = decode_dss_signature(self.key.sign(canonical_json(named), ECDSA(SHA256())))
        return {**named, "signature": base64url.encode(r.to_bytes(32) + s.to_bytes(32))}


def some_entries(count: int, tenant_id: str = TENANT) -> list[dict[str, Any]]:
    head, entries = Head(), []
    for i in range(count):
        cause = Cause(request_id=f"r-{i}", ip="203.0.113.9", user_agent="pytest", user_id=7, username="ada")
        event = Event(type="user.updated", tenant_id=tenant_id, subject="users/7", cause=cause, data={"n": i, "f": 1.5})
        entry = seal(event, head, "2026-11-21T00:00:00.000Z")
        if i == 1:  # one that was erased
            entry = entry.model_copy(update={"details": Sealed(commitment=entry.details.commitment)})
        head = Head(seq=entry.seq, hash=entry.hash, recorded_at=entry.recorded_at)
        entries.append(entry.model_dump(mode="json"))
    return entries


def some_heads(signer: Signer, entries: list[dict[str, Any]], *sizes: int) -> list[dict[str, Any]]:
    heads: list[dict[str, Any]] = []
    places = {p.seq: p for p in walk(entries, entries[0]["tenant_id"], Place(), []) if isinstance(p, Place)}
    for size in sizes:
        place = places[size]
        body = {
            "format": "docchain-head/1",
            "tenant_id": entries[0]["tenant_id"],
            "date": "2026-11-21",
            "size": size,
            "root": place.frontier.root.hex(),
            "frontier": [h.hex() for h in place.frontier.hashes],
            "chain_hash": place.last_hash,
            "previous_head_hash": head_hash(heads[-1]) if heads else GENESIS,
            "signed_at": "2026-11-21T00:10:00.000Z",
        }
        heads.append(signer.sign(body))
    return heads


def an_export(signer: Signer, count: int, *sizes: int) -> dict[str, Any]:
    entries = some_entries(count)
    heads = some_heads(signer, entries, *sizes)
    return {"format": "docchain-audit/1", "tenant_id": TENANT, "entries": entries, "heads": heads, "keys": [signer.jwk]}


def leaves(entries: list[dict[str, Any]]) -> list[bytes]:
    return [leaf_hash(bytes.fromhex(e["hash"])) for e in entries]


def a_proof(signer: Signer, seq: int) -> dict[str, Any]:
    entries = some_entries(7)
    (head,) = some_heads(signer, entries, 7)
    path = proof_of(inclusion_spans(seq - 1, 7), nodes_over(leaves(entries)))
    return {
        "format": "docchain-proof/1",
        "tenant_id": TENANT,
        "entry": entries[seq - 1],
        "inclusion": [p.hex() for p in path],
        "head": head,
        "keys": [signer.jwk],
    }


def a_consistency(signer: Signer, first: int, second: int) -> dict[str, Any]:
    entries = some_entries(second)
    heads = some_heads(signer, entries, first, second)
    path = proof_of(consistency_spans(first, second), nodes_over(leaves(entries)))
    return {
        "format": "docchain-consistency/1",
        "tenant_id": TENANT,
        "first": heads[0],
        "second": heads[1],
        "consistency": [p.hex() for p in path],
        "keys": [signer.jwk],
    }


def a_report(signer: Signer, *, with_head: bool = True) -> dict[str, Any]:
    entries = some_entries(3)
    (head,) = some_heads(signer, entries, 3)
    report = {"type": "access", "users": [{"user_id": 7, "roles": ["admin"], "coverage": 0.5}]}
    body = {
        "format": "docchain-compliance-proof/1",
        "tenant_id": TENANT,
        "report_id": "01J",
        "media_type": "application/json",
        "sha256": hashlib.sha256(canonical_json(report)).hexdigest(),
        "head_hash": head_hash(head) if with_head else None,
        "signed_at": "2026-11-21T00:10:00.000Z",
    }
    return {
        "format": "docchain-compliance/1",
        "tenant_id": TENANT,
        "report": report,
        "head": head if with_head else None,
        "proof": signer.sign(body),
        "keys": [signer.jwk],
    }


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


@pytest.fixture
def run(tmp_path, capsys):
    """Exit code and what it printed."""
    from docchain.verify.__main__ import main

    def call(content: Any, *options: str) -> tuple[int, str]:
        file = tmp_path / "file"
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        code = main([str(file), *options])
        return code, capsys.readouterr().out

    return call
