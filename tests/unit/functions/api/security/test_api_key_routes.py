"""API keys over HTTP: shown once, one's own alone, fifty at most, and none that makes another."""

import pytest

from docchain.clock import epoch
from docchain.identity.api_keys import repository
from functions.api.security.handler import handler
from tests.support.identity import a_login, a_user, authorized, facts_of, the_session
from tests.support.rest import call

KEYS = "/api/v3/security/api-keys"


@pytest.fixture
def login(accounts):
    return a_login(accounts)


@pytest.fixture
def owner(login):
    caller = authorized(login.access_token)
    assert caller is not None
    return caller


def create(owner, headers=None, **fields):
    return call(handler, "POST", KEYS, {"name": "import", **fields}, owner, headers)


def test_a_key_is_shown_once_and_listed_without_its_secret(accounts, owner):
    status, made = create(owner, expires_days=90)
    assert status == 200
    assert made["api_key"].startswith(f"dck_{owner.tenant_id}.{made['api_key_id']}.")
    assert (made["name"], made["permissions"]) == ("import", ["read"])
    assert made["expires_at"] > made["created_at"]
    status, listed = call(handler, "GET", KEYS, None, owner)
    assert (status, [key["api_key_id"] for key in listed["api_keys"]]) == (200, [made["api_key_id"]])
    status, one = call(handler, "GET", f"{KEYS}/{made['api_key_id']}", None, owner)
    assert (status, one) == (200, listed["api_keys"][0])
    for shown in (listed, one):
        assert made["api_key"][-48:] not in str(shown)
        assert "hash" not in str(shown)


def test_the_newest_comes_first(owner):
    names = ["a", "b", "c"]
    for name in names:
        create(owner, name=name)
    _, listed = call(handler, "GET", KEYS, None, owner)
    assert [key["name"] for key in listed["api_keys"]] == names[::-1]


def test_what_is_made_rotated_and_revoked_is_told_without_secrets(accounts, owner):
    _, made = create(owner)
    _, rotated = call(handler, "POST", f"{KEYS}/{made['api_key_id']}/rotate", {"overlap_hours": 1}, owner)
    call(handler, "DELETE", f"{KEYS}/{made['api_key_id']}", None, owner)
    for kind in ("api_key.created", "api_key.rotated", "api_key.revoked"):
        (fact,) = facts_of(accounts, owner.tenant_id, kind)
        assert (fact["subject"], fact["actor"]) == (f"api_keys/{made['api_key_id']}", owner.username)
        for secret in (made["api_key"][-48:], rotated["api_key"][-48:]):
            assert secret not in str(fact)


def test_the_same_idempotency_key_makes_one_key_and_does_not_show_it_again(owner):
    once = {"Idempotency-Key": "k1"}
    _, first = create(owner, once)
    status, again = create(owner, once)
    assert (status, again["api_key_id"], again["api_key"]) == (200, first["api_key_id"], None)
    assert "rotate" in again["message"]
    assert create(owner, once, name="another")[0] == 409
    assert len(call(handler, "GET", KEYS, None, owner)[1]["api_keys"]) == 1


def test_the_same_idempotency_key_rotates_once(owner):
    _, made = create(owner)
    path, once = f"{KEYS}/{made['api_key_id']}/rotate", {"Idempotency-Key": "k1"}
    _, first = call(handler, "POST", path, None, owner, once)
    status, again = call(handler, "POST", path, None, owner, once)
    assert status == 200
    assert first["api_key"] not in (None, made["api_key"])
    assert (again["api_key"], again["rotated_at"]) == (None, first["rotated_at"])


def test_two_people_may_choose_the_same_idempotency_key(accounts, owner):
    once = {"Idempotency-Key": "k1"}
    _, first = create(owner, once)
    session_id = "other"
    user = accounts.users.read(owner.tenant_id, owner.user_id).model_copy(update={"id": 2, "username": "bob"})
    accounts.table.put({"pk": f"{user.tenant_id}#users", "sk": f"{2:012d}", **user.model_dump(exclude={"tenant_id"})})
    session = accounts.sessions.find(owner.tenant_id, owner.session_id).model_copy(
        update={"id": session_id, "user_id": 2}
    )
    accounts.table.transact([accounts.sessions.opening(session)])
    bob = owner.model_copy(update={"user_id": 2, "session_id": session_id})
    status, second = create(bob, once)
    assert status == 200
    assert second["api_key"] is not None
    assert second["api_key_id"] != first["api_key_id"]


