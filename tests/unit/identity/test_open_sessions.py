"""At most so many sessions at once, however many logins come together; idle ones are over; ends are told one by one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import botocore.client
import pytest
from botocore.exceptions import ClientError

from docchain.clock import to_iso
from docchain.identity.errors import InvalidAccessToken, InvalidRefreshToken
from docchain.identity.policies import Policies, PolicyRepository, SessionPolicy
from docchain.identity.renewal import renew
from docchain.identity.verify import verify_access_token
from tests.support.identity import a_login, a_user, calls_made, change_user, facts_of, the_session


@pytest.fixture
def user(accounts):
    return a_user(accounts)


def is_live(accounts, login):
    try:
        verify_access_token(login.access_token, accounts.keys, accounts.sessions)
    except InvalidAccessToken:
        return False
    return True


def open_of(accounts, user):
    return [session.id for session in accounts.sessions.read_open(user.tenant_id, user.id)]


def the_policy(accounts, user, **changes):
    policies = Policies(session=SessionPolicy(**changes))
    PolicyRepository(accounts.table).replace(user.tenant_id, policies, actor="ada")


def last_seen(accounts, login, minutes_ago, seconds=0):
    session = the_session(accounts, login)
    moment = datetime.now(UTC) - timedelta(minutes=minutes_ago, seconds=seconds)
    at = (f"{session.tenant_id}#session#{session.id}", "session")
    accounts.table.update(*at, set_={"last_seen_at": to_iso(moment)})


def reasons(accounts, user):
    return [f["data"]["reason"] for f in facts_of(accounts, user.tenant_id, "session.revoked")]


def test_five_sessions_live_side_by_side_and_a_sixth_ends_the_oldest(accounts, user):
    logins = [a_login(accounts, user) for _ in range(6)]
    assert [is_live(accounts, login) for login in logins] == [False, True, True, True, True, True]
    assert open_of(accounts, user) == [the_session(accounts, login).id for login in reversed(logins[1:])]
    assert reasons(accounts, user) == ["too_many_sessions"]


def test_the_policy_says_how_many(accounts, user):
    the_policy(accounts, user, max_concurrent=1)
    first, second = a_login(accounts, user), a_login(accounts, user)
    assert not is_live(accounts, first)
    assert is_live(accounts, second)


def test_a_policy_made_stricter_ends_all_that_are_too_many_at_the_next_login(accounts, user):
    for _ in range(5):
        a_login(accounts, user)
    the_policy(accounts, user, max_concurrent=2)
    a_login(accounts, user)
    assert len(open_of(accounts, user)) == 2


def test_who_logged_out_leaves_room(accounts, user):
    logins = [a_login(accounts, user) for _ in range(5)]
    session = the_session(accounts, logins[4])
    assert accounts.sessions.revoke(session.tenant_id, session.id, 1, reason="logout", actor="ada")
    a_login(accounts, user)
    assert is_live(accounts, logins[0])
    assert reasons(accounts, user) == ["logout"]


def test_logins_at_the_same_moment_leave_no_more_than_allowed(accounts, user):
    """Each reads before any has written, which is what parallel logins do at worst."""
    logins = [a_login(accounts, user) for _ in range(5)]
    before = accounts.sessions.read_known(user.tenant_id, user.id)
    a_login(accounts, user)
    from docchain.identity import opening
    from docchain.identity.policies import DEFAULT
    from tests.support.identity import ORIGIN

    opening.open_session(accounts, accounts.users.read(user.tenant_id, 1), DEFAULT, before, ORIGIN, opening.Proof())
    assert len(open_of(accounts, user)) == 5
    assert [is_live(accounts, login) for login in logins] == [False, False, True, True, True]


@pytest.fixture
def one_call_at_a_time(monkeypatch):
    """As DynamoDB does it; moto copies its tables while other threads write. What lies between calls still mixes."""
    send, lock = botocore.client.BaseClient._make_api_call, threading.Lock()

    def locked(self, operation, arguments):
        with lock:
            return send(self, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", locked)


def test_twelve_logins_in_parallel_leave_five(accounts, user, one_call_at_a_time):
    accounts.key.public_key  # noqa: B018  # fetched before the threads run
    with ThreadPoolExecutor(4) as pool:
        logins = list(pool.map(lambda _: a_login(accounts, user), range(12)))
    assert sum(is_live(accounts, login) for login in logins) == 5
    assert len(open_of(accounts, user)) == 5


def test_an_idle_session_is_over_for_calls_and_for_renewal(accounts, user):
    login = a_login(accounts, user)
    last_seen(accounts, login, 59)
    assert is_live(accounts, login)
    last_seen(accounts, login, 60, seconds=2)
    assert not is_live(accounts, login)
    assert open_of(accounts, user) == []
    with pytest.raises(InvalidRefreshToken):
        renew(accounts, login.refresh_token)


def test_the_policy_says_how_long_a_session_may_be_idle(accounts, user):
    the_policy(accounts, user, timeout_minutes=5)
    login = a_login(accounts, user)
    last_seen(accounts, login, 6)
    assert not is_live(accounts, login)


def test_an_idle_session_makes_room_before_an_older_one_that_is_used(accounts, user):
    logins = [a_login(accounts, user) for _ in range(5)]
    last_seen(accounts, logins[3], 61)
    a_login(accounts, user)
    assert is_live(accounts, logins[0])
    assert reasons(accounts, user) == ["idle"]


def test_a_session_that_is_used_says_so_once_a_minute_and_not_more_often(accounts, user):
    login = a_login(accounts, user)
    is_live(accounts, login)
    last_seen(accounts, login, 2)
    before = the_session(accounts, login).last_seen_at
    with calls_made(accounts) as calls:
        assert is_live(accounts, login)
        assert is_live(accounts, login)
    assert calls == ["BatchGetItem", "UpdateItem", "BatchGetItem"]
    assert the_session(accounts, login).last_seen_at > before


def test_renewal_is_use_too(accounts, user):
    login = a_login(accounts, user)
    last_seen(accounts, login, 50)
    renew(accounts, login.refresh_token)
    assert the_session(accounts, login).seconds_idle() < 5


def test_a_session_that_ends_while_it_is_touched_stays_ended(accounts, user):
    login = a_login(accounts, user)
    last_seen(accounts, login, 2)
    read = the_session(accounts, login)
    accounts.sessions.revoke(read.tenant_id, read.id, 1, reason="logout", actor="ada")
    accounts.sessions.touch(read)
    assert the_session(accounts, login).last_seen_at == read.last_seen_at


def test_a_note_that_cannot_be_taken_refuses_nobody(accounts, user, monkeypatch):
    login = a_login(accounts, user)
    last_seen(accounts, login, 2)

    def throttled(**_):
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "UpdateItem")

    monkeypatch.setattr(accounts.table.client, "update_item", throttled)
    assert is_live(accounts, login)


def test_ending_all_ends_all_and_says_so_for_each(accounts, user):
    logins = [a_login(accounts, user) for _ in range(3)]
    assert accounts.sessions.revoke_all(user.tenant_id, 1, reason="revoked", actor="ada") == 3
    assert not any(is_live(accounts, login) for login in logins)
    assert reasons(accounts, user) == ["revoked"] * 3
    assert accounts.sessions.revoke_all(user.tenant_id, 1, reason="revoked", actor="ada") == 0


def test_ending_all_but_one_leaves_that_one(accounts, user):
    logins = [a_login(accounts, user) for _ in range(3)]
    kept = the_session(accounts, logins[1]).id
    assert accounts.sessions.revoke_all(user.tenant_id, 1, reason="revoked", actor="ada", keep=kept) == 2
    assert [is_live(accounts, login) for login in logins] == [False, True, False]


def test_ending_all_goes_round_an_item_that_ttl_has_deleted(accounts, user):
    gone, there = a_login(accounts, user), a_login(accounts, user)
    accounts.table.delete(f"{user.tenant_id}#session#{the_session(accounts, gone).id}", "session")
    assert accounts.sessions.revoke_all(user.tenant_id, 1, reason="revoked", actor="ada") == 1
    assert not is_live(accounts, there)


def test_a_new_password_closes_sockets_of_sessions_that_were_already_dead(accounts, user):
    """The token version ends them; the news is still told, by which listeners close sockets."""
    a_login(accounts, user)
    change_user(accounts, user, token_version=2)
    assert accounts.sessions.revoke_all(user.tenant_id, 1, reason="password_changed", actor="ada") == 1
    assert reasons(accounts, user) == ["password_changed"]


def test_nobody_ends_a_session_of_somebody_else(accounts, user):
    login = a_login(accounts, user)
    session = the_session(accounts, login)
    assert not accounts.sessions.revoke(user.tenant_id, session.id, 2, reason="revoked", actor="eve")
    assert not accounts.sessions.revoke("t_other", session.id, 1, reason="revoked", actor="eve")
    assert is_live(accounts, login)
