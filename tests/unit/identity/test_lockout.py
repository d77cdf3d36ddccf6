"""Lockout: how many guesses an account and an address have, whatever they are called, and that it tells nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from docchain.auth.errors import AddressRefused
from docchain.clock import epoch
from docchain.identity import attempts, lockout
from docchain.identity.addresses import canonical_address
from docchain.identity.errors import InvalidCredentials
from docchain.identity.lockout import LoginLocked
from docchain.identity.models import Origin
from docchain.identity.policies import Policies, PolicyRepository
from docchain.identity.requests import Credentials
from docchain.identity.sign_in import log_in
from docchain.ids import new_ulid
from docchain.storage.errors import TooMuchContention
from tests.support.identity import ORIGIN, PASSWORD, a_name, a_user, calls_made, change_user, facts_of

REFUSED = "INVALID_CREDENTIALS"
LOCKED = "LOGIN_LOCKED"


def somewhere():
    """An address that no test failed from."""
    return Origin(ip=f"2001:db8:{new_ulid()[-4:].translate(HEX).lower()}:{new_ulid()[-4:].translate(HEX).lower()}::1")


HEX = str.maketrans("GHJKMNPQRSTVWXYZ", "0123456789ABCDEF")


def guess(accounts, name, password="wrong", origin=None):
    try:
        log_in(accounts, Credentials(username=name, password=password), origin or somewhere())
    except (InvalidCredentials, LoginLocked) as refused:
        return refused.code
    return "OPEN"


def guesses(accounts, names, origin=None):
    return [guess(accounts, name, origin=origin) for name in names]


def hashes_counted(accounts, monkeypatch):
    checked = []
    matches = type(accounts.passwords).matches
    monkeypatch.setattr(
        type(accounts.passwords), "matches", lambda self, h, p: checked.append(p) or matches(self, h, p)
    )
    return checked


def test_after_five_failures_even_the_right_password_is_not_looked_at(accounts, monkeypatch):
    user = a_user(accounts)
    assert guesses(accounts, [user.username] * 5) == [REFUSED] * 5
    checked = hashes_counted(accounts, monkeypatch)
    assert guess(accounts, user.username, PASSWORD) == LOCKED
    assert checked == []


def test_a_quarter_of_an_hour_later_it_opens_again(accounts, monkeypatch):
    user, moment = a_user(accounts), attempts.epoch()
    guesses(accounts, [user.username] * 5)
    monkeypatch.setattr(attempts, "epoch", lambda: moment + 895)
    assert guess(accounts, user.username, PASSWORD) == LOCKED
    monkeypatch.setattr(attempts, "epoch", lambda: moment + 905)
    assert guess(accounts, user.username, PASSWORD) == "OPEN"


def test_it_says_when_to_come_again(accounts):
    user = a_user(accounts)
    guesses(accounts, [user.username] * 5)
    with pytest.raises(LoginLocked) as refused:
        log_in(accounts, Credentials(username=user.username, password=PASSWORD), ORIGIN)
    assert refused.value.status == 429
    assert refused.value.retry_after == pytest.approx(900, abs=3)


def test_nobody_is_locked_like_somebody_with_the_same_calls_and_hashes(accounts, monkeypatch):
    """Enumeration: what a guesser sees, and pays, for a name that exists and for one that does not."""

    def seen(name):
        checked = hashes_counted(accounts, monkeypatch)
        with calls_made(accounts) as calls:
            answers = guesses(accounts, [name] * 7)
        monkeypatch.undo()
        return answers, calls, len(checked)

    answers, calls, hashed = seen(a_user(accounts).username)
    assert answers == [REFUSED] * 5 + [LOCKED] * 2
    assert hashed == 5
    assert seen(a_name()) == (answers, calls, hashed)
    assert seen(f"{a_name()}@example.com") == (answers, calls, hashed)


def test_of_fifty_guesses_at_once_at_most_five_are_checked(accounts, monkeypatch, atomic_calls):
    user = a_user(accounts)
    checked = hashes_counted(accounts, monkeypatch)

    def one(_):
        try:
            return guess(accounts, user.username)
        except TooMuchContention:
            return LOCKED

    with ThreadPoolExecutor(16) as pool:
        heard = list(pool.map(one, range(50)))
    assert len(checked) == heard.count(REFUSED) <= 5
    assert guess(accounts, user.username, PASSWORD) == LOCKED
    assert len(facts_of(accounts, user.tenant_id, "login.locked")) == 1


def test_no_spelling_of_a_name_has_guesses_of_its_own(accounts):
    user = a_user(accounts)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in user.username)
    names = [user.username, user.username.upper(), wide, user.email, user.email.upper()]
    assert guesses(accounts, names) == [REFUSED] * 5
    assert guess(accounts, user.username, PASSWORD) == LOCKED
    nobody = a_name()
    assert guesses(accounts, [nobody, nobody.upper()] * 3) == [REFUSED] * 5 + [LOCKED]


def test_a_right_password_clears_the_accounts_count(accounts):
    user = a_user(accounts)
    for _ in range(3):
        guesses(accounts, [user.username] * 4)
        assert guess(accounts, user.username, PASSWORD) == "OPEN"


def test_a_right_password_does_not_clear_the_addresss(accounts):
    """Else a guesser with an account of his own logs in between."""
    user, here = a_user(accounts), somewhere()
    for _ in range(4):
        assert guesses(accounts, [a_name() for _ in range(5)], here) == [REFUSED] * 5
        heard = guess(accounts, user.username, PASSWORD, here)
    assert heard == LOCKED


def test_an_office_may_log_in_as_often_as_it_likes(accounts):
    user, office = a_user(accounts), somewhere()
    assert {guess(accounts, user.username, PASSWORD, office) for _ in range(25)} == {"OPEN"}


def test_many_devices_log_in_at_once(accounts, atomic_calls):
    """Sixteen right passwords on their way are no sixteen failures."""
    user, office = a_user(accounts), somewhere()
    accounts.key.public_key  # noqa: B018  # fetched before the threads run
    with ThreadPoolExecutor(16) as pool:
        heard = list(pool.map(lambda _: guess(accounts, user.username, PASSWORD, office), range(16)))
    assert heard == ["OPEN"] * 16
    assert facts_of(accounts, user.tenant_id, "login.locked") == []


def test_attempts_whose_process_died_do_not_lock_for_ever(accounts, monkeypatch):
    user, moment = a_user(accounts), attempts.epoch()
    monkeypatch.setattr(lockout, "_PAUSES", (0.01,))
    for _ in range(5):
        lockout.approach(accounts.users, accounts.guard, user.username, somewhere())
    assert guess(accounts, user.username, PASSWORD) == LOCKED
    assert facts_of(accounts, user.tenant_id, "login.locked") == []
    monkeypatch.setattr(attempts, "epoch", lambda: moment + 905)
    assert guess(accounts, user.username, PASSWORD) == "OPEN"


def test_an_address_that_failed_twenty_times_is_locked_for_every_name(accounts):
    user, here = a_user(accounts), somewhere()
    assert guesses(accounts, [a_name() for _ in range(21)], here) == [REFUSED] * 20 + [LOCKED]
    assert guess(accounts, user.username, PASSWORD, here) == LOCKED
    assert guess(accounts, user.username, PASSWORD) == "OPEN"


def test_a_whole_network_of_ipv6_is_one_address(accounts):
    here = somewhere().ip
    neighbour = Origin(ip=here.removesuffix("1") + "2")
    guesses(accounts, [a_name() for _ in range(20)], Origin(ip=here))
    assert guess(accounts, a_name(), origin=neighbour) == LOCKED


def test_a_lock_is_told_once(accounts):
    user = a_user(accounts)
    guesses(accounts, [user.username] * 8)
    (fact,) = facts_of(accounts, user.tenant_id, "login.locked")
    assert fact["subject"] == "users/1"
    assert fact["data"] | {"ip": ""} == {"what": "account", "user_id": 1, "ip": "", "minutes": 15}


def test_a_refusal_writes_nothing(accounts):
    user = a_user(accounts)
    guesses(accounts, [user.username] * 5)
    with calls_made(accounts) as calls:
        assert guess(accounts, user.username) == LOCKED
    assert calls == ["GetItem", "BatchGetItem"]


def test_a_tenant_has_figures_of_its_own(accounts):
    user = a_user(accounts)
    PolicyRepository(accounts.table).replace(user.tenant_id, Policies(max_login_attempts=2, lockout_minutes=60), "ada")
    assert guesses(accounts, [user.username] * 3) == [REFUSED] * 2 + [LOCKED]
    kept = accounts.guard.get(lockout.account(user.tenant_id, 1), "counter")
    assert kept["until"] == pytest.approx(attempts.epoch() + 3600, abs=3)


def test_a_closed_account_is_counted_too(accounts):
    user = a_user(accounts)
    change_user(accounts, user, is_active=False)
    assert [guess(accounts, user.username, PASSWORD) for _ in range(6)] == [REFUSED] * 5 + [LOCKED]


def test_no_name_that_was_tried_is_kept_in_the_open(accounts):
    secret = a_name()
    guess(accounts, secret)
    assert secret not in str(accounts.guard.client.scan(TableName="guard")["Items"])


def test_from_a_blocked_address_nobody_logs_in(accounts):
    user, origin = a_user(accounts), somewhere()
    item = {"pk": f"_anonymous#blocked#{canonical_address(origin.ip)}", "sk": "blocked", "expires_at": epoch() + 60}
    accounts.table.put(item)
    for name in (user.username, a_name()):
        with pytest.raises(AddressRefused):
            guess(accounts, name, PASSWORD, origin)
    accounts.table.put({**item, "expires_at": epoch() - 1})
    assert guess(accounts, user.username, PASSWORD, origin) == "OPEN"


def test_the_one_address_of_a_developers_machine_is_not_locked(accounts):
    here = Origin(ip="127.0.0.1")
    assert set(guesses(accounts, [a_name() for _ in range(25)], here)) == {REFUSED}
    assert guess(accounts, a_user(accounts).username, PASSWORD, here) == "OPEN"
