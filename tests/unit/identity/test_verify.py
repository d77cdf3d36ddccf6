"""A token counts while its session does, and a live session is remembered for less than five seconds."""

import pytest

from docchain.clock import epoch
from docchain.identity import live_sessions
from docchain.identity.errors import InvalidAccessToken
from docchain.identity.live_sessions import LIVE_SECONDS, LiveSessions
from docchain.identity.renewal import renew
from docchain.identity.verify import verify_access_token
from tests.support.identity import a_login, a_token, a_user, calls_made, change_user, claims_of, the_session


@pytest.fixture
def login(accounts):
    return a_login(accounts)


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr(live_sessions, "monotonic", lambda: Clock.now)
    return Clock


def caller_of(accounts, token):
    return verify_access_token(token, accounts.keys, accounts.sessions)


def refused(accounts, token):
    with pytest.raises(InvalidAccessToken):
        caller_of(accounts, token)
    return True


def end(accounts, login, reason="logout"):
    session = the_session(accounts, login)
    return accounts.sessions.revoke(session.tenant_id, session.id, session.user_id, reason=reason, actor="ada")


def change_session(accounts, login, **changes):
    session = the_session(accounts, login)
    accounts.table.update(f"{session.tenant_id}#session#{session.id}", "session", set_=changes)


def test_the_caller_is_who_logged_in(accounts, login):
    caller = caller_of(accounts, login.access_token)
    assert (caller.tenant_id, caller.user_id, caller.username) == (login.user.tenant_id, 1, login.user.username)
    assert caller.roles == {"admin", "user"}
    assert "workflows:write" in caller.scopes
    assert caller.session_id == the_session(accounts, login).id


def test_it_takes_one_read(accounts, login):
    caller_of(accounts, login.access_token)
    with calls_made(accounts) as calls:
        caller_of(accounts, login.access_token)
    assert calls == ["BatchGetItem"]


def test_a_revoked_session_is_refused_at_once(accounts, login):
    assert end(accounts, login)
    assert refused(accounts, login.access_token)


def test_ending_a_session_twice_is_told_once(accounts, login):
    assert end(accounts, login)
    assert not end(accounts, login)


def test_ending_a_session_that_never_was_writes_nothing(accounts, login):
    assert not accounts.sessions.revoke(login.user.tenant_id, "nobody", 1, reason="logout", actor="ada")
    assert accounts.sessions.find(login.user.tenant_id, "nobody") is None


def test_other_sessions_of_the_user_go_on(accounts, login):
    other = a_login(accounts, login.user)
    end(accounts, login)
    assert caller_of(accounts, other.access_token)


@pytest.mark.parametrize("change", [{"is_active": False}, {"token_version": 2}])
def test_a_ban_and_a_new_password_end_every_token(accounts, login, change):
    change_user(accounts, login.user, **change)
    assert refused(accounts, login.access_token)


def test_roles_are_those_of_now(accounts, login):
    change_user(accounts, login.user, roles=["guest"])
    caller = caller_of(accounts, login.access_token)
    assert caller.roles == {"guest"}
    assert "workflows:write" not in caller.scopes


def test_an_expired_session_is_refused_though_ttl_deletes_late(accounts, login):
    change_session(accounts, login, expires_at=epoch() - 1)
    assert refused(accounts, login.access_token)


def test_the_old_access_token_lives_on_beside_the_renewed_one(accounts, login):
    renewed = renew(accounts, login.refresh_token)
    assert caller_of(accounts, login.access_token) == caller_of(accounts, renewed.access_token)


def test_a_token_of_a_session_that_does_not_exist_is_refused(accounts, login):
    assert refused(accounts, a_token(accounts.key, tid=login.user.tenant_id))


def test_one_tenants_session_opens_nothing_in_another(accounts, login):
    other = a_user(accounts)
    sid = claims_of(login.access_token)["sid"]
    assert refused(accounts, a_token(accounts.key, tid=other.tenant_id, sid=sid))


def test_a_session_speaks_for_its_own_user_only(accounts, login):
    sid = claims_of(login.access_token)["sid"]
    user = login.user.model_copy(update={"id": 2})
    accounts.table.put({"pk": f"{user.tenant_id}#users", "sk": f"{2:012d}", **user.model_dump(exclude={"tenant_id"})})
    assert refused(accounts, a_token(accounts.key, tid=user.tenant_id, sid=sid, sub="2"))


def test_a_token_version_other_than_the_sessions_is_refused(accounts, login):
    sid = claims_of(login.access_token)["sid"]
    assert refused(accounts, a_token(accounts.key, tid=login.user.tenant_id, sid=sid, ver=2))


def test_a_refresh_token_is_no_access_token(accounts, login):
    assert refused(accounts, login.refresh_token)


def asked(live, accounts, login):
    session = the_session(accounts, login)
    return live.session_is_live(session.tenant_id, session.id, session.user_id)


def test_a_live_session_is_remembered_for_less_than_five_seconds(accounts, login, clock):
    live = LiveSessions(accounts.sessions)
    assert asked(live, accounts, login)
    end(accounts, login)
    clock.now += LIVE_SECONDS - 0.1
    assert asked(live, accounts, login)
    clock.now += 0.2
    assert not asked(live, accounts, login)
    assert LIVE_SECONDS < 5


def test_being_asked_often_does_not_lengthen_the_memory(accounts, login, clock):
    live = LiveSessions(accounts.sessions)
    assert asked(live, accounts, login)
    end(accounts, login)
    for _ in range(5):
        clock.now += 1
        answer = asked(live, accounts, login)
    assert not answer


def test_a_dead_session_is_not_remembered(accounts, clock):
    live = LiveSessions(accounts.sessions)
    assert not live.session_is_live("t", "nobody", 1)
    assert not live._seen


def test_the_memory_is_bounded(accounts, login, clock, monkeypatch):
    monkeypatch.setattr(live_sessions, "_REMEMBERED_MOST", 2)
    live = LiveSessions(accounts.sessions)
    for each in [a_login(accounts, login.user) for _ in range(4)]:
        assert asked(live, accounts, each)
    assert len(live._seen) == 2


def test_a_ban_is_seen_by_open_sockets_too(accounts, login):
    change_user(accounts, login.user, is_active=False)
    assert not asked(LiveSessions(accounts.sessions), accounts, login)
