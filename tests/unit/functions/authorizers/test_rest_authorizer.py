"""The authorizer's real handler on the event that API Gateway sends."""

import io
import json
from pathlib import Path

import pytest

from docchain.observability import logger
from functions.authorizers.rest.handler import handler
from tests.support.identity import a_login, a_token, an_authorizer_event, authorized, effect_of, the_session
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
