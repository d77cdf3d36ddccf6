"""One's own account, roles, and the tenant's name."""

import pytest

from docchain.auth.permissions import SCOPES_OF_ROLE
from functions.api.auth.handler import handler
from tests.support.identity import change_user, facts_of
from tests.support.members import a_founder, a_member
from tests.support.rest import call

ME, TENANT = "/api/v3/auth/me", "/api/v3/auth/tenant"


def test_ones_own_name_is_changed_and_read_again(admin):
    status, account = call(handler, "PUT", ME, {"full_name": "Ada King"}, caller=admin.caller)
    assert (status, account["full_name"]) == (200, "Ada King")
    assert call(handler, "GET", ME, caller=admin.caller) == (200, account)


@pytest.mark.parametrize(
    "field", ["roles", "is_active", "tenant_id", "password", "user_id", "token_version", "mfa_enabled", "deleted_at"]
)
def test_a_field_that_is_not_ones_own_to_set_is_422_and_named(accounts, admin, field):
    status, answer = call(handler, "PUT", ME, {"full_name": "Eve", field: ["admin"]}, caller=admin.caller)
    assert status == 422
    assert [d["field"] for d in answer["error"]["details"]] == [field]
    assert accounts.users.read(admin.tenant_id, 1) == admin.user.model_copy(
        update={"last_login_at": accounts.users.read(admin.tenant_id, 1).last_login_at}
    )


def test_a_new_address_wants_a_fresh_second_factor_and_a_name_does_not(accounts, admin):
    caller = admin.caller
    change_user(accounts, admin.user, mfa_enabled=True)
    assert call(handler, "PUT", ME, {"full_name": "Ada King"}, caller=caller)[0] == 200
    status, answer = call(handler, "PUT", ME, {"email": "ada.king@example.com"}, caller=caller)
    assert (status, answer["error"]["code"]) == (403, "STEP_UP_REQUIRED")


@pytest.mark.parametrize("change", [{"full_name": "Eve"}, {"email": "eve@example.com"}])
def test_an_api_key_changes_no_profile(admin, change):
    caller = admin.caller.model_copy(update={"session_id": "", "api_key_id": "1"})
    status, answer = call(handler, "PUT", ME, change, caller=caller)
    assert (status, answer["error"]["code"]) == (403, "SESSION_REQUIRED")


def test_roles_are_listed_with_their_scopes(accounts, admin):
    guest = a_member(accounts, admin.tenant_id, "guest").caller
    status, roles = call(handler, "GET", "/api/v3/auth/roles", caller=guest)
    assert status == 200
    assert {role["name"]: set(role["scopes"]) for role in roles} == SCOPES_OF_ROLE


def test_a_tenant_is_named_after_its_founder_until_an_administrator_renames_it(accounts, admin):
    assert call(handler, "GET", TENANT, caller=admin.caller)[1]["name"] == "Ada Lovelace"
    status, tenant = call(handler, "PUT", TENANT, {"name": "  Engines "}, caller=admin.caller)
    assert (status, tenant["id"], tenant["name"]) == (200, admin.tenant_id, "Engines")
    call(handler, "PUT", TENANT, {"name": "Engines"}, caller=admin.caller)
    (fact,) = facts_of(accounts, admin.tenant_id, "tenant.updated")
    assert fact["data"] == {"before": {"name": "Ada Lovelace"}, "after": {"name": "Engines"}}


def test_a_rename_is_of_ones_own_tenant_only(accounts, admin):
    other = a_founder(accounts)
    call(handler, "PUT", TENANT, {"name": "Engines"}, caller=admin.caller)
    assert call(handler, "GET", TENANT, caller=other.caller)[1]["name"] == "Ada Lovelace"


@pytest.mark.parametrize("role", ["moderator", "user", "guest"])
def test_only_administrators_rename(accounts, admin, role):
    caller = a_member(accounts, admin.tenant_id, role).caller
    assert call(handler, "GET", TENANT, caller=caller)[0] == 200
    assert call(handler, "PUT", TENANT, {"name": "Mine"}, caller=caller)[0] == 403


@pytest.mark.parametrize("body", [{}, {"name": " "}, {"name": "x" * 201}, {"name": "A", "admins": 9}, {"name": None}])
def test_a_name_that_is_none_is_422(admin, body):
    assert call(handler, "PUT", TENANT, body, caller=admin.caller)[0] == 422
