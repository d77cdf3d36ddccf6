"""Compliance reports: what they tell is true, they are checked offline, and only those who may see them do."""

import base64
import io
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from docchain import aws
from docchain.audit.chain import Chain
from docchain.clock import now
from docchain.ids import new_ulid
from docchain.storage.table import Table
from docchain.verify.faults import Unreadable
from docchain.verify.files import check
from functions.api.compliance.handler import handler
from tests.support.audit import an_event, tamper, the_audit, the_signer, written
from tests.support.rest import a_caller, a_context, call, rest_event

REPORTS = "/api/v3/security/compliance/reports"
TODAY = datetime.now(UTC).date()
SECTIONS = ("access", "changes", "logins")


def asked(kind: str = "full", form: str = "json", **changes: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "start_date": f"{TODAY - timedelta(days=1)}",
        "end_date": f"{TODAY}",
        "format": form,
        **changes,
    }


def make(tenant: str, kind: str = "full", form: str = "json", **caller: Any) -> Any:
    return call(handler, "POST", REPORTS, asked(kind, form), caller=a_caller(tenant, **caller))


def get(tenant: str, path: str = "", **caller: Any) -> Any:
    return call(handler, "GET", f"{REPORTS}{path}", caller=a_caller(tenant, **caller))


def download(tenant: str, report_id: str) -> bytes:
    answer = handler(rest_event("GET", f"{REPORTS}/{report_id}/download", caller=a_caller(tenant)), a_context())
    assert answer["statusCode"] == 200
    return base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()


def a_stored_user(tenant: str, user_id: int, **fields: Any) -> None:
    known = {
        "id": user_id,
        "username": f"user{user_id}",
        "email": f"user{user_id}@example.com",
        "password_hash": "secret-hash",
        "roles": ["user"],
        "created_at": now(),
    }
    item = {"pk": f"{tenant}#users", "sk": f"{user_id:012d}", "entity": "user", **known, **fields}
    Table(aws.dynamodb(), os.environ["IDENTITY_TABLE"]).put(item)


def told(tenant: str, kind: str = "full") -> Any:
    status, card = make(tenant, kind)
    assert status == 200, card
    return get(tenant, f"/{card['id']}")[1]["report"]


def test_it_tells_who_has_access_and_how_many_have_a_second_factor(tenant: str) -> None:
    a_stored_user(tenant, 1, roles=["admin"], last_login_at="2026-11-20T08:00:00.000Z")
    a_stored_user(tenant, 2, mfa_enabled=True)
    a_stored_user(tenant, 3, is_active=False)
    a_stored_user(tenant, 4, deleted_at=now(), is_active=False)
    access = told(tenant, "access")["access"]
    assert [(u["user_id"], u["roles"], u["last_login_at"]) for u in access["users"]] == [
        (1, ["admin"], "2026-11-20T08:00:00.000Z"),
        (2, ["user"], None),
        (3, ["user"], None),
    ]
    assert access["mfa"] == {
        "active_users": 2,
        "with_mfa": 1,
        "coverage_percent": 50.0,
        "administrators_without": ["user1"],
    }
    assert access["complete"]


def test_it_lists_api_keys_without_their_secrets(tenant: str) -> None:
    table = Table(aws.dynamodb(), os.environ["IDENTITY_TABLE"])
    a_stored_user(tenant, 1)
    table.put({"pk": f"{tenant}#account#1", "sk": "api_keys", "k_K1": 0, "k_OLD": 1, "revision": 2})
    key = {"id": "K1", "user_id": 1, "name": "ci", "permissions": ["workflows:read"], "secret_hash": "secret-hash"}
    table.put({"pk": f"{tenant}#api_key#K1", "sk": "api_key", "created_at": now(), **key})
    report = told(tenant, "access")
    assert [(k["id"], k["name"], k["permissions"]) for k in report["access"]["api_keys"]] == [
        ("K1", "ci", ["workflows:read"])
    ]
    assert report["access"]["users"][0]["api_keys"] == 1
    assert "secret-hash" not in json.dumps(report)


def test_it_tells_changes_and_failed_logins(tenant: str) -> None:
    events = [an_event(tenant, t) for t in ("user.logged_in", "user.login_failed", "user.login_failed", "login.locked")]
    Chain(the_audit()).append(tenant, [*events, an_event(tenant, "user.roles_changed", user_id=9)])
    report = told(tenant)
    logins, changes = report["logins"], report["changes"]
    assert (logins["successful"], logins["failed"], logins["lockouts"]) == (1, 2, 1)
    assert logins["failed_by_address"] == {"203.0.113.9": 2}
    assert (changes["count"], changes["rows"][0]["name"], changes["rows"][0]["actor"]) == (
        1,
        "user.roles_changed",
        "user9",
    )
    assert report["figures"]["total"] == 5
    assert report["entries"] == {"first": 1, "last": 5, "examined": 5}


@pytest.mark.parametrize(
    ("kind", "sections"),
    [
        ("access", {"access"}),
        ("changes", {"changes"}),
        ("logins", {"logins"}),
        ("full", {"access", "changes", "logins"}),
    ],
)
def test_it_tells_what_was_asked_for(tenant: str, kind: str, sections: set[str]) -> None:
    written(tenant, 1)
    assert {*SECTIONS} & set(told(tenant, kind)) == sections


