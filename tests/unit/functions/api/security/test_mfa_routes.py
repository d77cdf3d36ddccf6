"""The second factor through the handler: set up, owed at a login, proved again, disabled; and what guesses come to."""

import time

import pytest

from docchain.identity import attempts, mfa_proof, mfa_totp
from docchain.identity.mfa_proof import log_in_with_code
from docchain.identity.mfa_secrets import MfaSecrets
from docchain.identity.step_up import StepUpRequired, require_step_up
from functions.api.auth.handler import handler as auth
from functions.api.security import dependencies
from functions.api.security.handler import handler
from tests.support.identity import (
    ORIGIN,
    PASSWORD,
    a_login,
    a_user,
    authorized,
    change_user,
    claims_of,
    facts_of,
)
from tests.support.mfa import Authenticator, a_protected_user
from tests.support.rest import a_caller, call

SECURITY = "/api/v3/security"
WRONG = "000000"


@pytest.fixture
def secrets(accounts) -> MfaSecrets:
    return dependencies.secrets()


@pytest.fixture
def user(accounts):
    return a_user(accounts)


@pytest.fixture
def ada(accounts, secrets):
    return a_protected_user(accounts, secrets)


@pytest.fixture(autouse=True)
def no_code_is_the_wrong_one(monkeypatch):
    """One in a million codes is 000000."""
    find = mfa_totp.matching_step
    monkeypatch.setattr(mfa_totp, "matching_step", lambda s, code, *m: None if code == WRONG else find(s, code, *m))


def post(path, body=None, caller=None):
    return call(handler, "POST", f"{SECURITY}{path}", body, caller)


def code_of(answer):
    status, body = answer
    return status, body["error"]["code"]


def log_in(ada, door=handler, path=f"{SECURITY}/auth/login"):
    return call(door, "POST", path, {"username": ada.user.username, "password": PASSWORD})


def a_challenge(ada):
    status, body = log_in(ada)
    assert status == 200
    return body["challenge_id"]


def answer(challenge, code):
    return post("/auth/mfa", {"challenge_id": challenge, "code": code})


def the_caller(accounts, user):
    return authorized(a_login(accounts, user).access_token)


# Setting it up ------------------------------------------------------------------------------------------------------


def test_an_authenticator_scans_the_address_and_its_code_activates(accounts, user):
    caller = the_caller(accounts, user)
    status, begun = post("/mfa/enroll", caller=caller)
    assert status == 200
    assert begun["otpauth_uri"].startswith("otpauth://totp/Document%20Workflow%20Chain:")
    assert begun["secret"] in begun["otpauth_uri"]
    assert begun["qr_code"].startswith("data:image/svg+xml")
    code = Authenticator.scanning(begun["otpauth_uri"]).code()
    status, active = post("/mfa/verify", {"code": code}, caller)
    assert status == 200
    assert len(set(active["recovery_codes"])) == 10
    assert call(handler, "GET", f"{SECURITY}/mfa", caller=caller)[1]["recovery_codes_left"] == 10
    assert accounts.users.read(user.tenant_id, 1).mfa_enabled


def test_what_was_only_begun_protects_nothing_yet(accounts, user):
    caller = the_caller(accounts, user)
    post("/mfa/enroll", caller=caller)
    assert call(handler, "GET", f"{SECURITY}/mfa", caller=caller)[1]["enabled"] is False
    assert (
        "access_token"
        in call(handler, "POST", f"{SECURITY}/auth/login", {"username": user.username, "password": PASSWORD})[1]
    )


def test_begun_twice_the_second_secret_counts(accounts, user):
    caller = the_caller(accounts, user)
    first, second = (Authenticator.scanning(post("/mfa/enroll", caller=caller)[1]["otpauth_uri"]) for _ in range(2))
    assert code_of(post("/mfa/verify", {"code": first.code()}, caller)) == (422, "INVALID_MFA_CODE")
    assert post("/mfa/verify", {"code": second.code()}, caller)[0] == 200


