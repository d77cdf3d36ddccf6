"""Proofs over REST: what is answered is checked offline, and only those who may see it do."""

import json
from typing import Any

import pytest

from docchain.ids import new_ulid
from docchain.verify.files import check
from functions.api.audit.handler import handler
from tests.support.audit import the_audit, written
from tests.support.rest import a_caller, a_context, call, rest_event

AUDIT = "/api/v3/security/audit"


def get(tenant: str, path: str, **caller: Any) -> Any:
    return call(handler, "GET", f"{AUDIT}{path}", caller=a_caller(tenant, **caller))


def post(tenant: str, path: str, body: Any = None, **caller: Any) -> Any:
    return call(handler, "POST", f"{AUDIT}{path}", body, caller=a_caller(tenant, **caller))


def facts(tenant: str) -> list[str]:
    return [item["event"]["type"] for item in the_audit().query_all(f"{tenant}#outbox", most=50)]


def test_a_chain_is_verified_page_by_page(tenant: str) -> None:
    written(tenant, 5)
    post(tenant, "/heads")
    status, body = get(tenant, "/verify?limit=3")
    assert (status, body["valid"], body["complete"], body["checked"]) == (200, True, False, {"first": 1, "last": 3})
    answer = handler(rest_event("GET", f"{AUDIT}/verify?limit=3", caller=a_caller(tenant)), a_context())
    assert 'rel="next"' in answer["headers"]["link"]
    status, body = get(tenant, f"/verify?limit=3&cursor={body['next_cursor']}")
    assert (body["valid"], body["complete"], body["heads_checked"], body["total_entries"]) == (True, True, 1, 5)


def test_a_bad_entry_is_named(tenant: str) -> None:
    from tests.support.audit import tamper

    written(tenant, 3)
    tamper(tenant, 2, name="x")
    status, body = get(tenant, "/verify")
    assert (status, body["valid"], body["truncated"]) == (200, False, False)
    assert (body["first_bad"]["seq"], body["first_bad"]["field"]) == (2, "hash")


def test_a_truncated_chain_is_told(tenant: str) -> None:
    from tests.support.audit import vanish

    written(tenant, 3)
    post(tenant, "/heads")
    vanish(tenant, 3)
    body = get(tenant, "/verify")[1]
    assert (body["valid"], body["truncated"], body["first_bad"]["seq"]) == (False, True, 3)


def test_a_proof_is_a_file_that_is_checked_offline(tenant: str) -> None:
    written(tenant, 4)
    first = post(tenant, "/heads")[1]["head"]
    written(tenant, 3)
    second = post(tenant, "/heads")[1]["head"]
    for path in ("/proof/audit_2", f"/consistency?first={first['size']}&second={second['size']}"):
        status, body = get(tenant, path)
        assert status == 200
        assert check(json.dumps(body).encode(), {}).is_valid
    assert "data.accessed" in facts(tenant)


def test_heads_are_signed_on_demand_and_listed_newest_first(tenant: str) -> None:
    sizes = []
    for _ in range(3):
        written(tenant, 2)
        status, body = post(tenant, "/heads")
        assert (status, body["is_new"]) == (200, True)
        sizes.append(body["head"]["size"])
    assert post(tenant, "/heads")[1]["is_new"] is False
    status, body = get(tenant, "/heads?limit=2")
    assert [h["size"] for h in body["heads"]] == sizes[:0:-1]
    body = get(tenant, f"/heads?limit=2&cursor={body['next_cursor']}")[1]
    assert ([h["size"] for h in body["heads"]], body["next_cursor"]) == (sizes[:1], None)
    assert facts(tenant).count("audit.head_signed") == 3


def test_nothing_on_the_record_cannot_be_signed(tenant: str) -> None:
    status, body = post(tenant, "/heads")
    assert (status, body["error"]["code"]) == (409, "AUDIT_EMPTY")


def test_keys_are_shown_to_any_session(tenant: str) -> None:
    status, body = get(tenant, "/keys", roles=("guest",))
    assert (status, body["keys"][0]["alg"]) == (200, "ES256")
    assert call(handler, "GET", f"{AUDIT}/keys")[0] == 401


@pytest.mark.parametrize("path", ["/verify", "/proof/audit_1", "/consistency?first=1&second=1", "/heads"])
def test_who_may_not_audit_sees_nothing(tenant: str, path: str) -> None:
    assert get(tenant, path, roles=("user",))[0] == 403
    assert call(handler, "GET", f"{AUDIT}{path}")[0] == 401


@pytest.mark.parametrize(("path", "body"), [("/heads", None), ("/erase", {"user_id": 7, "confirmation": "erase 7"})])
def test_only_an_administrator_signs_and_erases(tenant: str, path: str, body: Any) -> None:
    assert post(tenant, path, body, roles=("moderator",))[0] == 403


def test_another_tenants_record_is_not_there(tenant: str) -> None:
    written(tenant, 2)
    post(tenant, "/heads")
    other = f"t_{new_ulid()}"
    assert get(other, "/proof/audit_1")[0] == 404
    assert get(other, "/consistency?first=2&second=2")[0] == 404
    assert get(other, "/heads")[1] == {"heads": [], "next_cursor": None}
    assert get(other, "/verify")[1]["total_entries"] == 0
    cursor = get(tenant, "/heads?limit=1")[1]["next_cursor"]
    if cursor:
        assert get(other, f"/heads?cursor={cursor}")[0] == 422


@pytest.mark.parametrize(
    "path", ["/proof/17", "/proof/audit_0", "/verify?cursor=x", "/verify?limit=10001", "/heads?cursor=x"]
)
def test_what_is_asked_wrongly_is_refused(tenant: str, path: str) -> None:
    assert get(tenant, path)[0] == 422


def test_erasing_a_user_needs_to_be_confirmed(tenant: str) -> None:
    written(tenant, 2, user_id=7)
    for body in ({"user_id": 7}, {"user_id": 7, "confirmation": "erase 8"}, {"user_id": 7, "confirmation": "yes"}):
        assert post(tenant, "/erase", body)[0] == 422
    status, body = post(tenant, "/erase", {"user_id": 7, "confirmation": "erase 7"})
    assert (status, body["erased"], body["is_complete"]) == (200, 2, False)
    assert get(tenant, "/verify")[1]["valid"] is True
    assert "user.personal_data_erased" in facts(tenant)
