"""Users as administrators and moderators see and change them, through the group's handler."""

import json

import pytest

from docchain.audit.chain import Chain
from docchain.clock import epoch
from docchain.events.models import Event
from docchain.identity.api_keys.issue import NewApiKey, create_api_key
from docchain.identity.api_keys.repository import ApiKeyRepository
from docchain.identity.errors import InvalidCredentials
from docchain.identity.requests import Credentials
from docchain.identity.sign_in import log_in
from docchain.storage.table import Table
from functions.api.auth.handler import handler
from tests.support.identity import ORIGIN, PASSWORD, a_user, an_application, change_user, claims_of, facts_of
from tests.support.members import a_founder, a_joined_user, a_member
from tests.support.rest import a_context, call, rest_event

USERS = "/api/v3/auth/users"


@pytest.fixture
def member(accounts, admin):
    return a_member(accounts, admin.tenant_id, "user")


def names(answer):
    status, users = answer
    assert status == 200
    return [user["username"] for user in users]


def test_the_list_has_everybody_of_the_tenant_and_nobody_else(accounts, admin, member):
    a_founder(accounts)
    assert names(call(handler, "GET", USERS, caller=admin.caller)) == [admin.user.username, member.user.username]


def test_the_list_has_no_secret(admin):
    _, users = call(handler, "GET", USERS, caller=admin.caller)
    assert "password" not in json.dumps(users)
    assert set(users[0]) == {
        *("id", "username", "email", "full_name", "is_active", "created_at"),
        *("roles", "mfa_enabled", "last_login_at"),
    }


def test_the_list_is_filtered_by_role_state_and_the_beginning_of_a_name(accounts, admin, member):
    banned = a_joined_user(accounts, admin.tenant_id, "guest")
    change_user(accounts, banned, is_active=False)
    ask = admin.caller
    assert names(call(handler, "GET", f"{USERS}?role=admin", caller=ask)) == [admin.user.username]
    assert names(call(handler, "GET", f"{USERS}?is_active=false", caller=ask)) == [banned.username]
    beginning = member.user.username[:-1].upper()
    assert member.user.username in names(call(handler, "GET", f"{USERS}?q={beginning}", caller=ask))
    assert names(call(handler, "GET", f"{USERS}?q=nobody", caller=ask)) == []


@pytest.mark.parametrize("filtered", ["", "&role=user"])
def test_pages_together_are_the_list(accounts, admin, filtered):
    joined = [a_joined_user(accounts, admin.tenant_id, "user").username for _ in range(3)]
    seen, path = [], f"{USERS}?limit=2{filtered}"
    while path:
        answer = handler(rest_event("GET", path, caller=admin.caller), a_context())
        page = json.loads(answer["body"])
        assert len(page) <= 2
        seen += [user["username"] for user in page]
        link = answer["headers"].get("link")
        path = link.partition("<")[2].partition(">")[0] if link else None
    assert seen == [admin.user.username, *joined]


def test_a_cursor_of_another_tenant_opens_nothing(accounts, admin, member):
    other = a_founder(accounts)
    answer = handler(rest_event("GET", f"{USERS}?limit=1", caller=admin.caller), a_context())
    path = answer["headers"]["link"].partition("<")[2].partition(">")[0]
    assert call(handler, "GET", path, caller=other.caller)[0] == 422


@pytest.mark.parametrize("query", ["role=root", "is_active=perhaps", "q=a b", "q=%23", "limit=1001", "limit=0"])
def test_a_bad_filter_is_422(admin, query):
    assert call(handler, "GET", f"{USERS}?{query}", caller=admin.caller)[0] == 422


def test_a_list_costs_one_read_beside_the_note_in_the_audit(admin, aws_calls):
    caller = admin.caller
    aws_calls.clear()
    call(handler, "GET", USERS, caller=caller)
    assert aws_calls == ["Query", "TransactWriteItems"]


def test_reading_others_is_told_once_an_hour_and_reading_oneself_never(accounts, admin, member):
    for path in (USERS, USERS, member.path, member.path, admin.path):
        assert call(handler, "GET", path, caller=admin.caller)[0] == 200
    told = facts_of(accounts, admin.tenant_id, "data.accessed")
    assert [fact["subject"] for fact in told] == ["users", f"users/{member.user.id}"]
    mark = accounts.table.get(f"{admin.tenant_id}#disclosures#1", "users")
    accounts.table.put({**mark, "expires_at": epoch() - 1})
    call(handler, "GET", USERS, caller=admin.caller)
    assert len(facts_of(accounts, admin.tenant_id, "data.accessed")) == 3