def test_nothing_begun_and_begun_too_long_ago_is_409(accounts, user):
    caller = the_caller(accounts, user)
    assert code_of(post("/mfa/verify", {"code": WRONG}, caller)) == (409, "MFA_NOT_ENABLED")
    authenticator = Authenticator.scanning(post("/mfa/enroll", caller=caller)[1]["otpauth_uri"])
    accounts.table.update(f"{user.tenant_id}#account#1", "totp", set_={"expires_at": 1})
    assert code_of(post("/mfa/verify", {"code": authenticator.code()}, caller)) == (409, "MFA_NOT_ENABLED")


def test_an_active_one_is_not_replaced(accounts, ada):
    """Else a stolen session would put the thief's authenticator in place of the owner's."""
    assert code_of(post("/mfa/enroll", caller=ada.caller)) == (409, "MFA_ALREADY_ENABLED")
    assert code_of(post("/mfa/verify", {"code": ada.next_code()}, ada.caller)) == (409, "MFA_ALREADY_ENABLED")


def test_neither_secret_nor_recovery_codes_are_kept_as_they_are(accounts, ada):
    kept = str(accounts.table.query_all(f"{ada.user.tenant_id}#account#1", most=100))
    assert ada.authenticator.secret not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in ada.recovery_codes)


def test_a_secret_that_is_copied_to_another_user_opens_nothing(accounts, secrets, ada):
    eve = a_protected_user(accounts, secrets)
    stolen = accounts.table.get(f"{ada.user.tenant_id}#account#1", "totp")["secret"]
    accounts.table.update(f"{eve.user.tenant_id}#account#1", "totp", set_={"secret": stolen})
    status, body = post("/mfa/step-up", {"code": ada.next_code()}, eve.caller)
    assert status == 500
    assert "secret" not in str(body).lower()


def test_no_code_and_no_secret_is_told_in_events(accounts, ada):
    answer(a_challenge(ada), ada.next_code())
    told = str(accounts.table.query_all(f"{ada.user.tenant_id}#outbox", most=1000))
    assert ada.authenticator.secret not in told
    assert not any(code in told for code in (*ada.recovery_codes, ada.next_code()))
    assert [len(facts_of(accounts, ada.user.tenant_id, kind)) for kind in ("mfa.enrolled", "mfa.verified")] == [1, 1]


# A login owes it ----------------------------------------------------------------------------------------------------


def test_the_right_password_alone_gives_no_tokens(accounts, ada):
    status, body = log_in(ada)
    assert status == 200
    assert set(body) == {"mfa_required", "challenge_id", "expires_in", "methods"}
    assert (body["mfa_required"], body["expires_in"]) == (True, 300)
    assert body["challenge_id"] not in str(accounts.table.query_all(f"{ada.user.tenant_id}#account#1", most=100))


def test_nor_at_the_other_door(ada):
    status, body = log_in(ada, auth, "/api/v3/auth/login")
    assert status == 200
    assert "access_token" not in body
    assert answer(body["challenge_id"], ada.next_code())[0] == 200


def test_with_the_code_it_is_a_login(accounts, ada):
    status, login = answer(a_challenge(ada), ada.next_code())
    assert status == 200
    assert (login["user_id"], login["username"], login["expires_in"]) == (1, ada.user.username, 1800)
    assert authorized(login["access_token"])
    facts = facts_of(accounts, ada.user.tenant_id, "user.logged_in")
    assert facts[-1]["data"]["second_factor"] == "totp"


def test_a_challenge_is_good_for_one_login(ada):
    challenge = a_challenge(ada)
    assert answer(challenge, ada.next_code())[0] == 200
    assert code_of(answer(challenge, ada.recovery_codes[0])) == (401, "INVALID_CHALLENGE")


def test_a_code_is_good_for_one_login(accounts, ada):
    first, second, code = a_challenge(ada), a_challenge(ada), ada.next_code()
    assert answer(first, code)[0] == 200
    assert code_of(answer(second, code)) == (401, "INVALID_MFA_CODE")
    assert len(facts_of(accounts, ada.user.tenant_id, "mfa.failed")) == 1


