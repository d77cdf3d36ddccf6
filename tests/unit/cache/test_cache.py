"""The cache as callers know it: once made, for however many; and what happens when a store, or the making, fails."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docchain.cache.backend import Backend
from docchain.cache.backends.dynamodb import DynamoBackend
from docchain.cache.backends.file import FileBackend
from docchain.cache.backends.memory import MemoryBackend
from docchain.cache.cache import Cache
from docchain.cache.entry import Entry
from docchain.cache.errors import BackendUnavailable, CacheEntryNotFound, CacheValueTooLarge
from docchain.cache.served import Served
from docchain.errors import ValidationFailed
from tests.unit.cache.servers import Server, a_process, a_redis, counted, the_table


class Maker:
    """Counts how often it was asked."""

    def __init__(self, seconds: float = 0.0, value: Any = "made") -> None:
        self.calls, self.seconds, self.value = 0, seconds, value
        self._lock = threading.Lock()

    def __call__(self) -> Any:
        with self._lock:
            self.calls += 1
        time.sleep(self.seconds)
        return self.value


def all_at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    answers: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(n: int) -> None:
        gate.wait()
        try:
            answers[n] = calls[n]()
        except Exception as error:  # noqa: BLE001  # told to the test
            answers[n] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_hundred_at_once_in_one_process_make_it_once(aws_account: None, atomic_calls: None, tenant: str) -> None:
    cache, make = a_process({"memory": MemoryBackend(), "dynamodb": DynamoBackend(the_table())}), Maker(0.2)
    answers = all_at_once([lambda: cache.get_or_make(tenant, "k", make)] * 100)
    assert make.calls == 1
    assert {a.value for a in answers} == {"made"}
    assert sum(not a.cached for a in answers) == 1
    told = counted(cache, tenant)
    assert (told["hits"], told["misses"], told["sets"]) == (99, 1, 1)


def test_a_hundred_processes_at_once_make_it_once(shared: Backend, atomic_calls: None, tenant: str) -> None:
    """Each with its own memory and its own line, as a hundred Lambdas."""
    processes, make = [a_process({"memory": MemoryBackend(), shared.name: shared}) for _ in range(100)], Maker(0.5)
    answers = all_at_once([lambda c=c: c.get_or_make(tenant, "k", make) for c in processes])
    assert make.calls == 1
    assert {a.value for a in answers} == {"made"}
    told = counted(processes[0], tenant)
    assert (told["hits"], told["misses"], told["sets"]) == (99, 1, 1)


def test_the_failure_of_the_one_who_makes_is_that_of_all_who_wait(aws_account: None, tenant: str) -> None:
    cache, calls = a_process({"memory": MemoryBackend()}), Maker(0.1)

    def fail() -> Any:
        calls()
        raise LookupError("no")

    answers = all_at_once([lambda: cache.get_or_make(tenant, "k", fail)] * 10)
    assert calls.calls == 1
    assert all(isinstance(a, LookupError) for a in answers)
    assert counted(cache, tenant) == {"misses": 10, "coalesced": 9}
    assert cache.get_or_make(tenant, "k", Maker()).value == "made", "a failure is not kept unless it is told to be"


def test_another_process_goes_on_when_the_one_who_made_it_died(shared: Backend, tenant: str) -> None:
    found = shared.read(tenant, "k")
    assert shared.lock(tenant, "k", "dead", 0.5, found).held
    served = a_process({shared.name: shared}).get_or_make(tenant, "k", Maker())
    assert (served.value, served.stored) == ("made", True)


def test_nobody_waits_longer_than_the_bound(shared: Backend, tenant: str) -> None:
    assert shared.lock(tenant, "k", "slow", 60, shared.read(tenant, "k")).held
    started = time.monotonic()
    served = a_process({shared.name: shared}, wait_seconds=0.3).get_or_make(tenant, "k", Maker())
    assert served.value == "made"
    assert time.monotonic() - started < 5


def test_a_hit_is_what_was_made_with_what_it_saved(store: Backend, tenant: str) -> None:
    cache, make = a_process({store.name: store}), Maker(value={"text": "ñ"})
    first = cache.get_or_make(tenant, "k", make, cost_of=lambda _: 0.0125)
    second = cache.get_or_make(tenant, "k", make, cost_of=lambda _: 0.0125)
    assert (first.cached, second.cached, second.tier) == (False, True, store.name)
    assert first.value == second.value == {"text": "ñ"}
    assert counted(cache, tenant)["saved_nano_usd"] == 12_500_000


def test_what_one_process_made_another_is_served_from_the_shared_store_and_then_from_near(
    shared: Backend, tenant: str
) -> None:
    one, two = (a_process({"memory": MemoryBackend(), shared.name: shared}) for _ in range(2))
    one.get_or_make(tenant, "k", Maker())
    tiers = [two.get_or_make(tenant, "k", Maker()).tier for _ in range(2)]
    assert tiers == [shared.name, "memory"]


def test_a_copy_that_was_brought_near_ends_within_seconds(
    shared: Backend, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docchain.cache.tiers.NEAR_SECONDS", 0.2)
    one, two = (a_process({"memory": MemoryBackend(), shared.name: shared}) for _ in range(2))
    for process in (one, two):
        process.get_or_make(tenant, "k", Maker(), tags=("x",))
    one.clear(tenant, ("x",))
    time.sleep(0.25)
    assert not two.get_or_make(tenant, "k", Maker(), tags=("x",)).cached


def test_the_end_comes_when_it_was_said(store: Backend, tenant: str) -> None:
    cache, make = a_process({store.name: store}), Maker()
    cache.get_or_make(tenant, "k", make, ttl=1)
    assert cache.get_or_make(tenant, "k", make, ttl=1).cached
    time.sleep(1.1)
    assert not cache.get_or_make(tenant, "k", make, ttl=1).cached


def test_nothing_is_not_asked_for_again_and_not_kept_for_long(aws_account: None, tenant: str) -> None:
    cache, make = a_process({"memory": MemoryBackend()}), Maker(value=None)
    first = cache.get_or_make(tenant, "k", make, ttl=3600)
    assert first.expires_at < time.time() + 31
    assert cache.get_or_make(tenant, "k", make, ttl=3600).cached
    assert (make.calls, counted(cache, tenant)["negative_hits"]) == (1, 1)


class _Absent:
    def remember(self, error: Exception) -> dict[str, Any] | None:
        return {"said": str(error)} if isinstance(error, LookupError) else None

    def recall(self, kept: dict[str, Any]) -> Exception:
        return LookupError(kept["said"])


def test_a_failure_worth_remembering_is_told_without_trying_again(store: Backend, tenant: str) -> None:
    cache, calls = a_process({store.name: store}), Maker()

    def fail(error: Exception) -> Callable[[], Any]:
        def make() -> Any:
            calls()
            raise error

        return make

    for _ in range(3):
        with pytest.raises(LookupError, match="gone"):
            cache.get_or_make(tenant, "k", fail(LookupError("gone")), failures=_Absent())
    assert calls.calls == 1
    for _ in range(2):
        with pytest.raises(TimeoutError):
            cache.get_or_make(tenant, "other", fail(TimeoutError()), failures=_Absent())
    assert calls.calls == 3


def test_near_its_end_one_makes_it_anew_and_a_failure_then_harms_nobody(
    shared: Backend, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = a_process({shared.name: shared})
    cache.get_or_make(tenant, "k", Maker(value="old"))
    monkeypatch.setattr("docchain.cache.making.is_due", lambda _: True)

    def fail() -> Any:
        raise TimeoutError

    assert cache.get_or_make(tenant, "k", fail).value == "old"
    assert cache.get_or_make(tenant, "k", Maker(value="new")).value == "new"
    monkeypatch.setattr("docchain.cache.making.is_due", lambda _: False)
    assert cache.get_or_make(tenant, "k", fail).value == "new"
    told = counted(cache, tenant)
    assert (told["early_refreshes"], told["failed_refreshes"]) == (1, 1)


def test_while_one_makes_it_anew_the_others_have_the_old(
    shared: Backend, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = a_process({shared.name: shared})
    first.get_or_make(tenant, "k", Maker(value="old"))
    monkeypatch.setattr("docchain.cache.making.is_due", lambda _: True)
    assert shared.lock(tenant, "k", "another", 60, shared.read(tenant, "k")).held
    started = time.monotonic()
    assert a_process({shared.name: shared}).get_or_make(tenant, "k", Maker(value="new")).value == "old"
    assert time.monotonic() - started < 2


def test_the_nearer_the_end_the_likelier_the_refresh() -> None:
    from docchain.cache.early import is_due

    def due(left: float, draw: float) -> bool:
        return is_due(Entry("1", time.time(), time.time() + left, made_ms=1000), lambda: draw)

    assert not due(60, 0.99)
    assert due(1, 0.9)
    assert not due(1, 0.1)
    assert due(0, 0.0)


def test_with_redis_away_it_is_made_and_said_and_redis_is_used_again_when_it_is_back(
    aws_account: None, own_server: Server, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docchain.cache.tiers.DOWN_SECONDS", 0.2)
    cache = a_process({"memory": MemoryBackend(), "redis": a_redis(own_server)})
    assert cache.get_or_make(tenant, "a", Maker()).degraded == ()
    own_server.stop()
    served = cache.get_or_make(tenant, "b", Maker())
    assert (served.value, served.degraded) == ("made", ("redis",))
    assert cache.get_or_make(tenant, "b", Maker()).cached, "the process's own memory still serves"
    assert counted(cache, tenant)["degraded"] >= 1
    with pytest.raises(BackendUnavailable):
        cache.clear(tenant, ("x",))
    own_server.start()
    time.sleep(0.3)
    assert cache.get_or_make(tenant, "c", Maker()).degraded == ()
    assert cache.tiers.backends["redis"].read(tenant, "c").entry


def test_a_store_that_is_away_is_not_asked_by_everybody(aws_account: None, own_server: Server, tenant: str) -> None:
    cache = a_process({"redis": a_redis(own_server)})
    own_server.stop()
    answers = all_at_once([lambda n=n: cache.get_or_make(tenant, f"k{n}", Maker()) for n in range(20)])
    assert all(isinstance(a, Served) for a in answers)
    started = time.monotonic()
    cache.get_or_make(tenant, "k", Maker())
    assert time.monotonic() - started < 0.5


def test_a_password_is_in_no_error(aws_account: None) -> None:
    from docchain.cache.backends.redis import RedisBackend, connect

    store = RedisBackend(lambda: connect("unix://user:hush-4711@/nowhere/valkey.sock"), "test")
    with pytest.raises(BackendUnavailable) as raised:
        store.read("t", "k")
    assert "4711" not in repr(raised.value) + str(raised.value.details) + repr(store)
    assert raised.value.__cause__ is None


def test_what_is_too_large_is_served_and_not_kept(store: Backend, tenant: str) -> None:
    cache, large = a_process({store.name: store}), Maker(value="v" * 300_000)
    assert [cache.get_or_make(tenant, "k", large).stored for _ in range(2)] == [False, False]
    assert large.calls == 2
    assert counted(cache, tenant)["not_stored"] == 2
    with pytest.raises(CacheValueTooLarge):
        cache.put(tenant, "k", "v" * 300_000)


def test_a_call_chooses_its_stores(aws_account: None, tmp_path: Path, tenant: str) -> None:
    cache = a_process({"memory": MemoryBackend(), "file": FileBackend(tmp_path)})
    cache.put(tenant, "k", 1, tiers=("file",))
    assert cache.get(tenant, "k")[1] == "file"
    with pytest.raises(CacheEntryNotFound):
        cache.get(tenant, "k", tiers=("memory",))
    with pytest.raises(ValidationFailed):
        cache.put(tenant, "k", 1, tiers=("redis",))


@pytest.mark.parametrize(
    "call",
    [
        {"key": "../../etc/passwd"},
        {"key": ""},
        {"key": "k" * 201},
        {"tags": ["=k"]},
        {"tags": [f"t{n}" for n in range(11)]},
        {"ttl": 0},
        {"ttl": 86_401},
        {"value": float("nan")},
        {"value": {1, 2}},
    ],
)
def test_what_the_cache_does_not_take_is_told(aws_account: None, tenant: str, call: dict[str, Any]) -> None:
    cache: Cache = a_process({"memory": MemoryBackend()})
    asked = {"key": "k", "value": 1, **call}
    with pytest.raises(ValidationFailed):
        cache.put(tenant, asked.pop("key"), asked.pop("value"), **asked)


def test_nothing_that_is_read_can_become_code() -> None:
    """JSON alone: no file of the cache imports a reader of objects."""
    import docchain.cache

    sources = "".join(f.read_text() for f in Path(docchain.cache.__path__[0]).rglob("*.py"))
    assert not {"pickle", "marshal", "shelve", "eval(redis", "yaml"} & set(sources.replace(".", " ").split())
