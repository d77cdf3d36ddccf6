"""Finding workflows by tag, status and words over the real handler, without reading all of them."""

from typing import Any

import pytest

from docchain.workflows import listing
from docchain.workflows.index import places_of
from functions.api.workflows import dependencies
from functions.api.workflows.handler import handler
from tests.support.rest import a_caller, a_context, call, rest_event

BASE = "/api/v3/workflows"


@pytest.fixture
def api(tenant: str) -> Any:
    caller = a_caller(tenant)
    return lambda method, path, body=None, **headers: call(handler, method, path, body, caller, headers)


@pytest.fixture
def shelf(api: Any) -> None:
    """Ids 1 to 5."""
    for name, description, tags in [
        ("Invoice approval", "Reads an invoice, asks a person", ["finance"]),
        ("Contract review", "Risks of a contract", ["legal", "Review"]),
        ("Übersetzung", "Translates contracts and invoices", ["language"]),
        ("invoice archive", None, ["finance", "archive"]),
        ("Meeting minutes", "In short", []),
    ]:
        assert api("POST", BASE, {"name": name, "description": description, "tags": tags})[0] == 200
    assert api("PUT", f"{BASE}/4", {"status": "active"})[0] == 200


def found(api: Any, query: str) -> list[int]:
    status, body = api("GET", f"{BASE}?{query}")
    assert status == 200, body
    return [w["id"] for w in body]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("tag=finance", [1, 4]),
        ("tag=FINANCE", [1, 4]),
        ("tag=review", [2]),
        ("tag=none", []),
        ("status=active", [4]),
        ("status=draft&tag=finance", [1]),
        ("status=draft&sort=-id", [5, 3, 2, 1]),
        ("search=invoice&sort=id", [1, 3, 4]),
        ("search=INVOIC&sort=-id", [4, 3, 1]),
        ("search=contract&status=draft&sort=id", [2, 3]),
        ("search=review%20contract", [2]),
        ("search=uber", [3]),
        ("search=%C3%9Cber", [3]),
        ("search=voice", []),
        ("search=invoice&tag=archive", [4]),
        ("sort=name", [2, 1, 4, 5, 3]),
        ("sort=-name", [3, 5, 4, 1, 2]),
        ("sort=name&tag=finance", [1, 4]),
        ("sort=-created_at&limit=2", [5, 4]),
        ("sort=-id&skip=3", [2, 1]),
        ("tag=finance&skip=1", [4]),
    ],
)
def test_what_is_asked_for_is_found(api: Any, shelf: None, query: str, ids: list[int]) -> None:
    assert found(api, query) == ids


def test_a_search_finds_each_once_though_two_of_its_words_begin_so(api: Any, shelf: None) -> None:
    assert sorted(found(api, "search=in")) == [1, 3, 4, 5]
    api("POST", BASE, {"name": "Invoice of an invoicer", "description": "invoices"})
    assert sorted(found(api, "search=invoice")) == [1, 3, 4, 6]


@pytest.mark.parametrize("query", ["search=in", "sort=name", "status=draft", "tag=finance", "sort=-id", ""])
def test_pages_of_one_are_the_same_list(api: Any, shelf: None, tenant: str, query: str) -> None:
    whole, pages = found(api, query), []
    path = f"{BASE}?{query}&limit=1"
    for _ in range(10):
        answer = handler(rest_event("GET", path, caller=a_caller(tenant)), a_context())
        pages += [w["id"] for w in call(handler, "GET", path, None, a_caller(tenant))[1]]
        link = answer["headers"].get("link")
        if link is None:
            break
        path = link[link.index("<") + 1 : link.index(">")]
    assert pages == whole


def test_a_request_looks_at_so_many_and_the_next_goes_on(
    api: Any, shelf: None, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "EXAMINED_MOST", 2)
    monkeypatch.setattr(listing, "_BATCH", 2)
    path, pages = f"{BASE}?sort=name&tag=finance&skip=1", []
    for _ in range(5):
        answer = handler(rest_event("GET", path, caller=a_caller(tenant)), a_context())
        pages.append([w["id"] for w in call(handler, "GET", path, None, a_caller(tenant))[1]])
        if (link := answer["headers"].get("link")) is None:
            break
        path = link[link.index("<") + 1 : link.index(">")]
    assert pages == [[], [4], []]


