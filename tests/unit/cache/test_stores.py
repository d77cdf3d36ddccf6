"""What every store does, held to one list: memory, files, a real Valkey, DynamoDB."""

import time
from pathlib import Path

import pytest

from docchain.cache.backend import Backend
from docchain.cache.backends.dynamodb import DynamoBackend
from docchain.cache.entry import Entry, Found
from docchain.cache.errors import CacheQuotaExceeded
from tests.unit.cache.servers import Server, a_redis, the_table


def an_entry(value: str = '"v"', *, seconds: float = 60, tags: tuple[str, ...] = (), **fields: int) -> Entry:
    return Entry(value, time.time(), time.time() + seconds, tags=tags, **fields)


def kept(store: Backend, tenant: str, key: str, entry: Entry) -> bool:
    return store.write(tenant, key, entry, store.read(tenant, key))


def test_what_was_written_is_read_back_whole(store: Backend, tenant: str) -> None:
    entry = an_entry('{"a":[1,"ñ",null]}', tags=("x", "y"), made_ms=12, nano_usd=3)
    assert kept(store, tenant, "k", entry)
    assert store.read(tenant, "k").entry == entry
    assert store.usage(tenant).entries == 1


def test_another_tenants_key_is_another_key(store: Backend, tenant: str) -> None:
    kept(store, tenant, "k", an_entry())
    assert store.read(f"{tenant}x", "k").entry is None
    assert not store.delete(f"{tenant}x", "k")
    store.clear(f"{tenant}x", ())
    assert store.read(tenant, "k").entry


def test_what_is_over_is_not_served_and_swept(store: Backend, tenant: str) -> None:
    kept(store, tenant, "short", an_entry(seconds=0.05))
    kept(store, tenant, "long", an_entry())
    time.sleep(0.1)
    assert store.read(tenant, "short").entry is None
    store.sweep(tenant)
    assert store.read(tenant, "long").entry
    assert store.sweep(tenant).removed == 0


def test_a_tag_clears_what_has_it_and_nothing_else(store: Backend, tenant: str) -> None:
    for key, tags in (("a", ("x",)), ("b", ("x", "y")), ("c", ("y",)), ("d", ())):
        kept(store, tenant, key, an_entry(tags=tags))
    assert store.clear(tenant, ("x",)).removed == 2
    assert [k for k in "abcd" if store.read(tenant, k).entry] == ["c", "d"]
    assert store.clear(tenant, ()).removed == 2
    assert [k for k in "abcd" if store.read(tenant, k).entry] == []
    assert store.usage(tenant).entries == 0


@pytest.mark.parametrize("tags", [("x",), ()])
def test_what_was_begun_before_a_clearing_is_not_kept_after_it_or_not_served(
    store: Backend, tenant: str, tags: tuple[str, ...]
) -> None:
    found = store.read(tenant, "k")
    store.clear(tenant, tags)
    store.write(tenant, "k", an_entry(tags=("x",), generation=found.generation), found)
    assert store.read(tenant, "k").entry is None
    # What begins now is kept.
    now = store.read(tenant, "k")
    assert store.write(tenant, "k", an_entry(tags=("x",), generation=now.generation), now)
    assert store.read(tenant, "k").entry


def test_a_deleted_key_is_gone_and_its_second_deletion_says_so(store: Backend, tenant: str) -> None:
    kept(store, tenant, "k", an_entry())
    assert store.delete(tenant, "k")
    assert not store.delete(tenant, "k")
    assert store.usage(tenant).entries == 0


def test_what_is_being_made_when_its_key_is_deleted_is_not_put_back(shared: Backend, tenant: str) -> None:
    found = shared.read(tenant, "k")
    assert shared.lock(tenant, "k", "me", 60, found).held
    shared.delete(tenant, "k")
    assert not shared.write(tenant, "k", an_entry(), found, "me")
    assert shared.read(tenant, "k").entry is None