def test_a_moderator_reads_users_and_changes_none(accounts, admin, member):
    moderator = a_member(accounts, admin.tenant_id, "moderator", "user").caller
    assert call(handler, "GET", USERS, caller=moderator)[0] == 200
    assert call(handler, "GET", member.path, caller=moderator)[0] == 200
    for method, path, body in changes(member):
        assert call(handler, method, path, body, caller=moderator)[0] == 403


@pytest.mark.parametrize("role", ["user", "guest"])
def test_users_and_guests_see_nobody(accounts, admin, member, role):
    caller = a_member(accounts, admin.tenant_id, role).caller
    for method, path, body in [("GET", USERS, None), ("GET", member.path, None), *changes(member)]:
        assert call(handler, method, path, body, caller=caller)[0] == 403


def test_another_tenants_user_is_404(accounts, admin):
    stranger = a_founder(accounts)
    second = a_member(accounts, stranger.tenant_id, "user")
    for method, path, body in [("GET", second.path, None), *changes(second)]:
        assert call(handler, method, path, body, caller=admin.caller)[0] == 404
    assert accounts.users.read(stranger.tenant_id, second.user.id).roles == ("user",)


def test_every_change_wants_a_fresh_second_factor_of_who_has_one(accounts, admin, member):
    caller = admin.caller
    change_user(accounts, admin.user, mfa_enabled=True)
    for method, path, body in changes(member):
        status, answer = call(handler, method, path, body, caller=caller)
        assert (status, answer["error"]["code"]) == (403, "STEP_UP_REQUIRED")
    assert accounts.users.read(admin.tenant_id, member.user.id).roles == ("user",)


def test_new_roles_end_the_tokens_given_out_before(accounts, admin, member):
    status, user = call(handler, "PUT", f"{member.path}/roles", {"roles": ["user", "moderator"]}, caller=admin.caller)
    assert (status, user["roles"]) == (200, ["moderator", "user"])
    assert not member.is_let_in
    (fact,) = facts_of(accounts, admin.tenant_id, "user.roles_changed")
    assert fact["data"] == {
        "user_id": member.user.id,
        "before": {"roles": ["user"]},
        "after": {"roles": ["moderator", "user"]},
    }
    (over,) = facts_of(accounts, admin.tenant_id, "sessions.revoked")
    assert over["data"]["session_ids"] == [claims_of(member.token)["sid"]]


def test_the_same_roles_again_change_nothing(accounts, admin, member):
    assert call(handler, "PUT", f"{member.path}/roles", {"roles": ["user", "user"]}, caller=admin.caller)[0] == 200
    assert member.is_let_in
    assert facts_of(accounts, admin.tenant_id, "user.roles_changed") == []


@pytest.mark.parametrize("roles", [[], ["root"], ["admin", "Admin"], "admin", None, ["user"] * 5])
def test_roles_that_are_none_are_422(admin, member, roles):
    assert call(handler, "PUT", f"{member.path}/roles", {"roles": roles}, caller=admin.caller)[0] == 422


def test_nobody_changes_their_own_roles(accounts, admin):
    a_member(accounts, admin.tenant_id, "admin")
    status, answer = call(handler, "PUT", f"{admin.path}/roles", {"roles": ["user"]}, caller=admin.caller)
    assert (status, answer["error"]["code"]) == (409, "OWN_ROLES")


def test_a_ban_ends_tokens_and_logins_until_it_is_lifted(accounts, admin, member):
    assert call(handler, "POST", f"{member.path}/deactivate", caller=admin.caller)[1]["is_active"] is False
    assert not member.is_let_in
    mine = Credentials(username=member.user.username, password=PASSWORD)
    with pytest.raises(InvalidCredentials):
        log_in(accounts, mine, ORIGIN)
    assert call(handler, "POST", f"{member.path}/activate", caller=admin.caller)[1]["is_active"] is True
    assert not member.is_let_in, "a token of before the ban stays dead"
    log_in(accounts, mine, ORIGIN)
    for kind in ("user.deactivated", "user.activated"):
        assert len(facts_of(accounts, admin.tenant_id, kind)) == 1


def test_the_last_administrator_can_neither_be_deleted_nor_deactivated(admin):
    for method, path in (("DELETE", admin.path), ("POST", f"{admin.path}/deactivate")):
        status, answer = call(handler, method, path, caller=admin.caller)
        assert (status, answer["error"]["code"]) == (409, "LAST_ADMINISTRATOR")
    assert admin.is_let_in


