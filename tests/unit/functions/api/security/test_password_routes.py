"""Passwords over HTTP: judging, changing and resetting one, and what an attacker gets out of each."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from docchain.identity import attempts, resets
from docchain.identity.password_change import change_password
from docchain.identity.policies import PasswordPolicy, Policies, PolicyRepository
from docchain.identity.requests import Credentials
from docchain.identity.resets import InvalidResetLink, confirm_reset, make_link
from docchain.identity.sign_in import log_in
from docchain.storage.errors import ConditionFailed
from functions.api.security.handler import handler
from tests.support.identity import (
    ORIGIN,
    PASSWORD,
    a_login,
    a_name,
    a_user,
    authorized,
    change_user,
    claims_of,
    facts_of,
)
from tests.support.rest import a_caller, a_context, call, rest_event

NEW = "Tulip-Garnet-7"
JUDGE = "/api/v3/security/validate/password"
CHANGE = "/api/v3/security/auth/change-password"
RESET = "/api/v3/security/auth/reset-password"
CONFIRM = f"{RESET}/confirm"


def caller_of(login):
    return a_caller(login.user.tenant_id, session_id=claims_of(login.access_token)["sid"])


def change(accounts, login, current=PASSWORD, new=NEW):
    return call(handler, "POST", CHANGE, {"current_password": current, "new_password": new}, caller_of(login))


def confirm(token, new=NEW):
    status, answer = call(handler, "POST", CONFIRM, {"token": token, "new_password": new})
    return status, answer["error"]["code"] if status != 200 else answer["message"]


def logs_in(user, password):
    body = {"username": user.username, "password": password}
    return call(handler, "POST", "/api/v3/security/auth/login", body)[0] == 200


def a_link(accounts, user):
    return make_link(accounts.table, user.tenant_id, user.id)


INVALID = (400, "INVALID_RESET_LINK")
DONE = (200, "Password changed; log in again.")


# Judging ----------------------------------------------------------------------------------------------------------


def test_a_password_is_judged_from_the_body_or_from_the_query(aws_account):
    expected = {"valid": True, "strength": "very_strong", "score": 5}
    for answer in (
        call(handler, "POST", JUDGE, {"password": "Engine-1843"}),
        call(handler, "POST", f"{JUDGE}?password=Engine-1843"),
        call(handler, "POST", f"{JUDGE}?password=weak", {"password": "Engine-1843"}),
    ):
        assert answer[0] == 200
        assert answer[1].items() >= expected.items()


def test_a_weak_one_hears_why(aws_account):
    status, answer = call(handler, "POST", JUDGE, {"password": "password"})
    assert (status, answer["valid"], answer["strength"], answer["score"]) == (200, False, "weak", 1)
    assert "needs an upper-case letter" in answer["issues"]
    assert answer["recommendations"]


def test_without_a_password_there_is_nothing_to_judge(aws_account):
    assert call(handler, "POST", JUDGE)[0] == 422
    assert call(handler, "POST", JUDGE, {})[0] == 422


# Changing ---------------------------------------------------------------------------------------------------------


def test_a_change_ends_every_session_and_every_refresh_token(accounts):
    user = a_user(accounts)
    mine, other = a_login(accounts, user), a_login(accounts, user)
    assert change(accounts, mine) == (200, {"message": "Password changed; log in again."})
    for login in (mine, other):
        assert authorized(login.access_token) is None
        refreshed = call(handler, "POST", "/api/v3/security/auth/refresh", {"refresh_token": login.refresh_token})
        assert refreshed[0] == 401
    assert accounts.sessions.read_open(user.tenant_id, 1) == []
    assert (logs_in(user, PASSWORD), logs_in(user, NEW)) == (False, True)


def test_the_news_names_the_sessions_so_that_their_sockets_close_and_holds_no_secret(accounts):
    user = a_user(accounts)
    logins = [a_login(accounts, user) for _ in range(2)]
    change(accounts, logins[0])
    (over,) = facts_of(accounts, user.tenant_id, "sessions.revoked")
    assert over["data"] == {
        "user_id": 1,
        "reason": "password_changed",
        "session_ids": sorted(claims_of(login.access_token)["sid"] for login in logins),
    }
    (changed,) = facts_of(accounts, user.tenant_id, "user.password_changed")
    assert (changed["subject"], changed["data"]) == ("users/1", {"user_id": 1})


def test_a_session_opened_meanwhile_is_ended_too(accounts, monkeypatch):
    user = a_user(accounts)
    login = a_login(accounts, user)
    transact = accounts.table.client.transact_write_items
    late = []

    def overtaken(**arguments):
        if not late:
            late.append(None)
            late[0] = a_login(accounts, user)
        return transact(**arguments)

    monkeypatch.setattr(accounts.table.client, "transact_write_items", overtaken)
    assert change(accounts, login)[0] == 200
    assert authorized(late[0].access_token) is None
    (over,) = facts_of(accounts, user.tenant_id, "sessions.revoked")
    assert claims_of(late[0].access_token)["sid"] in over["data"]["session_ids"]


def test_who_does_not_know_the_old_one_changes_nothing_and_has_five_guesses(accounts):
    user = a_user(accounts)
    login = a_login(accounts, user)
    heard = [change(accounts, login, current="wrong")[0] for _ in range(6)]
    assert heard == [401] * 5 + [429]
    assert change(accounts, login)[0] == 429
    assert len(facts_of(accounts, user.tenant_id, "user.login_failed")) == 5
    assert authorized(login.access_token) is not None


def test_weak_new_passwords_are_no_guesses(accounts):
    login = a_login(accounts)
    for _ in range(7):
        status, answer = change(accounts, login, new="weak")
        assert (status, answer["error"]["code"]) == (422, "VALIDATION_ERROR")


def test_none_of_the_last_five_comes_again(accounts):
    user = a_user(accounts)
    used = [PASSWORD]
    for word in ("Tulip", "Kestrel", "Quartz", "Walnut", "Anvil"):
        assert change(accounts, log_in_with(accounts, user, used[-1]), used[-1], used[-1])[0] == 422
        used.append(f"{word}-Garnet-7")
        assert change(accounts, log_in_with(accounts, user, used[-2]), used[-2], used[-1])[0] == 200
    login = log_in_with(accounts, user, used[-1])
    for old in used[1:]:
        status, answer = change(accounts, login, used[-1], old)
        assert (status, answer["error"]["code"]) == (422, "PASSWORD_USED_BEFORE")
    assert change(accounts, login, used[-1], used[0])[0] == 200


def log_in_with(accounts, user, password):
    return log_in(accounts, Credentials(username=user.username, password=password), ORIGIN)


def test_earlier_passwords_are_kept_as_hashes_only(accounts):
    user = a_user(accounts)
    change(accounts, a_login(accounts, user))
    kept = accounts.table.get(f"{user.tenant_id}#account#1", "history")
    assert [h.startswith("$argon2id$") for h in kept["hashes"]] == [True]


def test_the_tenants_own_policy_judges_the_new_one(accounts):
    user = a_user(accounts)
    policies = Policies(password=PasswordPolicy(min_length=20))
    PolicyRepository(accounts.table).replace(user.tenant_id, policies, "ada")
    assert change(accounts, a_login(accounts, user))[0] == 422


def test_a_change_makes_the_password_young_again(accounts):
    user = a_user(accounts)
    change_user(accounts, user, created_at="2020-01-01T00:00:00.000Z")
    body = {"username": user.username, "password": PASSWORD}
    old = call(handler, "POST", "/api/v3/security/auth/login", body)[1]
    assert old["password_expired"]
    change(accounts, a_login(accounts, user))
    new = call(handler, "POST", "/api/v3/security/auth/login", {**body, "password": NEW})[1]
    assert not new["password_expired"]
    assert new["password_expires_at"] > old["password_expires_at"]


def test_an_api_key_changes_no_password(accounts):
    user = a_user(accounts)
    body = {"current_password": PASSWORD, "new_password": NEW}
    status, answer = call(handler, "POST", CHANGE, body, a_caller(user.tenant_id, session_id=""))
    assert (status, answer["error"]["code"]) == (403, "SESSION_REQUIRED")


def test_another_tenants_user_of_the_same_number_keeps_theirs(accounts):
    mine, theirs = a_user(accounts), a_user(accounts)
    change(accounts, a_login(accounts, mine))
    assert logs_in(theirs, PASSWORD)


def test_a_change_makes_three_calls_on_a_quiet_account(accounts, aws_calls):
    login = a_login(accounts)
    aws_calls.clear()
    change(accounts, login)
    assert aws_calls == ["BatchGetItem", "PutItem", "TransactWriteItems"]


def test_of_two_changes_at_once_one_wins_and_nothing_is_half_done(accounts, atomic_calls):
    user = a_user(accounts)
    login = a_login(accounts, user)
    news = ["Tulip-Garnet-7", "Walnut-Anvil-3"]

    def one(new):
        try:
            change_password(accounts, caller_of(login), PASSWORD, new, ORIGIN)
        except ConditionFailed:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert any(pool.map(one, news))
    open_now = [new for new in news if logs_in(user, new)]
    assert len(open_now) == 1


# Resetting --------------------------------------------------------------------------------------------------------


def test_asking_says_does_and_costs_the_same_for_everybody(accounts, aws_calls):
    """Enumeration: status, body and calls are the same for an address with and without an account."""

    def heard(email):
        aws_calls.clear()
        answer = call(handler, "POST", RESET, {"email": email})
        return answer, list(aws_calls)

    banned = a_user(accounts)
    change_user(accounts, banned, is_active=False)
    user = a_user(accounts)
    expected = heard(user.email)
    assert expected[0][0] == 200
    assert expected[1] == ["GetItem", "PutItem", "PutItem"]
    assert heard(f"{a_name()}@example.com") == expected
    assert heard(banned.email) == expected


def test_a_request_tells_the_worker_and_nobody_else_whose_it_is(accounts):
    user = a_user(accounts)
    call(handler, "POST", RESET, {"email": user.email.upper()})
    (fact,) = facts_of(accounts, user.tenant_id, "user.password_reset_requested")
    assert (fact["subject"], fact["data"]) == ("users/1", {"user_id": 1})
    unknown = f"{a_name()}@example.com"
    call(handler, "POST", RESET, {"email": unknown})
    facts = facts_of(accounts, "_anonymous", "user.password_reset_requested")
    assert facts[-1]["data"] == {"user_id": None}
    assert unknown not in str(facts)


def test_an_address_gets_three_mails_an_hour_and_so_does_nobody(accounts):
    user = a_user(accounts)
    for email in (user.email, f"{a_name()}@example.com"):
        spelled = [email, email.upper(), email, email]
        assert [call(handler, "POST", RESET, {"email": e})[0] for e in spelled] == [200, 200, 200, 429]
    assert len(facts_of(accounts, user.tenant_id, "user.password_reset_requested")) == 3


def test_a_link_sets_a_password_and_ends_every_session(accounts):
    user = a_user(accounts)
    login = a_login(accounts, user)
    assert confirm(a_link(accounts, user)) == DONE
    assert (logs_in(user, PASSWORD), logs_in(user, NEW)) == (False, True)
    assert authorized(login.access_token) is None
    assert facts_of(accounts, user.tenant_id, "user.password_reset")
    assert facts_of(accounts, user.tenant_id, "sessions.revoked")[0]["data"]["reason"] == "password_reset"


def test_a_link_works_once(accounts):
    link = a_link(accounts, a_user(accounts))
    assert confirm(link) == DONE
    assert confirm(link, "Walnut-Anvil-3") == INVALID


def test_of_ten_uses_at_once_one_wins(accounts, atomic_calls):
    link = a_link(accounts, a_user(accounts))

    def one(number):
        try:
            confirm_reset(accounts, link, f"Walnut-Anvil-{number}")
        except InvalidResetLink:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(one, range(10))) == 1


def test_the_newest_link_is_the_good_one(accounts):
    user = a_user(accounts)
    older, newer = a_link(accounts, user), a_link(accounts, user)
    assert confirm(older) == INVALID
    assert confirm(newer) == DONE


def test_after_half_an_hour_a_link_is_dead_though_ttl_has_not_come_by(accounts, monkeypatch):
    link, moment = a_link(accounts, a_user(accounts)), resets.epoch()
    monkeypatch.setattr(resets, "epoch", lambda: moment + 30 * 60 + 1)
    assert confirm(link) == INVALID


def test_a_link_of_one_account_opens_no_other(accounts):
    """Tampering: another tenant, another user, another secret, and what is no link at all."""
    user, other = a_user(accounts), a_user(accounts)
    link = a_link(accounts, user)
    a_link(accounts, other)
    secret = link.rpartition(".")[2]
    for forged in (
        link.replace(user.tenant_id, other.tenant_id),
        link.replace("reset-1", "reset-2"),
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        f"rs_{user.tenant_id}.reset-1.",
        f"rs_.reset-1.{secret}",
        f"rs_{user.tenant_id}#policies.reset-1.{secret}",
        f"{link}\n",
        "rs_" + "a" * 200,
        "é",
    ):
        assert confirm(forged) == INVALID
    assert confirm(link) == DONE


def test_a_weak_password_is_refused_and_leaves_the_link_good(accounts):
    user = a_user(accounts)
    link = a_link(accounts, user)
    assert confirm(link, "P@ssw0rd") == (422, "VALIDATION_ERROR")
    assert confirm(link, PASSWORD) == (422, "PASSWORD_USED_BEFORE")
    assert confirm(link) == DONE


def test_without_the_link_nobody_learns_what_a_tenant_asks_of_passwords(accounts):
    user = a_user(accounts)
    assert confirm(f"rs_{user.tenant_id}.reset-1.{'A' * 43}", "weak") == INVALID


def test_a_closed_account_is_not_opened_by_a_link(accounts):
    user = a_user(accounts)
    link = a_link(accounts, user)
    change_user(accounts, user, is_active=False)
    assert confirm(link) == INVALID


def test_a_password_set_meanwhile_by_its_owner_is_not_overwritten(accounts, monkeypatch):
    user = a_user(accounts)
    link = a_link(accounts, user)
    hashed = type(accounts.passwords).hash

    def overtaken(self, password):
        change_user(accounts, user, token_version=2)
        return hashed(self, password)

    monkeypatch.setattr(type(accounts.passwords), "hash", overtaken)
    assert confirm(link) == INVALID


def test_who_proved_to_own_the_address_is_no_longer_locked_out(accounts):
    user = a_user(accounts)
    for _ in range(5):
        assert not logs_in(user, "wrong")
    assert not logs_in(user, PASSWORD)
    assert confirm(a_link(accounts, user)) == DONE
    assert logs_in(user, NEW)


def test_only_a_hash_of_the_secret_is_kept(accounts):
    user = a_user(accounts)
    secret = a_link(accounts, user).rpartition(".")[2]
    kept = accounts.table.get(f"{user.tenant_id}#link#reset-1", "link")
    assert secret not in str(kept)
    assert kept["expires_at"] == pytest.approx(attempts.epoch() + 30 * 60, abs=2)


def test_a_confirmation_makes_two_calls(accounts, aws_calls):
    link = a_link(accounts, a_user(accounts))
    aws_calls.clear()
    confirm(link)
    assert aws_calls == ["BatchGetItem", "TransactWriteItems"]


def test_the_page_of_the_link_runs_its_own_script_and_no_other(aws_account):
    answer = handler(rest_event("GET", RESET), a_context())
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"].startswith("text/html")
    policy = answer["headers"]["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["body"].count("<script>") == 1


def test_no_password_is_answered_back(aws_account):
    answer = call(handler, "POST", CONFIRM, {"token": "x", "new_password": {"secret": "Engine-1843"}})
    assert answer[0] == 422
    assert "Engine-1843" not in str(answer)