def test_the_code_that_activated_is_used_up(accounts, ada):
    # Not the code of now: half a minute may have ended since.
    step = accounts.table.get(f"{ada.user.tenant_id}#account#1", "totp")["last_step"]
    used = ada.authenticator.code(int(step) - int(time.time()) // 30)
    assert code_of(answer(a_challenge(ada), used)) == (401, "INVALID_MFA_CODE")


def test_an_older_code_is_refused_after_a_newer_one(ada):
    codes = [ada.authenticator.code(steps) for steps in (-1, 0, 1)]
    assert answer(a_challenge(ada), codes[-1])[0] == 200
    for code in codes:
        assert answer(a_challenge(ada), code)[0] == 401


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_a_code_of_a_clock_that_is_more_than_a_step_off_is_refused(accounts, ada, steps):
    accounts.table.update(f"{ada.user.tenant_id}#account#1", "totp", set_={"last_step": 0})
    assert answer(a_challenge(ada), ada.authenticator.code(steps))[0] == 401


def test_of_two_calls_with_one_code_at_the_same_time_one_fails(accounts, secrets, ada, monkeypatch):
    """The second has read everything before the first writes."""
    first, second, code = a_challenge(ada), a_challenge(ada), ada.next_code()
    prove, inner = mfa_proof.prove, []

    def overtaken(*arguments):
        proof = prove(*arguments)
        if not inner:
            inner.append("once")
            inner.append(log_in_with_code(accounts, secrets, second, code, ORIGIN))
        return proof

    monkeypatch.setattr(mfa_proof, "prove", overtaken)
    assert code_of(answer(first, code)) == (401, "INVALID_MFA_CODE")
    assert authorized(inner[1].access_token)
    assert len(facts_of(accounts, ada.user.tenant_id, "user.logged_in")) == 2


def test_of_two_calls_with_one_challenge_at_the_same_time_one_fails(accounts, secrets, ada, monkeypatch):
    """Each with a code of its own, so that the challenge alone stands between them."""
    challenge, inner = a_challenge(ada), []
    prove = mfa_proof.prove

    def overtaken(*arguments):
        proof = prove(*arguments)
        if not inner:
            inner.append("once")
            inner.append(log_in_with_code(accounts, secrets, challenge, ada.recovery_codes[0], ORIGIN))
        return proof

    monkeypatch.setattr(mfa_proof, "prove", overtaken)
    assert answer(challenge, ada.next_code())[0] == 401
    assert len(facts_of(accounts, ada.user.tenant_id, "user.logged_in")) == 2


def test_the_code_of_another_user_is_refused(accounts, secrets, ada):
    eve = a_protected_user(accounts, secrets)
    assert code_of(answer(a_challenge(ada), eve.next_code())) == (401, "INVALID_MFA_CODE")
    assert code_of(answer(a_challenge(ada), eve.recovery_codes[0])) == (401, "INVALID_MFA_CODE")
    assert answer(a_challenge(eve), eve.next_code())[0] == 200


def test_a_challenge_turned_to_another_user_or_tenant_is_none(accounts, secrets, ada):
    eve = a_protected_user(accounts, secrets)
    mine, hers = a_challenge(eve), a_challenge(ada)
    rest = mine.split(".", 1)[1]
    for turned in (
        mine.replace(eve.user.tenant_id, ada.user.tenant_id),
        f"mfa_{ada.user.tenant_id}.{rest}",
        hers[:-43] + mine[-43:],
        hers[:-1],
        hers + "A",
        mine.replace(".1.", ".2."),
        mine.replace(".1.", ".01."),
    ):
        assert code_of(answer(turned, eve.next_code())) == (401, "INVALID_CHALLENGE"), turned


@pytest.mark.parametrize("junk", ["x", "mfa_...", "mfa_a.1.b.c", "rt_" + "A" * 90, "' OR 1=1", "mfa_\x00.1"])
def test_what_is_no_challenge_is_refused_alike(accounts, junk):
    assert code_of(answer(junk, WRONG)) == (401, "INVALID_CHALLENGE")


@pytest.mark.parametrize("change", [{"token_version": 2}, {"is_active": False}, {"mfa_enabled": False}])
def test_a_new_password_a_ban_and_a_disabled_factor_end_challenges(accounts, ada, change):
    challenge = a_challenge(ada)
    change_user(accounts, ada.user, **change)
    assert code_of(answer(challenge, ada.next_code())) == (401, "INVALID_CHALLENGE")


def test_a_challenge_ends_after_five_minutes_though_ttl_deletes_late(accounts, ada):
    challenge = a_challenge(ada)
    sk = f"challenge#{challenge.split('.')[2]}"
    accounts.table.update(f"{ada.user.tenant_id}#account#1", sk, set_={"expires_at": 1})
    assert code_of(answer(challenge, ada.next_code())) == (401, "INVALID_CHALLENGE")


def test_five_guesses_and_no_more_however_many_challenges(accounts, ada):
    heard = [code_of(answer(a_challenge(ada), WRONG)) for _ in range(5)]
    assert heard == [(401, "INVALID_MFA_CODE")] * 5
    status, body = answer(a_challenge(ada), ada.next_code())
    assert (status, body["error"]["code"]) == (429, "TOO_MANY_ATTEMPTS")
    assert code_of(post("/mfa/step-up", {"code": ada.next_code()}, ada.caller)) == (429, "TOO_MANY_ATTEMPTS")
    assert code_of(answer(a_challenge(ada), ada.recovery_codes[0])) == (429, "TOO_MANY_ATTEMPTS")
    assert len(facts_of(accounts, ada.user.tenant_id, "mfa.failed")) == 5


def test_the_right_code_clears_the_count(accounts, ada):
    for _ in range(4):
        answer(a_challenge(ada), WRONG)
    assert answer(a_challenge(ada), ada.next_code())[0] == 200
    key = f"{ada.user.tenant_id}#failures#mfa#1"
    assert accounts.guard.get(key, attempts.COUNTER) is None


def test_without_a_challenge_nobody_can_lock_a_second_factor(accounts, ada):
    forged = f"mfa_{ada.user.tenant_id}.1.{'0' * 26}.{'A' * 43}"
    for _ in range(10):
        assert code_of(answer(forged, WRONG)) == (401, "INVALID_CHALLENGE")
    assert answer(a_challenge(ada), ada.next_code())[0] == 200


# Recovery codes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spell", [str, str.lower, lambda c: c.replace("-", ""), lambda c: c.replace("-", " ")])
def test_a_recovery_code_logs_in_once_in_any_spelling(accounts, ada, spell):
    code = ada.recovery_codes[3]
    assert answer(a_challenge(ada), spell(code))[0] == 200
    assert code_of(answer(a_challenge(ada), code)) == (401, "INVALID_MFA_CODE")
    (fact,) = facts_of(accounts, ada.user.tenant_id, "mfa.recovery_code_used")
    assert fact["data"]["left"] == 9


def test_each_of_the_ten_is_good_once(accounts, ada):
    for code in ada.recovery_codes:
        assert answer(a_challenge(ada), code)[0] == 200
    assert answer(a_challenge(ada), ada.next_code())[0] == 200
    assert call(handler, "GET", f"{SECURITY}/mfa", caller=ada.caller)[0] == 200


# Proving again ------------------------------------------------------------------------------------------------------


def test_who_has_proved_it_may_and_for_fifteen_minutes(accounts, ada):
    _, login = answer(a_challenge(ada), ada.next_code())
    caller = authorized(login["access_token"])
    require_step_up(accounts, caller)
    at = (f"{ada.user.tenant_id}#session#{claims_of(login['access_token'])['sid']}", "session")
    proved = accounts.table.get(*at)["mfa_at"]
    accounts.table.update(*at, set_={"mfa_at": proved - 15 * 60})
    with pytest.raises(StepUpRequired):
        require_step_up(accounts, caller)
    status, body = post("/mfa/step-up", {"code": ada.recovery_codes[0]}, caller)
    assert (status, body["method"], body["expires_in"]) == (200, "recovery_code", 900)
    require_step_up(accounts, caller)


def test_a_session_from_before_the_second_factor_has_not_proved_it(accounts, secrets, user):
    old = the_caller(accounts, user)
    ada = a_protected_user(accounts, secrets, user)
    with pytest.raises(StepUpRequired):
        require_step_up(accounts, old)
    require_step_up(accounts, ada.caller)


def test_who_has_none_passes_and_cannot_prove_any(accounts, user):
    caller = the_caller(accounts, user)
    require_step_up(accounts, caller)
    assert code_of(post("/mfa/step-up", {"code": WRONG}, caller)) == (409, "MFA_NOT_ENABLED")


def test_a_used_code_proves_nothing_again(accounts, ada):
    code = ada.next_code()
    assert post("/mfa/step-up", {"code": code}, ada.caller)[0] == 200
    assert code_of(post("/mfa/step-up", {"code": code}, ada.caller)) == (422, "INVALID_MFA_CODE")


def test_a_session_that_ended_proves_nothing(accounts, ada):
    accounts.sessions.revoke(ada.user.tenant_id, ada.caller.session_id, 1, reason="logout", actor="ada")
    assert post("/mfa/step-up", {"code": ada.next_code()}, ada.caller)[0] == 401


# Ending it ----------------------------------------------------------------------------------------------------------


def test_code_and_password_end_it(accounts, ada):
    assert post("/mfa/disable", {"code": ada.next_code(), "password": PASSWORD}, ada.caller)[0] == 200
    assert "access_token" in log_in(ada)[1]
    assert accounts.table.query_all(f"{ada.user.tenant_id}#account#1", prefix="recovery", most=9) == []
    assert len(facts_of(accounts, ada.user.tenant_id, "mfa.disabled")) == 1


def test_so_does_a_recovery_code_for_who_lost_the_authenticator(ada):
    body = {"code": ada.recovery_codes[9], "password": PASSWORD}
    assert post("/mfa/disable", body, ada.caller)[0] == 200


def test_a_wrong_code_and_a_wrong_password_are_refused_alike_and_counted(ada):
    wrong = [{"code": WRONG, "password": PASSWORD}, {"code": ada.next_code(), "password": "Wrong-1234"}] * 2
    heard = {str(post("/mfa/disable", body, ada.caller)) for body in wrong}
    assert len(heard) == 1
    assert "INVALID_MFA_CODE" in heard.pop()
    post("/mfa/disable", wrong[0], ada.caller)
    right = {"code": ada.next_code(), "password": PASSWORD}
    assert code_of(post("/mfa/disable", right, ada.caller)) == (429, "TOO_MANY_ATTEMPTS")


def test_a_wrong_password_does_not_use_up_the_code(ada):
    code = ada.next_code()
    post("/mfa/disable", {"code": code, "password": "Wrong-1234"}, ada.caller)
    assert post("/mfa/disable", {"code": code, "password": PASSWORD}, ada.caller)[0] == 200


# Who may ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["enroll", "verify", "step-up", "disable"])
def test_an_api_key_has_no_second_factor(ada, path):
    key = a_caller(ada.user.tenant_id, session_id="").model_copy(update={"api_key_id": "k1"})
    body = {"code": WRONG, **({"password": PASSWORD} if path == "disable" else {})}
    assert code_of(post(f"/mfa/{path}", None if path == "enroll" else body, key)) == (403, "SESSION_REQUIRED")


@pytest.mark.parametrize("path", ["enroll", "verify", "step-up", "disable"])
def test_nor_has_nobody(accounts, path):
    body = {"code": WRONG, **({"password": PASSWORD} if path == "disable" else {})}
    assert post(f"/mfa/{path}", None if path == "enroll" else body)[0] == 401


def test_one_users_factor_is_nothing_to_another_of_any_tenant(accounts, ada):
    status, body = call(handler, "GET", f"{SECURITY}/mfa", caller=the_caller(accounts, a_user(accounts)))
    assert (status, body["enabled"], body["recovery_codes_left"]) == (200, False, 0)


@pytest.mark.parametrize("code", ["", "12345", "1" * 33, None, 492039, ["492039"]])
def test_what_is_no_code_is_422_and_counts_nothing(accounts, ada, code):
    assert code_of(post("/mfa/step-up", {"code": code}, ada.caller)) == (422, "VALIDATION_ERROR")
    assert accounts.guard.get(f"{ada.user.tenant_id}#failures#mfa#1", attempts.COUNTER) is None


@pytest.mark.parametrize("code", ["１２３４５６", "12345x", "-12345", "1e5000", "٣٣٣٣٣٣"])
def test_digits_of_other_alphabets_are_wrong_and_no_failure_of_ours(ada, code):
    assert code_of(post("/mfa/step-up", {"code": code}, ada.caller)) == (422, "INVALID_MFA_CODE")