def test_a_banned_administrator_does_not_count(accounts, admin):
    second = a_member(accounts, admin.tenant_id, "admin")
    call(handler, "POST", f"{second.path}/deactivate", caller=admin.caller)
    assert call(handler, "POST", f"{admin.path}/deactivate", caller=admin.caller)[0] == 409


def test_a_deleted_user_is_gone_and_leaves_the_names(accounts, admin, member):
    wanted = NewApiKey(name="nightly", permissions=("read",))
    key = create_api_key(ApiKeyRepository(accounts.table), member.caller, wanted, None).key
    accounts.table.put({"pk": f"{admin.tenant_id}#account#{member.user.id}", "sk": "totp", "entity": "totp"})
    assert call(handler, "DELETE", member.path, caller=admin.caller) == (200, {"message": "User deleted"})

    assert not member.is_let_in
    assert call(handler, "GET", member.path, caller=admin.caller)[0] == 404
    assert names(call(handler, "GET", USERS, caller=admin.caller)) == [admin.user.username]
    left = {
        item["sk"]: item
        for partition in ("users", f"account#{member.user.id}", f"api_keys#{member.user.id}", f"api_key#{key.id}")
        for item in accounts.table.query_all(f"{admin.tenant_id}#{partition}", most=100)
    }
    assert set(left) == {"000000000001", "000000000002"}
    for personal in (member.user.username, member.user.email, member.user.password_hash):
        assert personal not in json.dumps(left["000000000002"])
    index = accounts.table.query(
        f"{admin.tenant_id}#user#{member.user.id}", index="by_user", index_keys=("gsi_pk", "gsi_sk")
    )
    assert index.items == []
    assert a_user(accounts, username=member.user.username, email=member.user.email)
    (fact,) = facts_of(accounts, admin.tenant_id, "user.deleted")
    assert fact["subject"] == f"users/{member.user.id}"


def test_the_audit_forgets_a_deleted_user(accounts, admin, member):
    audit, tenant_id = Table(accounts.table.client, "audit"), admin.tenant_id
    told = accounts.table.query_all(f"{tenant_id}#outbox", most=100)
    Chain(audit).append(tenant_id, [Event.model_validate(item["event"]) for item in told])
    entries = f"{tenant_id}#audit#000000"
    assert member.user.username in json.dumps(audit.query_all(entries, most=100))
    call(handler, "DELETE", member.path, caller=admin.caller)
    left = json.dumps(audit.query_all(entries, most=100))
    assert member.user.username not in left
    assert admin.user.username in left


def test_the_number_of_a_deleted_user_is_nobody_elses(accounts, admin, member):
    call(handler, "DELETE", member.path, caller=admin.caller)
    assert a_joined_user(accounts, admin.tenant_id).id == member.user.id + 1
    for method, path, body in [("GET", member.path, None), *changes(member)]:
        assert call(handler, method, path, body, caller=admin.caller)[0] == 404


def test_a_deletion_that_was_cut_goes_on_when_asked_again(accounts, admin, member, monkeypatch):
    import docchain.identity.deletion as deletion

    def cut(*_):
        raise InterruptedError

    monkeypatch.setattr(deletion, "_delete", cut)
    status, answer = call(handler, "DELETE", member.path, caller=admin.caller)
    assert (status, answer["error"]["code"]) == (500, "INTERNAL_SERVER_ERROR")
    monkeypatch.undo()
    assert not member.is_let_in
    assert call(handler, "GET", member.path, caller=admin.caller)[1]["is_active"] is False
    assert call(handler, "DELETE", member.path, caller=admin.caller)[0] == 200
    assert call(handler, "GET", member.path, caller=admin.caller)[0] == 404


def test_an_administrator_corrects_a_profile(accounts, admin, member):
    change = {"full_name": "Ada King", "email": an_application().email}
    status, user = call(handler, "PUT", member.path, change, caller=admin.caller)
    assert (status, user["full_name"], user["email"]) == (200, change["full_name"], change["email"])
    (fact,) = facts_of(accounts, admin.tenant_id, "user.updated")
    assert fact["data"]["after"] == {"full_name": "***", "email": "a***@example.com"}
    assert member.user.email not in json.dumps(fact)


def changes(member):
    return [
        ("PUT", member.path, {"full_name": "Other"}),
        ("PUT", f"{member.path}/roles", {"roles": ["admin"]}),
        ("POST", f"{member.path}/deactivate", None),
        ("POST", f"{member.path}/activate", None),
        ("DELETE", member.path, None),
    ]
