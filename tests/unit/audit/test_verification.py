"""Verification where the chain lies: whatever was done to table or heads is told, and the first bad entry is named."""

import boto3
import pytest

from docchain.audit.broken import ChainBroken, NotSignedYet, SignedHeadNotFound
from docchain.audit.errors import EntryNotFound
from docchain.audit.passage import from_passage, to_passage
from docchain.audit.proofs import prove_consistency, prove_inclusion, seq_of
from docchain.audit.verification import verify
from docchain.errors import ValidationFailed
from docchain.verify.files import check
from docchain.verify.walk import Place
from tests.support.audit import an_export, tamper, the_audit, the_heads, vanish, written


def signed(tenant, *counts):
    heads = []
    for count in counts:
        written(tenant, count)
        heads.append(the_heads().sign(tenant)[0])
    return heads


def found(tenant, limit=5_000):
    return verify(the_heads(), tenant, Place(), limit)


def fault_of(tenant):
    fault = found(tenant).fault
    assert fault is not None
    return fault.seq, fault.wrong, fault.field


def test_a_whole_chain_is_valid(tenant):
    signed(tenant, 5, 4)
    written(tenant, 3)
    result = found(tenant)
    assert (result.fault, result.first, result.last, result.heads, result.is_complete) == (None, 1, 12, 2, True)


def test_a_chain_without_entries_is_valid(tenant):
    result = found(tenant)
    assert (result.fault, result.entries, result.is_complete) == (None, 0, True)


def test_a_long_chain_is_verified_in_pages(tenant):
    signed(tenant, 7, 8)
    place, pages = Place(), []
    while True:
        result = verify(the_heads(), tenant, place, 4)
        pages.append((result.first, result.last, result.heads))
        assert result.fault is None
        if result.cursor is None:
            break
        place = from_passage(result.cursor)
    assert pages == [(1, 4, 0), (5, 8, 1), (9, 12, 0), (13, 15, 1)]


def test_a_fault_on_a_later_page_is_found_there(tenant):
    signed(tenant, 9)
    tamper(tenant, 6, name="x")
    first = verify(the_heads(), tenant, Place(), 4)
    assert first.fault is None
    second = verify(the_heads(), tenant, from_passage(first.cursor), 4)
    assert second.fault.seq == 6


def test_a_cursor_says_where_a_verification_stands(tenant):
    signed(tenant, 7)
    place = from_passage(verify(the_heads(), tenant, Place(), 5).cursor)
    assert (place.seq, from_passage(to_passage(place))) == (5, place)
    assert len(to_passage(Place(2**40 - 1, "0" * 64, type(place.frontier)(2**40 - 1, (b"x" * 32,) * 40)))) < 2000


@pytest.mark.parametrize("cursor", ["x", "AAAA", "!" * 80, "A" * 60, "A" * 51 + "é"])
def test_a_cursor_of_nobody_is_refused(cursor):
    with pytest.raises(ValidationFailed):
        from_passage(cursor)


FIELDS = [
    ("name", "user.deleted"),
    ("severity", "critical"),
    ("event_type", "user_deleted"),
    ("occurred_at", "2020-01-01T00:00:00.000Z"),
    ("recorded_at", "2020-01-01T00:00:00.000Z"),
    ("resource_id", "8"),
    ("request_id", None),
    ("source", "system"),
    ("event_id", "01J"),
    ("previous_hash", "0" * 64),
    ("hash", "0" * 64),
]


@pytest.mark.parametrize(("field", "value"), FIELDS)
def test_a_plain_field_that_was_changed_names_its_entry(tenant, field, value):
    signed(tenant, 5)
    tamper(tenant, 3, **{field: value})
    assert fault_of(tenant) == (3, "hash", "hash")


@pytest.mark.parametrize("field", ["user_id", "username", "ip_address", "user_agent", "session_id", "details"])
def test_a_personal_field_that_was_changed_is_named(tenant, field):
    signed(tenant, 5)
    tamper(tenant, 3, **{f"personal.{field}.value": '"somebody"'})
    assert fault_of(tenant) == (3, "commitment", field)


def test_an_entry_that_was_taken_out_is_named(tenant):
    signed(tenant, 5)
    vanish(tenant, 2)
    assert fault_of(tenant) == (2, "gap", "seq")


def test_entries_cut_off_at_the_end_are_named(tenant):
    signed(tenant, 5)
    vanish(tenant, 4, 5)
    assert fault_of(tenant) == (4, "truncated", None)


