"""The policies over HTTP: who may read and who may make them."""

import pytest

from docchain.identity.policies import Policies
from functions.api.security.handler import handler
from tests.support.rest import a_caller, call

PATH = "/api/v3/security/policies"
STRICTER = {"password": {"min_length": 12}}


def test_an_administrator_makes_the_rules_that_everybody_reads(tenant):
    status, answer = call(handler, "PUT", PATH, STRICTER, a_caller(tenant))
    assert (status, answer["password"]["min_length"], answer["lockout_minutes"]) == (200, 12, 15)
    assert call(handler, "GET", PATH, None, a_caller(tenant, roles=("guest",))) == (200, answer)


@pytest.mark.parametrize("role", ["moderator", "user", "guest"])
def test_nobody_else_makes_rules(tenant, role):
    assert call(handler, "PUT", PATH, STRICTER, a_caller(tenant, roles=(role,)))[0] == 403
    assert call(handler, "GET", PATH, None, a_caller(tenant))[1] == Policies().model_dump(mode="json")


def test_another_tenants_rules_stay_as_they_are(tenant):
    call(handler, "PUT", PATH, STRICTER, a_caller(tenant))
    assert call(handler, "GET", PATH, None, a_caller(f"{tenant}x"))[1] == Policies().model_dump(mode="json")


def test_without_a_token_nobody_reads_them(tenant):
    assert call(handler, "GET", PATH)[0] == 401


def test_what_is_out_of_bounds_names_its_field(tenant):
    status, answer = call(handler, "PUT", PATH, {"password": {"min_length": 1}}, a_caller(tenant))
    assert (status, answer["error"]["details"][0]["field"]) == (422, "password.min_length")


def test_a_read_is_one_call_and_a_change_two(tenant, aws_calls):
    aws_calls.clear()
    call(handler, "GET", PATH, None, a_caller(tenant))
    assert aws_calls == ["GetItem"]
    aws_calls.clear()
    call(handler, "PUT", PATH, STRICTER, a_caller(tenant))
    assert aws_calls == ["GetItem", "TransactWriteItems"]