def test_one_of_two_has_the_lock_and_the_write_frees_it(shared: Backend, tenant: str) -> None:
    found = shared.read(tenant, "k")
    assert shared.lock(tenant, "k", "me", 60, found).held
    assert not shared.lock(tenant, "k", "you", 60, found).held
    assert shared.write(tenant, "k", an_entry(), found, "me")
    late = shared.lock(tenant, "k", "you", 60, found)
    assert not late.held
    assert late.found.entry, "who comes too late for the lock is given what was made"


def test_the_lock_of_one_who_died_ends(shared: Backend, tenant: str) -> None:
    found = shared.read(tenant, "k")
    assert shared.lock(tenant, "k", "dead", 0.1, found).held
    time.sleep(0.2)
    assert shared.lock(tenant, "k", "you", 60, found).held
    shared.unlock(tenant, "k", "dead")
    assert not shared.lock(tenant, "k", "third", 60, found).held, "only its owner frees a lock"
    shared.unlock(tenant, "k", "you")
    assert shared.lock(tenant, "k", "third", 60, found).held


@pytest.mark.parametrize("name", ["redis", "dynamodb"])
def test_a_tenants_share_is_bounded_and_no_other_tenant_pays(
    aws_account: None, server: Server, tenant: str, name: str
) -> None:
    bounds = {"entries_most": 3, "bytes_most": 100}
    store: Backend = a_redis(server, **bounds) if name == "redis" else DynamoBackend(the_table(), **bounds)
    for key in "abc":
        kept(store, tenant, key, an_entry())
    with pytest.raises(CacheQuotaExceeded):
        kept(store, tenant, "d", an_entry())
    assert kept(store, tenant, "a", an_entry()), "what takes the place of another needs no room"
    assert kept(store, f"{tenant}x", "d", an_entry())
    with pytest.raises(CacheQuotaExceeded):
        kept(store, f"{tenant}x", "e", an_entry('"' + "v" * 100 + '"'))
    store.delete(tenant, "a")
    assert kept(store, tenant, "d", an_entry())


def test_the_near_stores_drop_the_oldest_of_the_tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from docchain.cache.backends import file, memory

    for module in (file, memory):
        monkeypatch.setattr(module, "ENTRIES_MOST", 3)
    for store in (memory.MemoryBackend(), file.FileBackend(tmp_path)):
        for key in "abcd":
            assert store.write("t", key, an_entry(), Found())
            time.sleep(0.01)
        assert [k for k in "abcd" if store.read("t", k).entry] == ["b", "c", "d"]


def test_half_a_file_is_no_entry(tmp_path: Path) -> None:
    from docchain.cache.backends.file import FileBackend

    store = FileBackend(tmp_path)
    kept(store, "t", "k", an_entry())
    (file,) = tmp_path.glob("*/*.json")
    file.write_text(file.read_text()[:20])
    assert store.read("t", "k").entry is None
    assert kept(store, "t", "k", an_entry())


def test_a_hot_read_is_one_call_and_a_write_one(aws_account: None, tenant: str, aws_calls: list[str]) -> None:
    store = DynamoBackend(the_table())
    found = store.read(tenant, "k")
    store.lock(tenant, "k", "me", 60, found)
    store.write(tenant, "k", an_entry(), found, "me")
    assert aws_calls == ["BatchGetItem", "UpdateItem", "TransactWriteItems"]
    aws_calls.clear()
    store.clear(tenant, ())
    assert len(aws_calls) <= 5


def test_a_sweep_of_many_goes_on_where_it_stopped(aws_account: None, tenant: str) -> None:
    store = DynamoBackend(the_table())
    for n in range(300):
        kept(store, tenant, f"k{n:03d}", an_entry(seconds=0.01 if n >= 250 else 60))
    time.sleep(0.05)
    first = store.sweep(tenant)
    assert (first.removed, first.complete) == (0, False)
    second = store.sweep(tenant)
    assert (second.removed, second.complete) == (50, True)
    assert store.usage(tenant).entries == 250