def test_an_expired_key_makes_room_and_is_not_found(accounts, owner, monkeypatch):
    monkeypatch.setattr(repository, "KEYS_MOST", 1)
    _, made = create(owner, expires_days=1)
    key_id = made["api_key_id"]
    accounts.table.update(f"{owner.tenant_id}#api_key#{key_id}", "api_key", set_={"expires_at": epoch() - 1})
    accounts.table.update(f"{owner.tenant_id}#api_keys#{owner.user_id}", "api_keys", set_={f"k_{key_id}": epoch() - 1})
    assert call(handler, "GET", f"{KEYS}/{key_id}", None, owner)[0] == 404
    assert create(owner)[0] == 200


def test_a_revoked_key_is_gone_and_makes_room(owner, monkeypatch):
    monkeypatch.setattr(repository, "KEYS_MOST", 1)
    _, made = create(owner)
    path = f"{KEYS}/{made['api_key_id']}"
    assert call(handler, "DELETE", path, None, owner)[0] == 200
    assert call(handler, "DELETE", path, None, owner)[0] == 404
    assert authorized(made["api_key"]) is None
    assert create(owner)[0] == 200


def test_another_tenants_and_another_users_key_is_404(accounts, owner):
    _, made = create(owner)
    elsewhere = authorized(a_login(accounts, a_user(accounts)).access_token)
    for stranger in (elsewhere, owner.model_copy(update={"user_id": 2})):
        assert call(handler, "GET", f"{KEYS}/{made['api_key_id']}", None, stranger)[0] == 404
        assert made["api_key_id"] not in str(call(handler, "GET", KEYS, None, stranger)[1])
    for method, path in (("DELETE", made["api_key_id"]), ("POST", f"{made['api_key_id']}/rotate")):
        assert call(handler, method, f"{KEYS}/{path}", None, elsewhere)[0] == 404
    assert authorized(made["api_key"])


@pytest.mark.parametrize("role", ["moderator", "user", "guest"])
def test_only_an_administrator_makes_a_key_of_administration(owner, role):
    caller = owner.model_copy(update={"roles": frozenset({role})})
    assert create(caller, permissions=["admin"])[0] == 403
    assert create(caller, permissions=["read"])[0] == 200
    assert create(owner, permissions=["admin"])[0] == 200


def test_a_key_makes_no_keys_and_is_not_the_person(owner):
    _, made = create(owner, permissions=["admin"])
    key = authorized(made["api_key"])
    assert key is not None
    for method, path in (
        ("POST", KEYS),
        ("GET", KEYS),
        ("POST", f"{KEYS}/{made['api_key_id']}/rotate"),
        ("DELETE", f"{KEYS}/{made['api_key_id']}"),
    ):
        status, body = call(handler, method, path, {"name": "n"} if path == KEYS and method == "POST" else None, key)
        assert (status, body["error"]["code"]) == (403, "SESSION_REQUIRED")


def test_who_has_a_second_factor_proves_it_first(accounts, login, owner):
    accounts.table.update(f"{owner.tenant_id}#users", f"{owner.user_id:012d}", set_={"mfa_enabled": True})
    status, body = create(owner)
    assert (status, body["error"]["code"]) == (403, "STEP_UP_REQUIRED")
    session = the_session(accounts, login)
    accounts.table.update(f"{owner.tenant_id}#session#{session.id}", "session", set_={"mfa_at": epoch()})
    assert create(owner)[0] == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "n" * 101), ("permissions", []), ("permissions", ["root"]),
        ("permissions", ["users:admin"]), ("allowed_addresses", ["1.2.3.4/33"]),
        ("expires_days", 0), ("expires_days", 366), ("allowed_addresses", ["nowhere"]),
        ("allowed_addresses", ["10.0.0.1"] * 21), ("user_id", 2), ("roles", ["admin"]),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_422(owner, field, value):
    assert create(owner, **{field: value})[0] == 422


@pytest.mark.parametrize("hours", [-1, 169])
def test_an_overlap_is_a_week_at_most(owner, hours):
    _, made = create(owner)
    assert call(handler, "POST", f"{KEYS}/{made['api_key_id']}/rotate", {"overlap_hours": hours}, owner)[0] == 422


def test_without_a_token_nothing_is_told_or_made(aws_account):
    assert call(handler, "GET", KEYS)[0] == 401
    assert call(handler, "POST", KEYS, {"name": "n"})[0] == 401


def test_a_new_key_takes_three_calls_and_a_list_two(owner, aws_calls):
    aws_calls.clear()
    create(owner)
    assert aws_calls == ["BatchGetItem", "GetItem", "TransactWriteItems"]
    aws_calls.clear()
    call(handler, "GET", KEYS, None, owner)
    assert aws_calls == ["GetItem", "BatchGetItem"]
