"""The policies over HTTP: who may read and who may make them."""

import pytest

from docchain.identity.policies import Policies
from functions.api.security import dependencies
from functions.api.security.handler import handler
from tests.support.identity import a_login, authorized
from tests.support.mfa import a_protected_user
from tests.support.rest import a_caller, call

PATH = "/api/v3/security/policies"
STRICTER = {"password": {"min_length": 12}}


@pytest.fixture
def administrator(accounts):
    """With a session that exists: what is dangerous looks it up."""
    return authorized(a_login(accounts).access_token)


@pytest.fixture
def tenant(administrator):
    return administrator.tenant_id


def test_an_administrator_makes_the_rules_that_everybody_reads(tenant, administrator):
    status, answer = call(handler, "PUT", PATH, STRICTER, administrator)
    assert (status, answer["password"]["min_length"], answer["lockout_minutes"]) == (200, 12, 15)
    assert call(handler, "GET", PATH, None, a_caller(tenant, roles=("guest",))) == (200, answer)


@pytest.mark.parametrize("role", ["moderator", "user", "guest"])
def test_nobody_else_makes_rules(tenant, role):
    assert call(handler, "PUT", PATH, STRICTER, a_caller(tenant, roles=(role,)))[0] == 403
    assert call(handler, "GET", PATH, None, a_caller(tenant))[1] == Policies().model_dump(mode="json")


def test_another_tenants_rules_stay_as_they_are(tenant, administrator):
    assert call(handler, "PUT", PATH, STRICTER, administrator)[0] == 200
    assert call(handler, "GET", PATH, None, a_caller(f"{tenant}x"))[1] == Policies().model_dump(mode="json")


def test_without_a_token_nobody_reads_them(tenant):
    assert call(handler, "GET", PATH)[0] == 401


def test_what_is_out_of_bounds_names_its_field(tenant):
    status, answer = call(handler, "PUT", PATH, {"password": {"min_length": 1}}, a_caller(tenant))
    assert (status, answer["error"]["details"][0]["field"]) == (422, "password.min_length")


def test_who_has_a_second_factor_proves_it_first(accounts):
    ada = a_protected_user(accounts, dependencies.secrets())
    at = (f"{ada.user.tenant_id}#session#{ada.caller.session_id}", "session")
    accounts.table.update(*at, set_={"mfa_at": 1})
    status, answer = call(handler, "PUT", PATH, STRICTER, ada.caller)
    assert (status, answer["error"]["code"]) == (403, "STEP_UP_REQUIRED")


def test_a_read_is_one_call_and_a_change_three(tenant, administrator, aws_calls):
    aws_calls.clear()
    call(handler, "GET", PATH, None, a_caller(tenant))
    assert aws_calls == ["GetItem"]
    aws_calls.clear()
    call(handler, "PUT", PATH, STRICTER, administrator)
    assert aws_calls == ["BatchGetItem", "GetItem", "TransactWriteItems"]
