"""Rules that come with the data: each does what it says, and none costs more than its text is long."""

import random
import time

import pytest

from docchain.errors import ValidationFailed
from docchain.validation.check import check
from docchain.validation.errors import InvalidRules
from functions.api.security.handler import handler
from tests.support.rest import a_caller, call

PATH = "/api/v3/security/validate/input"


def faults(value, **rules):
    return [(f.field, f.message) for f in check({"field": value}, {"field": rules})]


@pytest.mark.parametrize(
    ("rules", "good", "bad"),
    [
        ({"type": "string"}, ["", "a"], [1, None, True, [], {}]),
        ({"type": "integer"}, [1, -1, 1.0, 10**300], [True, 1.5, "1", None, float("inf"), float("nan")]),
        ({"type": "number"}, [1, 1.5], [False, "1"]),
        ({"type": "boolean"}, [True, False], [0, 1, "true"]),
        ({"type": "array"}, [[]], [{}, "ab"]),
        ({"type": "object"}, [{}], [[], None]),
        ({"type": "null"}, [None], [0, False, ""]),
        ({"min_length": 2, "max_length": 3}, ["ab", "abc", "äöü", [1, 2]], ["a", "abcd", [1], [1, 2, 3, 4]]),
        ({"min": 1, "max": 2}, [1, 1.5, 2], [0, 2.1, 10**400]),
        ({"enum": ["a", 1, None]}, ["a", 1, None], ["b", 2, True, "1"]),
        ({"enum": [False]}, [False], [0, 0.0, None]),
        ({"pattern": "^[a-z]+$"}, ["abc"], ["ABC", "a1", "", "abc\n"]),
        ({"pattern": "b"}, ["abc"], ["ac"]),
        ({"format": "email"}, ["ada@example.com"], ["ada", "ada@", "a b@example.com"]),
        ({"format": "uri"}, ["https://example.com/x"], ["example.com", "https://", "https://a b", "http://[::1"]),
        ({"format": "uuid"}, ["3f2504e0-4f89-41d3-9a0c-0305e82c3301"], ["3f2504e0", "{3f2504e0}"]),
        ({"format": "date"}, ["2026-02-28"], ["2026-02-29", "20260228", "2026-2-8"]),
        ({"format": "date-time"}, ["2026-02-28T10:00:00Z"], ["2026-02-28", "2026-02-28T10:00:00", "2026-02-28T25:00Z"]),
        ({"format": "ip"}, ["192.0.2.1", "2001:db8::1"], ["192.0.2.256", "192.0.2.0/24", "01.2.3.4"]),
        ({"items": {"type": "integer"}}, [[], [1, 2]], [["a"], [1, None]]),
        ({"properties": {"a": {"required": True}}}, [{"a": None}, {"a": 1, "b": 2}], [{}, {"b": 1}]),
    ],
    ids=str,
)  # fmt: skip
def test_a_rule_lets_through_what_it_should_and_nothing_else(rules, good, bad):
    assert [value for value in good if faults(value, **rules)] == []
    assert [value for value in bad if not faults(value, **rules)] == []


def test_what_is_missing_is_missing_only_where_it_is_required():
    assert check({}, {"a": {"type": "string"}}) == []
    assert [(f.field, f.message) for f in check({}, {"a": {"required": True}})] == [("a", "is required")]


def test_faults_name_the_path_to_where_they_are():
    rules = {"lines": {"items": {"properties": {"price": {"type": "number"}}}}}
    (fault,) = check({"lines": [{"price": 1}, {"price": "x"}]}, rules)
    assert (fault.field, fault.message) == ("lines.1.price", "is not of type number")


