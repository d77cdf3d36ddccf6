"""The authorizer's real handler on the event that API Gateway sends."""

import io
import json
from pathlib import Path

import pytest

from docchain.clock import epoch
from docchain.identity.policies import ApiPolicy, Policies, PolicyRepository
from docchain.observability import logger
from functions.authorizers.rest.handler import handler
from tests.support.identity import (
    a_key,
    a_login,
    a_token,
    a_user,
    an_authorizer_event,
    authorized,
    effect_of,
    the_session,
)
from tests.support.rest import a_context


def test_a_good_token_opens_the_whole_stage_for_its_caller(accounts):
    login = a_login(accounts)
    answer = handler(an_authorizer_event(login.access_token), a_context())
    assert answer["principalId"] == f"{login.user.tenant_id}:1"
    (statement,) = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "execute-api:Invoke")
    assert statement["Resource"] == "arn:aws:execute-api:eu-west-1:123456789012:abcd1234/v1/*"
    assert all(isinstance(value, str) for value in answer["context"].values())


def test_the_context_becomes_the_caller_again(accounts):
    login = a_login(accounts)
    caller = authorized(login.access_token)
    assert (caller.tenant_id, caller.user_id, caller.session_id) == (
        login.user.tenant_id,
        1,
        the_session(accounts, login).id,
    )


@pytest.mark.parametrize("token", [None, "", "junk", "a.b.c"])
def test_without_a_good_token_the_answer_is_401(accounts, token):
    assert authorized(token) is None


def test_the_sample_is_refused_by_everybodys_key(accounts):
    sample = json.loads(Path("events/authorizers/rest.json").read_text())
    assert effect_of(handler(sample, a_context())) == "Deny"


def test_the_log_says_what_was_wrong_and_not_the_token(accounts, monkeypatch):
    log, expired = io.StringIO(), a_token(accounts.key, exp=1)
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    assert authorized(expired) is None
    assert json.loads(log.getvalue())["refused"] == "ExpiredSignatureError"
    assert expired not in log.getvalue()


@pytest.mark.parametrize("scheme", ["Basic {}", "{}", "bearer{}", "Token {}"])
def test_another_scheme_is_401(accounts, scheme):
    event = an_authorizer_event(None)
    event["headers"] = {"Authorization": scheme.format(a_login(accounts).access_token)}
    assert effect_of(handler(event, a_context())) == "Deny"


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_names_of_header_and_scheme_are_taken_in_any_case(accounts, name, scheme):
    event = an_authorizer_event(None)
    event["headers"] = {name: f"{scheme} {a_login(accounts).access_token}"}
    assert handler(event, a_context())["principalId"]


def test_after_logout_the_very_next_question_is_answered_with_no(accounts):
    login = a_login(accounts)
    assert authorized(login.access_token)
    session = the_session(accounts, login)
    accounts.sessions.revoke(session.tenant_id, session.id, 1, reason="logout", actor="ada")
    assert authorized(login.access_token) is None


@pytest.mark.parametrize("token", ["refresh", "expired"])
def test_other_tokens_of_ours_are_401(accounts, token):
    login = a_login(accounts)
    others = {"refresh": login.refresh_token, "expired": a_token(accounts.key, exp=1)}
    assert authorized(others[token]) is None


def test_a_table_that_does_not_answer_is_no_401(accounts, monkeypatch):
    """API Gateway then says 503: the token may well be good."""
    login = a_login(accounts)

    def dead(**_):
        raise ConnectionError("away")

    monkeypatch.setattr(accounts.table.client, "batch_get_item", dead)
    with pytest.raises(ConnectionError):
        authorized(login.access_token)


def test_an_api_key_comes_as_a_bearer_token_too(accounts):
    issued = a_key(accounts, a_user(accounts))
    caller = authorized(issued.text)
    assert (caller.api_key_id, caller.session_id) == (issued.key.id, "")
    assert authorized(f"{issued.text[:-1]}{'A' if issued.text[-1] != 'A' else 'B'}") is None


def test_what_was_wrong_with_a_key_is_for_the_log_alone(accounts, monkeypatch):
    log, key = io.StringIO(), a_key(accounts, a_user(accounts)).text
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    assert authorized(f"{key}x") is None
    assert json.loads(log.getvalue())["refused"] == "form"
    assert key not in log.getvalue()


def test_an_authorization_is_one_read_and_at_most_one_write(accounts, aws_calls):
    login = a_login(accounts)
    key = a_key(accounts, login.user).text
    authorized(login.access_token)
    aws_calls.clear()
    authorized(login.access_token)
    assert aws_calls == ["BatchGetItem"]
    aws_calls.clear()
    authorized(key)
    assert aws_calls == ["BatchGetItem", "TransactWriteItems"]


def test_a_blocked_address_is_handed_on_for_the_door_to_refuse(accounts):
    login = a_login(accounts)
    assert authorized(login.access_token).blocked_address == ""
    block = {"pk": f"{login.user.tenant_id}#blocked#203.0.113.9", "sk": "blocked", "expires_at": epoch() + 60}
    accounts.table.put(block)
    assert authorized(login.access_token).blocked_address == "203.0.113.9"


def test_the_policys_limits_are_handed_on(accounts):
    login = a_login(accounts)
    wanted = Policies(api=ApiPolicy(rate_limit_per_minute=7, max_request_size_mb=2))
    PolicyRepository(accounts.table).replace(login.user.tenant_id, wanted, "ada")
    caller = authorized(login.access_token)
    assert (caller.rate_limit, caller.request_megabytes) == (7, 2)
