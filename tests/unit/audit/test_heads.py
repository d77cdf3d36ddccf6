"""Signing heads: each covers what came since, stands in a line with the others, and is locked away in S3."""

import json

import boto3
import pytest

from docchain.audit.archive import HeadArchive, head_key
from docchain.audit.broken import ChainBroken, NothingToSign
from docchain.audit.chain import Chain
from docchain.audit.hashing import GENESIS
from docchain.audit.merkle import leaf_hash, tree_root
from docchain.verify.heads import head_hash, heads_fault
from docchain.verify.signatures import signature_is_good
from tests.support.audit import (
    an_event,
    entries_of,
    tamper,
    the_audit,
    the_heads,
    the_signer,
    vanish,
    written,
)


def archived(tenant):
    return HeadArchive(boto3.client("s3"), "audit").read_from(tenant, None)


def test_a_head_covers_every_entry_and_is_signed(tenant):
    written(tenant, 5)
    head, is_new = the_heads().sign(tenant)
    entries = entries_of(tenant)
    assert is_new
    assert (head["size"], head["chain_hash"]) == (5, entries[-1]["hash"])
    assert head["root"] == tree_root(leaf_hash(bytes.fromhex(e["hash"])) for e in entries).hex()
    assert head["previous_head_hash"] == GENESIS
    assert signature_is_good(head, the_signer().public_keys)


def test_heads_are_a_line_and_each_reads_only_what_came_since(tenant, monkeypatch):
    first, _ = sign_after(tenant, 300)
    vanish(tenant, *range(1, 300))  # what was signed is not read again
    second, _ = sign_after(tenant, 10)
    assert second["previous_head_hash"] == head_hash(first)
    assert second["size"] == 310
    assert heads_fault([first, second], tenant, the_signer().public_keys) is None


def sign_after(tenant, count):
    written(tenant, count)
    return the_heads().sign(tenant)


def test_with_nothing_new_the_head_stays_as_it_is(tenant):
    head, _ = sign_after(tenant, 2)
    assert the_heads().sign(tenant) == (head, False)


def test_a_chain_without_entries_has_no_head(tenant):
    with pytest.raises(NothingToSign):
        the_heads().sign(tenant)


def test_s3_has_what_the_table_has(tenant):
    head, _ = sign_after(tenant, 3)
    assert archived(tenant) == [head]
    assert the_heads().newest(tenant).is_archived


def test_a_process_that_died_before_s3_is_made_good_by_the_next(tenant, monkeypatch):
    written(tenant, 3)
    with monkeypatch.context() as context:
        context.setattr(HeadArchive, "put", dies)
        with pytest.raises(OSError, match="gone"):
            the_heads().sign(tenant)
    assert archived(tenant) == []
    assert not the_heads().newest(tenant).is_archived
    head, is_new = the_heads().sign(tenant)
    assert not is_new
    assert archived(tenant) == [head]


def dies(*_):
    raise OSError("the process is gone")


def test_two_that_sign_at_once_make_one_line(tenant, monkeypatch):
    """The second reads before the first has written, with more entries on the record."""
    written(tenant, 3)
    slow, heads = the_heads(), the_heads()
    real = slow.signer.sign

    class Slow:
        def sign(self, body):
            heads.sign(tenant)
            return real(body)

    late = type(slow)(slow.table, slow.archive, Slow())
    head, _ = late.sign(tenant)
    assert head == heads.newest(tenant).head
    assert len(archived(tenant)) == 1


def test_a_head_in_s3_cannot_be_shadowed_or_hidden(tenant):
    head, _ = sign_after(tenant, 3)
    s3 = boto3.client("s3")
    s3.put_object(Bucket="audit", Key=head_key(head), Body=json.dumps({**head, "size": 1}))
    s3.delete_object(Bucket="audit", Key=head_key(head))
    assert archived(tenant) == [head]


@pytest.mark.parametrize(
    ("damage", "seq", "wrong"),
    [
        (lambda t: tamper(t, 4, name="user.deleted"), 4, "hash"),
        (lambda t: tamper(t, 4, hash="0" * 64), 4, "hash"),
        (lambda t: vanish(t, 4), 4, "gap"),
        (lambda t: vanish(t, 4, 5), 4, "gap"),
        (lambda t: the_audit().update(f"{t}#audit", "head", set_={"seq": 2}), 3, "truncated"),
    ],
)
def test_nothing_is_signed_over_a_chain_that_was_tampered_with(tenant, damage, seq, wrong):
    sign_after(tenant, 3)
    written(tenant, 2)
    damage(tenant)
    with pytest.raises(ChainBroken) as error:
        the_heads().sign(tenant)
    assert (error.value.details["seq"], error.value.details["wrong"]) == (seq, wrong)


def test_a_signing_that_was_asked_for_and_its_event_are_one_write(tenant):
    written(tenant, 1)
    fact = an_event(tenant, "audit.head_signed")
    the_heads().sign(tenant, event=fact)
    assert [i["sk"] for i in the_audit().query_all(f"{tenant}#outbox", most=9)] == [fact.id]


def test_a_chain_that_grows_while_it_is_signed_is_covered_by_the_next(tenant):
    sign_after(tenant, 256)
    written(tenant, 1)
    assert the_heads().sign(tenant)[0]["size"] == 257
    assert Chain(the_audit()).head(tenant).seq == 257
