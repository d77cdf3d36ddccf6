"""Fifty keys are the most, and an Idempotency-Key makes one, however many calls come at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from docchain.errors import Conflict
from docchain.identity.api_keys import repository
from docchain.identity.api_keys.errors import TooManyApiKeys
from docchain.identity.api_keys.issue import NewApiKey, create_api_key, rotate_api_key
from docchain.storage.errors import TooMuchContention
from docchain.storage.idempotency import IdempotencyKey


def test_fifty_are_the_most_however_many_come_at_once(keys, owner, issue, atomic_calls, monkeypatch):
    assert repository.KEYS_MOST == 50
    monkeypatch.setattr(repository, "KEYS_MOST", 3)

    def attempt(_):
        try:
            return issue()
        except (TooManyApiKeys, TooMuchContention):
            return None

    with ThreadPoolExecutor(8) as threads:
        made = [key for key in threads.map(attempt, range(12)) if key]
    assert len(made) == len(keys.read_all(owner.tenant_id, owner.user_id)) == 3
    with pytest.raises(TooManyApiKeys):
        issue()


def test_an_idempotency_key_that_comes_many_times_at_once_makes_one_key_and_shows_it_once(keys, owner, atomic_calls):
    once = IdempotencyKey(owner.tenant_id, "POST /keys", "k1", "same")
    with ThreadPoolExecutor(6) as threads:
        made = list(threads.map(lambda _: create_api_key(keys, owner, NewApiKey(name="n"), once), range(6)))
    assert len({issued.key.id for issued in made}) == 1
    assert len([issued for issued in made if issued.text]) == 1
    assert len(keys.read_all(owner.tenant_id, owner.user_id)) == 1


def test_of_two_rotations_at_once_one_is_told_to_look_again(keys, owner, issue, monkeypatch):
    key = issue().key
    read = repository.ApiKeyRepository.read
    monkeypatch.setattr(repository.ApiKeyRepository, "read", lambda *_: key)
    rotate_api_key(keys, owner, key.id, 24, None)
    with pytest.raises(Conflict):
        rotate_api_key(keys, owner, key.id, 24, None)
    monkeypatch.setattr(repository.ApiKeyRepository, "read", read)
    assert keys.read(owner.tenant_id, owner.user_id, key.id).previous_hash == key.secret_hash