def test_a_change_moves_a_workflow_in_every_list(api: Any, shelf: None) -> None:
    api("PUT", f"{BASE}/1", {"name": "Bill approval", "description": "x", "tags": ["money"], "status": "active"})
    assert found(api, "search=invoice&sort=id") == [3, 4]
    assert found(api, "search=bill") == found(api, "tag=money") == [1]
    assert found(api, "tag=finance") == [4]
    assert found(api, "status=active") == [1, 4]
    assert found(api, "sort=name")[0] == 1
    api("PUT", f"{BASE}/1", {"tags": []})
    assert found(api, "tag=money") == []
    api("DELETE", f"{BASE}/1")
    assert found(api, "search=bill") == []
    assert found(api, "sort=name") == [2, 4, 5, 3]


def test_nothing_is_left_behind_in_the_lists(api: Any, shelf: None, tenant: str) -> None:
    """A list looks at the workflow behind each place, so what is left would not show; it would only grow."""
    table, before = dependencies.workflows().table, dependencies.workflows().read(tenant, 1)
    api("PUT", f"{BASE}/1", {"name": "Bill", "description": "x", "tags": ["money"], "status": "active"})
    after = dependencies.workflows().read(tenant, 1)
    left = places_of(tenant, before).keys() - places_of(tenant, after).keys()
    assert len(left) > 5
    assert table.get_many(left) == {}
    assert len(table.get_many(places_of(tenant, after))) == len(places_of(tenant, after))
    api("DELETE", f"{BASE}/1")
    assert table.get_many(places_of(tenant, after)) == {}


def test_nothing_of_another_tenant_is_found(api: Any, shelf: None, tenant: str) -> None:
    stranger = a_caller(f"{tenant}x")
    for query in ("search=invoice", "tag=finance", "status=active", "sort=name", ""):
        assert call(handler, "GET", f"{BASE}?{query}", None, stranger) == (200, [])


def test_a_list_by_tag_is_two_calls(api: Any, shelf: None, aws_calls: list[str]) -> None:
    aws_calls.clear()
    found(api, "tag=finance")
    assert aws_calls == ["Query", "BatchGetItem"]


@pytest.mark.parametrize(
    "query", ["search=!", "search=a", "sort=size", "status=asleep", "tag=a/b", f"search={'x' * 201}"]
)
def test_what_cannot_be_asked_is_422(api: Any, query: str) -> None:
    assert api("GET", f"{BASE}?{query}")[0] == 422


@pytest.mark.parametrize("tags", [["a#b"], [""], ["x" * 40], [f"t{i}" for i in range(11)], ["_a"], [7]])
def test_a_tag_that_cannot_be_is_422(api: Any, tags: list[Any]) -> None:
    assert api("POST", BASE, {"name": "x", "tags": tags})[0] == 422


def test_tags_are_lower_case_and_each_once(api: Any) -> None:
    assert api("POST", BASE, {"name": "x", "tags": [" Legal", "legal", "q-3.x"]})[1]["tags"] == ["legal", "q-3.x"]


def test_the_most_words_and_tags_change_in_one_write(api: Any) -> None:
    def words(first: str) -> str:
        return " ".join(f"{first}{i:02d}" for i in range(60))

    body = {"name": words("aa")[:200], "description": words("bb"), "tags": [f"t{i}" for i in range(10)]}
    assert api("POST", BASE, body)[0] == 200
    other = {"name": words("cc")[:200], "description": words("dd"), "tags": [f"u{i}" for i in range(10)]}
    assert api("PUT", f"{BASE}/1", {**other, "status": "active"})[0] == 200
    assert (found(api, "search=cc00"), found(api, "search=aa00"), found(api, "tag=u9")) == ([1], [], [1])
