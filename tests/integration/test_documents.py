"""Documents up and down, within their limits."""

import hashlib

import httpx

from tests.support.client import Client

BASE = "/api/v3/workflows/documents"


def test_a_document_comes_back_byte_for_byte_with_its_hash(user: Client) -> None:
    data = bytes(range(256)) * 100
    document = user.upload(data, "../../etc/näme.bin")
    card = user.ok("GET", f"{BASE}/{document}")
    assert (card["filename"], card["size"]) == ("näme.bin", len(data))
    assert card["sha256"] == hashlib.sha256(data).hexdigest()
    assert user.call("GET", f"{BASE}/{document}/content").content == data
    assert httpx.get(card["download_url"]).content == data


def test_a_large_document_goes_by_a_presigned_form(user: Client) -> None:
    data = b"x" * 5_000_000
    form = user.ok("POST", f"{BASE}/uploads", {"filename": "large.txt", "size": len(data)})
    sent = httpx.post(form["url"], data=form["fields"], files={"file": ("large.txt", data)}, timeout=60)
    assert sent.status_code in {200, 204}, sent.text
    done = {"filename": "large.txt", "sha256": hashlib.sha256(data).hexdigest()}
    card = user.ok("POST", f"{BASE}/uploads/{form['upload_id']}/complete", done)
    assert card["size"] == len(data)
    assert user.ok("POST", f"{BASE}/uploads/{form['upload_id']}/complete", done)["id"] == card["id"]
    assert user.call("GET", f"{BASE}/{card['id']}/content").json()["error"]["code"] == "DOCUMENT_TOO_LARGE"


def test_what_is_too_large_or_empty_is_refused_and_nothing_is_kept(user: Client) -> None:
    assert user.call("POST", f"{BASE}/uploads", {"filename": "x", "size": 100_000_000}).status_code == 413
    too_large = user.call("POST", f"{BASE}?filename=x", content=b"x" * (4 * 1024 * 1024 + 1))
    assert (too_large.status_code, too_large.json()["error"]["code"]) == (413, "DOCUMENT_TOO_LARGE")
    at_the_door = user.call("POST", f"{BASE}?filename=x", content=b"x" * (11 * 1024 * 1024))
    assert (at_the_door.status_code, at_the_door.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    empty = user.call("POST", BASE, files={"file": ("x", b"")})
    assert (empty.status_code, empty.json()["error"]["code"]) == (422, "DOCUMENT_EMPTY")
    assert user.ok("GET", BASE) == []


def test_another_tenants_documents_do_not_exist(user: Client, admin: Client) -> None:
    document = user.upload(b"mine", "mine.txt")
    for method, path in [("GET", ""), ("GET", "/content"), ("DELETE", "")]:
        assert admin.call(method, f"{BASE}/{document}{path}").status_code == 404
    assert user.ok("DELETE", f"{BASE}/{document}")
    assert user.call("GET", f"{BASE}/{document}").status_code == 404
