"""A body under another name is read as what the route takes, or refused; what a browser sends unasked opens nothing."""

import json

import pytest

from tests.unit.attacks.doors import TAKING_BODIES, caller_of, send

TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/json; charset=utf-7",
    "application/json; charset=\x00",
    "*/*",
    "",
    ";" * 5_000,
]


@pytest.mark.parametrize("route", TAKING_BODIES, ids=str)
def test_no_content_type_is_a_failure_of_ours(admin, route):
    for content_type in TYPES:
        for body in (b"a=b&c=d", b"--x\r\n\r\n--x--", json.dumps({"a": 1}).encode()):
            status, answer, _ = send(route, body, caller_of(admin, route), content_type=content_type)
            assert status < 500, f"{content_type!r}: {answer}"