def test_what_was_left_out_is_said(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docchain.compliance.record.ENTRIES_MOST", 2)
    monkeypatch.setattr("docchain.compliance.access.USERS_MOST", 1)
    written(tenant, 3)
    a_stored_user(tenant, 1)
    a_stored_user(tenant, 2)
    report = told(tenant)
    assert (report["changes"]["complete"], report["logins"]["complete"]) == (False, False)
    assert (report["access"]["complete"], len(report["access"]["users"])) == (False, 1)


def test_another_day_has_none_of_todays_entries(tenant: str) -> None:
    written(tenant, 2)
    body = asked("changes", start_date="2020-01-01", end_date="2020-01-31")
    card = call(handler, "POST", REPORTS, body, caller=a_caller(tenant))[1]
    report = get(tenant, f"/{card['id']}")[1]["report"]
    assert (report["entries"], report["changes"]["count"], report["figures"]["total"]) == (None, 0, 0)


def test_a_report_is_checked_offline_and_names_its_head(tenant: str) -> None:
    written(tenant, 3)
    card = make(tenant)[1]
    assert card["audit_entries"] == 3
    file = get(tenant, f"/{card['id']}")[1]
    assert file["head"]["size"] == 3
    assert check(json.dumps(file).encode(), the_signer().public_keys).is_valid
    assert check(download(tenant, card["id"]), the_signer().public_keys).is_valid
    file["report"]["figures"]["total"] = 99
    assert not check(json.dumps(file).encode(), {}).is_valid


def test_a_tenant_without_a_record_has_a_report_too(tenant: str) -> None:
    card = make(tenant)[1]
    assert card["audit_entries"] is None
    assert check(download(tenant, card["id"]), {}).is_valid


def test_no_report_is_made_of_a_record_that_was_tampered_with(tenant: str) -> None:
    written(tenant, 3)
    tamper(tenant, 2, name="x")
    status, body = make(tenant)
    assert (status, body["error"]["code"], body["error"]["details"]["seq"]) == (409, "AUDIT_CHAIN_BROKEN", 2)


def test_a_pdf_carries_its_own_proof_and_the_report(tenant: str) -> None:
    written(tenant, 3)
    a_stored_user(tenant, 1, username="# [x](http://evil) | a*b")
    card = make(tenant, form="pdf")[1]
    pdf = download(tenant, card["id"])
    assert check(pdf, {}).is_valid
    assert check(pdf, the_signer().public_keys).is_valid
    reader = PdfReader(io.BytesIO(pdf))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "# [x](http://evil) | a*b" in " ".join(text.split())
    assert card["id"] in text
    (attached,) = reader.attachments["report.json"]
    assert check(attached, {}).is_valid
    assert json.loads(attached)["report"]["id"] == card["id"]


def test_a_pdf_with_one_byte_changed_is_not_valid(tenant: str) -> None:
    pdf = download(tenant, make(tenant, "access", "pdf")[1]["id"])
    unnoticed = []
    for place in range(0, len(pdf), 97):
        touched = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        try:
            if check(touched, {}).is_valid:
                unnoticed.append(place)
        except Unreadable:
            continue
    assert unnoticed == []
    for place in range(len(pdf) - 900, len(pdf)):
        touched = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        try:
            if check(touched, {}).is_valid:
                unnoticed.append(place)
        except Unreadable:
            continue
    assert unnoticed == []
    for more in (b"more", b"\n", b" "):
        assert not check(pdf + more, {}).is_valid


def test_reports_are_listed_newest_first(tenant: str) -> None:
    ids = [make(tenant, "changes")[1]["id"] for _ in range(3)]
    status, body = get(tenant, "?limit=2")
    assert (status, [r["id"] for r in body["reports"]]) == (200, ids[:0:-1])
    rest = get(tenant, f"?limit=2&cursor={body['next_cursor']}")[1]
    assert [r["id"] for r in rest["reports"]] == ids[:1]


def test_reading_a_report_is_itself_on_the_record(tenant: str) -> None:
    card = make(tenant, "access")[1]
    get(tenant, f"/{card['id']}")
    download(tenant, card["id"])
    events = [item["event"]["type"] for item in the_audit().query_all(f"{tenant}#outbox", most=10)]
    assert events == ["compliance.report_created", "data.accessed", "data.accessed"]


def test_roles(tenant: str) -> None:
    assert make(tenant, roles=("moderator",))[0] == 403
    card = make(tenant, "access")[1]
    for path in ("", f"/{card['id']}", f"/{card['id']}/download"):
        assert get(tenant, path, roles=("user",))[0] == 403
        assert call(handler, "GET", f"{REPORTS}{path}")[0] == 401
    assert get(tenant, f"/{card['id']}", roles=("moderator",))[0] == 200


def test_another_tenants_report_is_not_there(tenant: str) -> None:
    card = make(tenant, "access")[1]
    other = f"t_{new_ulid()}"
    assert get(other, f"/{card['id']}")[0] == 404
    assert get(other, f"/{card['id']}/download")[0] == 404
    assert get(other)[1] == {"reports": [], "next_cursor": None}


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "all"},
        {"format": "docx"},
        {"start_date": "2026-11-21", "end_date": "2026-11-20"},
        {"start_date": "2024-01-01", "end_date": "2026-11-20"},
        {"start_date": "soon"},
        {"more": 1},
    ],
)
def test_what_is_asked_wrongly_is_refused(tenant: str, changes: dict[str, Any]) -> None:
    assert call(handler, "POST", REPORTS, asked(**{"kind": "full"}) | changes, caller=a_caller(tenant))[0] == 422
