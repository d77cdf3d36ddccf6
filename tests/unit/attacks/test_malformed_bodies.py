"""Bodies that are no JSON, or JSON that no program expects: the sender's mistake, and never ours."""

import json

import pytest

from tests.unit.attacks.doors import TAKING_BODIES, caller_of, send, with_each_text

# An answer, and an honest one: no model is there for these tests.
NOBODY_TO_ASK = "PROVIDER_NOT_CONFIGURED"
every_door = pytest.mark.parametrize("route", TAKING_BODIES, ids=str)
DEEP = 100_000
MALFORMED = {
    "deep list": b"[" * DEEP + b"]" * DEEP,
    "deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "unclosed": b"[" * DEEP,
    "nothing": b"",
    "a NUL": b"\x00",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "overlong UTF-8": b'{"name": "\xc0\xaf"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "half a text": b'{"name": "',
    "a number": b"1",
    "a huge number": b"9" * 5_000,
    "two values": b"{}{}",
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "pickle": b"cos\nsystem\n(S'true'\ntR.",
}


@every_door
def test_what_is_no_body_is_refused(admin, route):
    for what, body in MALFORMED.items():
        status, answer, _ = send(route, body, caller_of(admin, route))
        # Some routes' bodies may be left out, and UTF-16 is JSON in other bytes.
        assert status < 500, f"{what}: {answer}"
        if what not in {"nothing", "byte order mark", "UTF-16"}:
            assert status >= 400, f"{what}: {answer}"


@every_door
def test_deep_values_in_its_fields_are_refused_or_kept_whole(admin, route):
    for levels in (40, 900, 20_000):
        deep = "[" * levels + "]" * levels
        for name in route.example:
            fields = [f"{json.dumps(k)}: {deep if k == name else json.dumps(v)}" for k, v in route.example.items()]
            status, answer, _ = send(route, f"{{{', '.join(fields)}}}".encode(), caller_of(admin, route))
            assert status < 500, f"{name}, {levels} levels: {answer}"


@every_door
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 4_000, "-0", "1e-999"])
def test_numbers_that_are_none_are_no_failure_of_ours(admin, route, number):
    for name in route.example:
        fields = [f"{json.dumps(k)}: {number if k == name else json.dumps(v)}" for k, v in route.example.items()]
        status, answer, _ = send(route, f"{{{', '.join(fields)}}}".encode(), caller_of(admin, route))
        assert status < 500, f"{name}: {answer}"
        assert "NaN" not in answer or "Infinity" not in answer


@every_door
@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\x00", "a\x00b", "\u202e", "\ufeff", "'\"--;", "A" * 100_000])
def test_texts_that_are_hostile_are_no_failure_of_ours(admin, route, text):
    for body in with_each_text(route.example, text):
        status, answer, _ = send(route, body, caller_of(admin, route))
        assert status < 500 or NOBODY_TO_ASK in answer, f"{body[:200]!r}: {answer}"


@pytest.mark.parametrize("name", ["\ud800", "\x00", "a\r\nb", "x" * 10_000])
def test_names_that_are_told_back_are_no_failure_of_ours(admin, name):
    """A field's name stands in the answer that refuses it."""
    (route,) = [r for r in TAKING_BODIES if r.path.endswith("/validate/input")]
    for schema in ({name: {"no_rule": 1}}, {"a": {name: 1}}, {name: {"required": True}}):
        status, answer, _ = send(route, json.dumps({"data": {}, "schema": schema}).encode(), caller_of(admin, route))
        assert status < 500, answer


@every_door
@pytest.mark.parametrize("name", ["\ud800", "\x00", "__proto__", "__class__", "constructor"])
def test_names_that_are_hostile_are_no_failure_of_ours(admin, route, name):
    body = json.dumps({**route.example, name: {"polluted": True}}).encode()
    status, answer, _ = send(route, body, caller_of(admin, route))
    assert status < 500, answer