def put_back(tenant, head):
    """Table put back to an earlier day, consistently: only S3 remembers."""
    table, pk = the_audit(), f"{tenant}#audit"
    newest = table.get(pk, "head")["seq"]
    vanish(tenant, *range(head["size"] + 1, newest + 1))
    table.update(pk, "head", set_={"seq": head["size"], "hash": head["chain_hash"]})
    for item in table.query_all(pk, prefix="tree#", most=99):
        if item["head"]["size"] > head["size"]:
            table.delete(pk, item["sk"])
    table.update(pk, "signed", set_={"head": head, "size": head["size"]})


def test_a_table_put_back_to_an_earlier_day_is_found_out_by_s3(tenant):
    first, _, _ = signed(tenant, 3, 2, 2)
    put_back(tenant, first)
    assert fault_of(tenant) == (4, "truncated", None)


def test_a_record_that_was_wiped_out_whole_is_found_out_by_s3(tenant):
    signed(tenant, 3)
    vanish(tenant, 1, 2, 3)
    for sk in ("head", "signed", "tree#000000000003"):
        the_audit().delete(f"{tenant}#audit", sk)
    assert fault_of(tenant) == (1, "truncated", None)


def test_a_head_that_was_changed_is_found_by_its_signature(tenant):
    signed(tenant, 3)
    the_audit().update(f"{tenant}#audit", "tree#000000000003", set_={"head.date": "2020-01-01"})
    assert fault_of(tenant)[1] == "signature"


def test_a_head_that_s3_lost_is_told(tenant, monkeypatch):
    heads = the_heads()
    signed(tenant, 3)
    monkeypatch.setattr(type(heads.archive), "read_from", lambda *_: [])
    assert fault_of(tenant)[1] == "head"


def test_a_stranger_in_the_archive_is_told(tenant):
    signed(tenant, 3)
    boto3.client("s3").put_object(Bucket="audit", Key=f"{tenant}/9999-01-01-{9:012d}.json", Body=b"{}")
    assert fault_of(tenant)[1] == "head"


def test_another_tenants_entry_is_told(tenant):
    signed(tenant, 3)
    tamper(tenant, 2, tenant_id="rival")
    assert fault_of(tenant) == (2, "tenant", "tenant_id")


def test_an_entry_is_proved_to_the_newest_head(tenant):
    import json

    signed(tenant, 300, 13)
    for seq in (1, 256, 257, 313):
        file = prove_inclusion(the_heads(), tenant, seq)
        assert file["head"]["size"] == 313
        assert check(json.dumps(file).encode(), {}).is_valid


def test_a_proof_costs_two_reads(tenant, aws_calls):
    signed(tenant, 300)
    heads = the_heads()
    assert heads.signer.public_keys
    aws_calls.clear()
    prove_inclusion(heads, tenant, 20)
    prove_consistency(heads, tenant, 300, 300)
    assert aws_calls == ["BatchGetItem"] * 3


def test_heads_are_proved_to_be_one_line(tenant):
    import json

    signed(tenant, 3, 300, 9)
    for first, second in ((3, 303), (303, 312), (3, 312), (312, 312)):
        file = prove_consistency(the_heads(), tenant, first, second)
        assert check(json.dumps(file).encode(), {}).is_valid


def test_an_entry_that_is_not_signed_yet_or_not_there_has_no_proof(tenant):
    signed(tenant, 2)
    written(tenant, 1)
    with pytest.raises(NotSignedYet):
        prove_inclusion(the_heads(), tenant, 3)
    with pytest.raises(EntryNotFound):
        prove_inclusion(the_heads(), tenant, 4)
    with pytest.raises(SignedHeadNotFound):
        prove_consistency(the_heads(), tenant, 1, 2)
    with pytest.raises(ValidationFailed):
        prove_consistency(the_heads(), tenant, 2, 1)


def test_an_entry_that_was_changed_after_signing_gets_no_proof(tenant):
    signed(tenant, 4)
    tamper(tenant, 3, name="x")
    vanish(tenant, 2)
    for seq in (2, 3):
        with pytest.raises(ChainBroken) as error:
            prove_inclusion(the_heads(), tenant, seq)
        assert error.value.details["seq"] == seq


def test_a_tree_that_was_changed_gives_no_proof(tenant):
    signed(tenant, 4)
    the_audit().update(f"{tenant}#audit", "tile#0#000000000", set_={"hashes": b"x" * 128})
    with pytest.raises(ChainBroken):
        prove_inclusion(the_heads(), tenant, 3)


def test_an_export_of_what_is_kept_is_valid_offline(tenant):
    import json

    signed(tenant, 5, 2)
    assert check(json.dumps(an_export(tenant)).encode(), {}).is_valid


@pytest.mark.parametrize("text", ["audit_0", "audit_", "audit_01", "17", "audit_1x", "audit_1\n", "audit_" + "9" * 13])
def test_an_entrys_id_has_one_form(text):
    with pytest.raises(ValidationFailed):
        seq_of(text)
