"""A key says of itself whether it is one, and has one spelling."""

import pytest

from docchain.identity.api_keys.errors import InvalidApiKey
from docchain.identity.api_keys.secret import ApiKeySecret, new_key_id


@pytest.fixture
def key():
    return ApiKeySecret.new("t_1", new_key_id(7))


def test_what_is_shown_is_read_back(key):
    read = ApiKeySecret.parse(key.text())
    assert (read.tenant_id, read.key_id, read.user_id, read.hash) == ("t_1", key.key_id, 7, key.hash)
    assert key.text().startswith("dck_t_1.7_")


def test_two_keys_differ_in_256_bits(key):
    assert len(key.secret) == 32
    assert key.secret != ApiKeySecret.new("t_1", key.key_id).secret


def test_any_one_changed_character_is_refused_without_asking_anybody(key, aws_calls):
    text = key.text()
    for i, old in enumerate(text):
        for new in {"A", "b", "7", "_", ".", " ", "é"} - {old}:
            with pytest.raises(InvalidApiKey):
                ApiKeySecret.parse(text[:i] + new + text[i + 1 :])
    assert aws_calls == []


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "=", lambda t: t + "\n", lambda t: " " + t, str.upper]
)
def test_what_is_cut_or_padded_is_no_key(key, change):
    with pytest.raises(InvalidApiKey):
        ApiKeySecret.parse(change(key.text()))


def test_a_key_does_not_show_itself_in_a_log(key):
    assert key.text()[-48:] not in repr(key)
