"""What proofs of the audit look like. The files themselves are checked offline by ``python -m docchain.verify``."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.audit.verification import Verification
from docchain.verify.faults import Fault, Wrong

HEAD: dict[str, Any] = {
    "format": "docchain-head/1",
    "tenant_id": "default",
    "date": "2026-11-21",
    "size": 2,
    "root": "9f" * 32,
    "frontier": ["9f" * 32],
    "chain_hash": "1c" * 32,
    "previous_head_hash": "00" * 32,
    "signed_at": "2026-11-21T00:10:00.000Z",
    "key_id": "3f1b2c4d5e6f7081",
    "signature": "MEUCIQ",
}
KEY: dict[str, Any] = {
    "kty": "EC",
    "crv": "P-256",
    "use": "sig",
    "alg": "ES256",
    "kid": "3f1b2c4d5e6f7081",
    "x": "f83O",
    "y": "x_FE",
}


class HeadView(BaseModel):
    """A signed head, as S3 has it under Object Lock. Its signature is over the canonical JSON of all but itself."""

    format: str
    tenant_id: str
    date: str
    size: int
    root: str
    frontier: list[str]
    chain_hash: str
    previous_head_hash: str
    signed_at: str
    key_id: str
    signature: str

    model_config = ConfigDict(json_schema_extra={"examples": [HEAD]})


class HeadsView(BaseModel):
    heads: list[HeadView]
    next_cursor: str | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"heads": [HEAD], "next_cursor": None}]})


class SignedView(BaseModel):
    """``is_new`` is false when nothing had come since the newest head, which is then the one shown."""

    head: HeadView
    is_new: bool

    model_config = ConfigDict(json_schema_extra={"examples": [{"head": HEAD, "is_new": True}]})


class KeysView(BaseModel):
    """Public keys of the audit (RFC 7517), the one that signs first. ``kid`` is a hash of the key itself."""

    keys: list[dict[str, str]]

    model_config = ConfigDict(json_schema_extra={"examples": [{"keys": [KEY]}]})


class BadEntry(BaseModel):
    """``seq`` is ``None`` when it is a head that is bad. ``wrong`` is for programs, ``says`` for people."""

    seq: int | None
    field: str | None
    wrong: Wrong
    says: str

    @classmethod
    def of(cls, fault: Fault) -> "BadEntry":
        return cls(seq=fault.seq, field=fault.field, wrong=fault.wrong, says=fault.says)


class CheckedRange(BaseModel):
    first: int
    last: int


class VerificationView(BaseModel):
    """``valid`` is of what was checked; ``complete`` says whether that was all, else ``next_cursor`` goes on."""

    valid: bool
    complete: bool
    truncated: bool = Field(description="What was signed reaches further than what is there.")
    checked: CheckedRange | None
    total_entries: int
    heads_checked: int
    first_bad: BadEntry | None
    newest_head: HeadView | None
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "valid": True,
                    "complete": True,
                    "truncated": False,
                    "checked": {"first": 1, "last": 2},
                    "total_entries": 2,
                    "heads_checked": 1,
                    "first_bad": None,
                    "newest_head": HEAD,
                    "next_cursor": None,
                }
            ]
        }
    )

    @classmethod
    def of(cls, found: Verification) -> "VerificationView":
        return cls(
            valid=found.fault is None,
            complete=found.is_complete,
            truncated=found.fault is not None and found.fault.wrong == Wrong.TRUNCATED,
            checked=CheckedRange(first=found.first, last=found.last) if found.last >= found.first else None,
            total_entries=found.entries,
            heads_checked=found.heads,
            first_bad=BadEntry.of(found.fault) if found.fault else None,
            newest_head=HeadView.model_validate(found.newest) if found.newest else None,
            next_cursor=found.cursor,
        )


class InclusionView(BaseModel):
    """A file for ``docchain.verify``: the entry with salts and commitments, and its way to the root of the head."""

    format: str
    tenant_id: str
    entry: dict[str, Any]
    inclusion: list[str]
    head: HeadView
    keys: list[dict[str, str]]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "format": "docchain-proof/1",
                    "tenant_id": "default",
                    "entry": {"seq": 1, "name": "user.logged_in"},
                    "inclusion": ["ab" * 32],
                    "head": HEAD,
                    "keys": [KEY],
                }
            ]
        }
    )


class ConsistencyView(BaseModel):
    """A file for ``docchain.verify``: the second tree grew out of the first, of which nothing was changed."""

    format: str
    tenant_id: str
    first: HeadView
    second: HeadView
    consistency: list[str]
    keys: list[dict[str, str]]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "format": "docchain-consistency/1",
                    "tenant_id": "default",
                    "first": HEAD,
                    "second": HEAD,
                    "consistency": [],
                    "keys": [KEY],
                }
            ]
        }
    )


class EraseUser(BaseModel):
    """``confirmation`` is ``erase 7`` for user 7: what is erased cannot be brought back."""

    user_id: Annotated[int, Field(ge=1, le=10**12)]
    confirmation: Annotated[str, Field(max_length=40)]

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"user_id": 7, "confirmation": "erase 7"}]}
    )


class ErasedView(BaseModel):
    """``erased`` entries lost their personal values now; the rest, if ``is_complete`` is false, within the hour."""

    user_id: int
    erased: int
    is_complete: bool
    requested_at: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"user_id": 7, "erased": 120, "is_complete": False, "requested_at": "2026-11-21T09:30:02.500Z"}
            ]
        }
    )