def test_half_a_character_is_no_text():
    assert faults("\ud800", pattern="x") == [("field", "holds half of a surrogate pair")]


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ({"minimum": 1}, "schema.field.minimum: is no rule"),
        ({"type": "text"}, "schema.field.type: is none of"),
        ({"min_length": -1}, "schema.field.min_length"),
        ({"max": "9"}, "schema.field.max"),
        ({"required": "yes"}, "schema.field.required"),
        ({"enum": []}, "schema.field.enum"),
        ({"pattern": "(?=x)"}, "schema.field.pattern: is not an RE2 pattern"),
        ({"pattern": r"(a)\1"}, "schema.field.pattern: is not an RE2 pattern"),
        ({"pattern": "x" * 501}, "schema.field.pattern: is longer"),
        ({"pattern": "\ud800"}, "schema.field.pattern"),
        ({"format": "phone"}, "schema.field.format"),
        ({"items": [], "type": "array"}, "schema.field.items"),
        ({"items": {"items": {"maximum": 1}}}, "schema.field.items.items.maximum"),
        ({"properties": {"a": {"maximum": 1}}}, "schema.field.properties.a.maximum"),
        ({"properties": {"a": 1}}, "schema.field.properties.a"),
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_followed_is_named(rules, named):
    with pytest.raises(InvalidRules) as refused:
        faults("x", **rules)
    assert named in refused.value.message


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "[ab]*a[ab]{900}c", "(?:a?){90}a{90}"]
)  # fmt: skip
def test_no_pattern_makes_it_wait(pattern):
    """A backtracking engine needs years for some of these."""
    text = "".join(random.Random(1).choice("ab") for _ in range(250_000))
    for adversarial in (text, "a" * 250_000 + "!"):
        began = time.process_time()
        faults(adversarial, pattern=pattern)
        assert time.process_time() - began < 5


@pytest.mark.parametrize("pattern", ["[ab]*a[ab]{900}[ab]{900}[ab]{900}c", "(?:a?){900}a{900}"])
def test_a_pattern_that_would_be_slow_in_linear_time_is_refused(pattern):
    with pytest.raises(InvalidRules, match="too large"):
        faults("a", pattern=pattern)


def nested(levels):
    value = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def test_twenty_levels_are_checked_and_no_more():
    assert check(nested(20), {}) == []
    for data, schema in ((nested(21), {}), ({}, nested(21))):
        with pytest.raises(ValidationFailed, match="deeper than 20"):
            check(data, schema)


def test_five_hundred_fields_are_checked_and_no_more():
    check({}, {str(n): {} for n in range(500)})
    with pytest.raises(InvalidRules, match="more than 500"):
        check({}, {str(n): {} for n in range(501)})


def test_no_answer_is_longer_than_a_hundred_faults():
    assert len(faults([None] * 1_000, items={"type": "string"})) == 100
    with pytest.raises(InvalidRules) as refused:
        check({}, {"a": {f"rule{n}": 1 for n in range(1_000)}})
    assert len(refused.value.details) == 100


# Over HTTP ----------------------------------------------------------------------------------------------------------


def test_it_answers_with_what_does_not_hold(tenant):
    body = {"data": {"name": ""}, "schema": {"name": {"min_length": 1}, "age": {"required": True}}}
    told = [
        {"field": "name", "message": "has fewer than 1 characters"},
        {"field": "age", "message": "is required"},
    ]
    assert call(handler, "POST", PATH, body, a_caller(tenant)) == (200, {"valid": False, "errors": told})
    body["data"] = {"name": "ada", "age": 36}
    assert call(handler, "POST", PATH, body, a_caller(tenant)) == (200, {"valid": True, "errors": []})


def test_an_unknown_rule_is_422_and_named(tenant):
    status, answer = call(handler, "POST", PATH, {"data": {}, "schema": {"a": {"minimum": 1}}}, a_caller(tenant))
    assert (status, answer["error"]["code"]) == (422, "INVALID_SCHEMA")
    assert answer["error"]["details"][0]["field"] == "schema.a.minimum"


def test_more_than_256_kilobytes_are_413(tenant):
    body = {"data": {"a": "x" * 262_144}, "schema": {}}
    assert call(handler, "POST", PATH, body, a_caller(tenant))[0] == 413


def test_nobody_and_no_api_key_checks_anything(tenant):
    body = {"data": {}, "schema": {}}
    by_key = a_caller(tenant).model_copy(update={"session_id": "", "api_key_id": "1_KEY"})
    assert call(handler, "POST", PATH, body)[0] == 401
    assert call(handler, "POST", PATH, body, by_key)[0] == 403
