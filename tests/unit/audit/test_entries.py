"""An entry says what the event said, shows every touch, and can forget a person without losing its place."""

import json
from enum import StrEnum
from typing import Any

import pytest

from docchain.audit.hashing import PERSONAL, PLAIN, canonical_json, commitment_to
from docchain.audit.items import personal_map, to_entry, to_item
from docchain.audit.models import Entry, Head
from docchain.audit.sealing import resource_of, seal
from docchain.events.models import Event
from docchain.storage.items import decode_item, encode_item
from tests.support.chains import a_fact

MOMENT = "2026-11-21T09:30:03.000Z"


def an_entry(**fields: Any) -> Entry:
    return seal(a_fact("t", **fields), Head(), MOMENT)


def flipped(text: str) -> str:
    """One bit of one letter."""
    middle = len(text) // 2
    return text[:middle] + chr(ord(text[middle]) ^ 1) + text[middle + 1 :]


def touched(value: Any) -> Any:
    match value:
        case StrEnum():
            return next(other for other in type(value) if other != value)
        case str():
            return flipped(value) if value else "x"
        case int():
            return value ^ 1 or 2
        case dict():
            return {**value, "weight": 2}
    return "x"


@pytest.mark.parametrize("field", [*PLAIN, "hash"])
def test_one_bit_of_a_plain_field_is_noticed(field: str) -> None:
    entry = an_entry()
    changed = Entry.model_construct(**{**dict(entry), field: touched(getattr(entry, field))})

    assert entry.faults() == []
    assert changed.faults() == ["hash"]


@pytest.mark.parametrize("field", PERSONAL)
@pytest.mark.parametrize("part", ["value", "salt", "commitment"])
def test_one_bit_of_a_personal_field_is_noticed_and_named(field: str, part: str) -> None:
    entry = an_entry()
    sealed = getattr(entry, field)
    bad = sealed.model_copy(update={part: touched(getattr(sealed, part))})
    if part == "salt":
        bad = sealed.model_copy(update={"salt": ("0" if sealed.salt[0] != "0" else "1") + sealed.salt[1:]})

    assert field in entry.model_copy(update={field: bad}).faults()


def test_an_erased_entry_still_holds_and_tells_nothing() -> None:
    entry = an_entry()
    erased = entry.model_copy(update={f: s.erased() for f, s in entry.personal.items()})

    assert erased.faults() == []
    assert erased.hash == entry.hash
    assert '"ada"' not in erased.model_dump_json()
    assert personal_map(erased)["username"].keys() == {"commitment"}
    assert to_entry(json.loads(json.dumps(to_item(erased)))) == erased


def test_equal_values_have_different_commitments() -> None:
    assert an_entry().username.commitment != an_entry().username.commitment


@pytest.mark.parametrize(
    "data",
    [
        {"weight": 1.0, "large": 10**30, "tiny": 1e-7, "minus": -0.0},
        {"text": "ñ é e\u0301 \u2028 \x00 \U0001f600", "": None},
        {"nested": [{"b": [], "a": {}}, [True, False, None]]},
    ],
)
def test_what_the_table_gives_back_is_what_was_sealed(data: dict[str, Any]) -> None:
    entry = an_entry(data=data)

    back = to_entry(decode_item(encode_item(to_item(entry))))

    assert back.faults() == []
    assert canonical_json(back.details.value) == canonical_json(data)
    assert Entry.model_validate_json(entry.model_dump_json()).faults() == []


def test_canonical_json_is_one_spelling() -> None:
    assert (
        canonical_json({"b": 1.0, "a": [None, "é\n/"], "A": 1e22}) == '{"A":1e+22,"a":[null,"é\\n/"],"b":1.0}'.encode()
    )
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))


def test_a_commitment_can_be_computed_by_anybody() -> None:
    salt = "00" * 16

    # printf '\\0%.0s' {1..16} | cat - <(printf '"ada"') | sha256sum
    assert commitment_to("ada", salt) == "9882d8aee41d28d0629d94c71ea91d8ee4a5a35706da2b7517f667ea03b29aa8"


def test_secrets_that_slipped_into_an_event_do_not_stay() -> None:
    data = {"after": {"password": "Engine-1843", "keys": [{"api_key": "ak_1"}]}, "token_version": 3, "secret": True}

    kept = an_entry(data=data).details.value

    assert kept == {"after": {"password": "***", "keys": [{"api_key": "***"}]}, "token_version": 3, "secret": True}


def test_what_has_no_json_is_kept_as_text() -> None:
    kept = an_entry(data={"ratio": float("inf"), "name": "half \ud800 pair"}).details.value

    assert kept == {"ratio": "inf", "name": "half ? pair"}


@pytest.mark.parametrize(
    ("subject", "resource"),
    [
        ("users/3", ("user", "3")),
        ("workflows/3/nodes/5", ("node", "5")),
        ("policies", ("policy", None)),
        ("addresses/203.0.113.7", ("address", None)),
        ("addresses/2001:db8::1", ("address", None)),
        ("invitations/ada@example.com", ("invitation", None)),
        ("", (None, None)),
    ],
)
def test_the_plain_part_names_things_and_never_persons(subject: str, resource: tuple[str | None, str | None]) -> None:
    assert resource_of(subject) == resource


def test_what_a_subject_said_of_a_person_is_among_what_can_be_erased() -> None:
    entry = an_entry(kind="address.blocked", subject="addresses/203.0.113.7", data={})

    assert entry.details.value == {"subject": "addresses/203.0.113.7"}


def test_who_logged_in_is_the_user_that_the_event_is_about() -> None:
    """No token was sent, so the request itself says nobody."""
    event = Event(
        type="user.logged_in",
        tenant_id="t",
        subject="users/3",
        actor="ada",
        data={"user_id": 3, "session_id": "s", "ip": "203.0.113.9", "user_agent": "curl"},
        cause=None,
    )

    entry = seal(event, Head(), MOMENT)

    values = {field: sealed.value for field, sealed in entry.personal.items()}
    assert values | {"details": None} == {
        "user_id": 3,
        "username": "ada",
        "ip_address": "203.0.113.9",
        "user_agent": "curl",
        "session_id": "s",
        "details": None,
    }
    assert (entry.source, entry.request_id) == ("system", None)
