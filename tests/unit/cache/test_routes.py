"""The routes, through the group's real handler."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from docchain.cache.settings import CacheSettings, build_cache, the_cache
from functions.api.cache import service
from functions.api.cache.handler import handler
from functions.api.cache.schemas import PutEntry
from tests.support.rest import a_caller, call
from tests.unit.cache.servers import Server

ROOT = "/api/v3/advanced/cache"


@pytest.fixture(autouse=True)
def fresh(aws_account: None) -> None:
    the_cache.cache_clear()


def ask(tenant: str, method: str, path: str, body: Any = None, **who: Any) -> tuple[int, Any]:
    return call(handler, method, f"{ROOT}{path}", body, a_caller(tenant, **who))


def test_an_entry_lives_from_put_to_delete(tenant: str) -> None:
    status, put = ask(tenant, "PUT", "/entries/eur-usd", {"value": {"rate": 1.09}, "tags": ["rates"]})
    assert (status, put["backend"], put["size_bytes"]) == (200, "dynamodb", 13)
    status, read = ask(tenant, "GET", "/entries/eur-usd")
    assert (status, read["value"], read["tags"]) == (200, {"rate": 1.09}, ["rates"])
    assert read["created_at"] < read["expires_at"]
    assert ask(tenant, "DELETE", "/entries/eur-usd") == (200, {"key": "eur-usd", "deleted": True})
    for method in ("GET", "DELETE"):
        status, answer = ask(tenant, method, "/entries/eur-usd")
        assert (status, answer["error"]["code"]) == (404, "CACHE_ENTRY_NOT_FOUND")


def test_the_same_key_in_another_tenant_is_another_entry(tenant: str) -> None:
    other = f"{tenant}x"
    ask(tenant, "PUT", "/entries/k", {"value": "mine"})
    assert ask(other, "GET", "/entries/k")[0] == 404
    ask(other, "PUT", "/entries/k", {"value": "theirs"})
    ask(other, "POST", "/clear")
    assert ask(tenant, "GET", "/entries/k")[1]["value"] == "mine"


def test_the_figures_are_what_happened(tenant: str) -> None:
    ask(tenant, "PUT", "/entries/k", {"value": 1})
    for path in ("k", "k", "k", "nothing"):
        ask(tenant, "GET", f"/entries/{path}")
    ask(tenant, "DELETE", "/entries/k")
    status, stats = ask(tenant, "GET", "/stats")
    assert status == 200
    assert {n: stats[n] for n in ("hits", "misses", "sets", "deletes", "hit_rate", "total_requests")} == {
        "hits": 3,
        "misses": 1,
        "sets": 1,
        "deletes": 1,
        "hit_rate": 0.75,
        "total_requests": 4,
    }
    assert stats["available_backends"] == ["memory", "file", "dynamodb"]
    assert (stats["default_backend"], stats["memory_cache_size"]) == ("dynamodb", 0)


def test_the_figures_of_a_cache_that_nobody_asked_are_noughts(tenant: str) -> None:
    stats = ask(tenant, "GET", "/stats")[1]
    assert (stats["total_requests"], stats["hit_rate"], stats["saved_usd"]) == (0, 0.0, 0.0)


def test_clearing_a_tag_says_how_many_went(tenant: str) -> None:
    ask(tenant, "PUT", "/entries/a", {"value": 1, "tags": ["x"], "backend": "dynamodb"})
    ask(tenant, "PUT", "/entries/b", {"value": 2, "tags": ["y"], "backend": "dynamodb"})
    status, cleared = ask(tenant, "POST", "/clear", {"tags": ["x"]})
    assert (status, cleared["entries_removed"], cleared["complete"]) == (200, 1, True)
    assert ask(tenant, "GET", "/entries/b")[0] == 200


def test_optimizing_removes_what_is_over(tenant: str) -> None:
    cache = the_cache()
    cache.put(tenant, "api.k", 1, ttl=60, tiers=("dynamodb",))
    cache.put(tenant, "api.over", 1, ttl=1, tiers=("dynamodb",))
    time.sleep(1.05)
    status, done = ask(tenant, "POST", "/optimize")
    assert status == 200
    assert (done["expired_items_removed"], done["current_cache_size"]) == (1, 1)
    assert done["optimization_completed"]
    assert ask(tenant, "POST", "/optimize")[1]["expired_items_removed"] == 0


def test_a_guest_reads_and_does_not_write(tenant: str) -> None:
    guest = {"roles": ("guest",)}
    assert ask(tenant, "GET", "/stats", **guest)[0] == 200
    assert ask(tenant, "PUT", "/entries/k", {"value": 1}, **guest)[0] == 403
    assert ask(tenant, "POST", "/clear", **guest)[0] == 403


def test_an_answer_of_a_provider_is_not_reached_by_its_key(tenant: str) -> None:
    the_cache().put(tenant, "ai.abc", {"text": "secret"})
    assert ask(tenant, "GET", "/entries/ai.abc")[0] == 404
    assert ask(tenant, "DELETE", "/entries/ai.abc")[0] == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/entries/k", {}),
        ("/entries/k", {"value": 1, "ttl_seconds": 0}),
        ("/entries/k", {"value": 1, "ttl_seconds": 86_401}),
        ("/entries/k", {"value": 1, "tags": ["a b"]}),
        ("/entries/k", {"value": 1, "backend": "redis"}),
        ("/entries/k", {"value": 1, "backend": "disk"}),
        ("/entries/a%20b", {"value": 1}),
        (f"/entries/{'k' * 191}", {"value": 1}),
    ],
)
def test_what_is_not_taken_is_422(tenant: str, path: str, body: dict[str, Any]) -> None:
    assert ask(tenant, "PUT", path, body)[0] == 422


def test_what_is_too_large_is_413(tenant: str) -> None:
    status, answer = ask(tenant, "PUT", "/entries/k", {"value": "v" * 300_000})
    assert (status, answer["error"]["code"]) == (413, "CACHE_VALUE_TOO_LARGE")


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_what_is_nested_deeper_than_answers_can_be_is_422(tenant: str) -> None:
    assert ask(tenant, "PUT", "/entries/k", {"value": nested(100)})[0] == 200
    assert ask(tenant, "PUT", "/entries/k", {"value": nested(101)})[0] == 422


def test_few_calls(tenant: str, aws_calls: list[str]) -> None:
    counts = {}
    for method, path, body in (
        ("PUT", "/entries/k", {"value": 1}),
        ("GET", "/entries/k", None),
        ("GET", "/stats", None),
        ("DELETE", "/entries/k", None),
        ("POST", "/optimize", None),
    ):
        aws_calls.clear()
        ask(tenant, method, path, body)
        counts[f"{method} {path}"] = len(aws_calls)
    assert counts == {
        "PUT /entries/k": 3,
        "GET /entries/k": 1,
        "GET /stats": 2,
        "DELETE /entries/k": 3,
        "POST /optimize": 4,
    }


def test_with_a_server_its_place_is_the_default_and_without_it_that_is_said(own_server: Server, tenant: str) -> None:
    settings = CacheSettings(cache_table="cache", cache_redis_url=own_server.url, cache_redis_secret="")
    cache = build_cache(settings)
    assert service.put_entry(cache, tenant, "k", PutEntry(value=1)).backend == "redis"
    assert service.stats(cache, tenant).available_backends == ["memory", "file", "redis", "dynamodb"]
    own_server.stop()
    stats = service.stats(cache, tenant)
    assert stats.available_backends == ["memory", "file", "dynamodb"]
    assert [b.entries for b in stats.backends if b.name == "redis"] == [None]
    assert service.optimize(cache, tenant).unavailable_backends == ["redis"]


def test_the_client_of_redis_is_not_imported_where_there_is_no_server() -> None:
    asked = "import sys, functions.api.cache.handler; print('redis' in sys.modules)"
    path = {"PYTHONPATH": f"{Path.cwd()}:{Path.cwd() / 'layers/core/python'}"}
    done = subprocess.run(
        [sys.executable, "-c", asked], check=False, capture_output=True, text=True, env={**os.environ, **path}
    )
    assert done.stdout.strip() == "False", done.stderr
