"""Erasing: persons go from the record, in bounded steps, and every proof made before or after still holds."""

import json

import pytest

from docchain.audit.erasure import open_erasures, request_erasure, walk_on
from docchain.audit.hashing import PERSONAL
from docchain.audit.proofs import prove_inclusion
from docchain.audit.retention import erase_older
from docchain.audit.verification import verify
from docchain.verify.files import check
from docchain.verify.walk import Place
from tests.support.audit import an_export, entries_of, the_audit, the_heads, vanish, written


@pytest.fixture
def late(monkeypatch):
    """As if the request had been made two hours ago."""
    monkeypatch.setattr("docchain.audit.erasure.UNDER_WAY_SECONDS", -1)


def erased(tenant):
    return {e["seq"]: sorted(f for f in PERSONAL if e[f]["salt"] is None) for e in entries_of(tenant)}


def walked(tenant):
    while left := open_erasures(the_audit(), tenant):
        walk_on(the_audit(), tenant, left[0])


def test_a_users_entries_lose_their_values_and_keep_their_commitments(tenant):
    written(tenant, 3, user_id=7)
    before = entries_of(tenant)
    result = request_erasure(the_audit(), tenant, 7, actor="admin")
    after = entries_of(tenant)
    assert result.erased == 3
    assert [e["hash"] for e in after] == [e["hash"] for e in before]
    for entry, was in zip(after, before, strict=True):
        for field in PERSONAL:
            assert entry[field] == {"value": None, "salt": None, "commitment": was[field]["commitment"]}


def test_nothing_in_the_table_names_the_user_any_more(tenant):
    written(tenant, 2, user_id=70_007)
    request_erasure(the_audit(), tenant, 70_007, actor="admin")
    items = the_audit().query_all(f"{tenant}#audit#000000", most=10)
    for item in items:
        assert "gsi_pk" not in item
        assert "user70007" not in json.dumps(item)
        assert "203.0.113.9" not in json.dumps(item)


def test_others_keep_theirs(tenant):
    written(tenant, 2, user_id=7)
    written(tenant, 2, user_id=8)
    request_erasure(the_audit(), tenant, 7, actor="admin")
    assert [seq for seq, fields in erased(tenant).items() if fields] == [1, 2]


def test_what_others_did_to_the_user_loses_its_details(tenant, late):
    from docchain.audit.chain import Chain
    from docchain.events.models import Event

    facts = [
        Event(type="user.updated", tenant_id=tenant, subject=f"users/{n}", actor="boss", cause=None, data={"at": "Ely"})
        for n in (7, 8)
    ]
    Chain(the_audit()).append(tenant, facts)
    request_erasure(the_audit(), tenant, 7, actor="admin")
    walked(tenant)
    assert erased(tenant) == {1: ["details"], 2: []}


def test_proofs_made_before_and_after_hold(tenant, late):
    written(tenant, 5, user_id=7)
    the_heads().sign(tenant)
    before = prove_inclusion(the_heads(), tenant, 2)
    request_erasure(the_audit(), tenant, 7, actor="admin")
    walked(tenant)
    after = prove_inclusion(the_heads(), tenant, 2)
    assert verify(the_heads(), tenant, Place(), 100).fault is None
    for file in (before, after, an_export(tenant)):
        assert check(json.dumps(file).encode(), {}).is_valid
    assert the_heads().sign(tenant)[1] is False


def test_many_entries_are_erased_step_by_step(tenant, monkeypatch, late):
    monkeypatch.setattr("docchain.audit.erasure.ENTRIES_PER_CALL", 3)
    monkeypatch.setattr("docchain.audit.erasure.ENTRIES_PER_STEP", 4)
    written(tenant, 10, user_id=7)
    assert request_erasure(the_audit(), tenant, 7, actor="admin").erased == 3
    steps = []
    while left := open_erasures(the_audit(), tenant):
        steps.append(walk_on(the_audit(), tenant, left[0]).walked_to)
    assert steps == [4, 8, 10]
    assert all(erased(tenant).values())


def test_what_is_still_under_way_is_waited_for(tenant):
    """An event that happened before the request may reach the chain after it."""
    written(tenant, 2, user_id=7)
    request_erasure(the_audit(), tenant, 7, actor="admin")
    (asked,) = open_erasures(the_audit(), tenant)
    assert not walk_on(the_audit(), tenant, asked).is_done
    assert len(open_erasures(the_audit(), tenant)) == 1


def test_what_the_user_does_after_the_request_stays(tenant, late):
    written(tenant, 1, user_id=7)
    request_erasure(the_audit(), tenant, 7, actor="admin")
    written(tenant, 1, user_id=7)
    walked(tenant)
    assert [bool(fields) for fields in erased(tenant).values()] == [True, False]


def test_a_second_request_begins_anew_and_a_walk_for_the_first_does_not_end_it(tenant, late):
    written(tenant, 1, user_id=7)
    request_erasure(the_audit(), tenant, 7, actor="admin")
    (first,) = open_erasures(the_audit(), tenant)
    import time

    time.sleep(0.002)
    request_erasure(the_audit(), tenant, 7, actor="admin")
    assert walk_on(the_audit(), tenant, first) == first
    assert len(open_erasures(the_audit(), tenant)) == 1


def test_the_request_is_itself_on_the_record(tenant):
    request_erasure(the_audit(), tenant, 7, actor="admin")
    (item,) = the_audit().query_all(f"{tenant}#outbox", most=10)
    assert (item["event"]["type"], item["event"]["actor"]) == ("user.personal_data_erased", "admin")


def test_an_entry_that_vanished_does_not_keep_others_from_being_erased(tenant, monkeypatch):
    from docchain.audit.erasure import erase_all
    from docchain.audit.stretch import read_stretch

    written(tenant, 3)
    entries = list(read_stretch(the_audit(), tenant, 0, 10))
    vanish(tenant, 2)
    erase_all(the_audit(), [(entry, PERSONAL) for entry in entries])
    assert [bool(fields) for fields in erased(tenant).values()] == [True, True]


def test_values_older_than_the_tenant_keeps_them_are_erased_in_steps(tenant, monkeypatch):
    monkeypatch.setattr("docchain.audit.retention.ENTRIES_PER_STEP", 2)
    written(tenant, 5)
    assert erase_older(the_audit(), tenant, 1) == (0, False)
    assert [erase_older(the_audit(), tenant, -1) for _ in range(3)] == [(2, True), (2, True), (1, False)]
    assert all(erased(tenant).values())
    assert erase_older(the_audit(), tenant, -1) == (0, False)
    assert verify(the_heads(), tenant, Place(), 100).fault is None


def test_a_step_that_died_is_done_again(tenant, monkeypatch):
    written(tenant, 3)
    table = the_audit()
    with monkeypatch.context() as context:
        context.setattr("docchain.audit.retention.event_item", _dies)
        with pytest.raises(OSError, match="gone"):
            erase_older(table, tenant, -1)
    assert all(erased(tenant).values())
    assert erase_older(table, tenant, -1)[0] == 0
    assert table.get(f"{tenant}#audit", "retention")["erased_to"] == 3


def _dies(_):
    raise OSError("the process is gone")
