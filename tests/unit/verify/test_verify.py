"""``python -m docchain.verify``: what is whole is valid, and whatever was touched is named."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

from docchain.verify.faults import Unreadable
from docchain.verify.files import check
from tests.unit.verify.conftest import (
    Signer,
    a_consistency,
    a_proof,
    a_report,
    an_export,
    some_entries,
    some_heads,
)

FILES = {
    "export": lambda s: an_export(s, 3, 1, 3),
    "proof": lambda s: a_proof(s, 4),
    "consistency": lambda s: a_consistency(s, 3, 5),
    "report": a_report,
}


def changed(file, change):
    copied = copy.deepcopy(file)
    change(copied)
    return copied


@pytest.mark.parametrize("kind", FILES)
def test_a_whole_file_is_valid(kind, signer, run):
    code, says = run(FILES[kind](signer))
    assert (code, says.splitlines()[0]) == (0, "VALID")


@pytest.mark.parametrize("kind", FILES)
def test_every_byte_that_is_flipped_is_noticed(kind, signer):
    """Each bit that leaves a letter a letter, and one that makes a digit another: no byte is without meaning."""
    whole = json.dumps(FILES[kind](signer), separators=(",", ":")).encode()
    assert check(whole, {}).is_valid
    unnoticed = []
    for place in range(len(whole)):
        for bit in (0x01, 0x02, 0x20):
            touched = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
            try:
                answer = check(touched, {})
            except Unreadable:
                continue
            if answer.is_valid:
                unnoticed.append((place, whole[max(0, place - 30) : place + 10]))
    assert unnoticed == []


@pytest.mark.parametrize(
    "field", ["name", "severity", "occurred_at", "request_id", "event_id", "previous_hash", "hash"]
)
def test_a_changed_field_names_its_entry(field, signer, run):
    file = changed(an_export(signer, 5, 5), lambda f: f["entries"][2].update({field: "x" * 64}))
    code, says = run(file)
    assert code == 1
    assert "entry 3: " in says


@pytest.mark.parametrize("field", ["user_id", "username", "ip_address", "user_agent", "session_id", "details"])
def test_a_changed_personal_value_names_entry_and_field(field, signer, run):
    file = changed(an_export(signer, 5, 5), lambda f: f["entries"][3][field].update(value="somebody else"))
    code, says = run(file)
    assert code == 1
    assert f"entry 4: {field} is not the value that was committed to" in says


def test_an_erased_value_cannot_be_replaced(signer, run):
    code, says = run(changed(an_export(signer, 3, 3), lambda f: f["entries"][1]["details"].update(value={"n": 1})))
    assert (code, "entry 2: details" in says) == (1, True)


def rehashed(entries, position, **changes):
    """As somebody would who knows the format: the entry fits its own hash again."""
    from docchain.audit.hashing import PERSONAL, hash_entry

    entry = entries[position]
    entry.update(changes)
    entry["hash"] = hash_entry(entry, {f: entry[f]["commitment"] for f in PERSONAL})


def test_an_entry_rewritten_with_its_hash_breaks_the_link_to_the_next(signer, run):
    code, says = run(changed(an_export(signer, 5, 5), lambda f: rehashed(f["entries"], 2, name="user.deleted")))
    assert (code, "entry 4: it does not follow entry 3" in says) == (1, True)


def test_a_chain_rewritten_to_its_end_is_not_the_one_that_was_signed(signer, run):
    def rewrite(file):
        rehashed(file["entries"], 2, name="user.deleted")
        for i in (3, 4):
            rehashed(file["entries"], i, previous_hash=file["entries"][i - 1]["hash"])

    code, says = run(changed(an_export(signer, 5, 2, 5), rewrite))
    assert (code, "entry 5: its hash is not the one in the head" in says) == (1, True)


@pytest.mark.parametrize("position", range(5))
def test_a_missing_entry_is_named(position, signer, run):
    code, says = run(changed(an_export(signer, 5, 2, 5), lambda f: f["entries"].pop(position)))
    assert (code, f"entry {position + 1}: it is missing" in says) == (1, True)


@pytest.mark.parametrize("position", range(4))
def test_two_entries_in_the_wrong_order_are_named(position, signer, run):
    def swap(file):
        entries = file["entries"]
        entries[position], entries[position + 1] = entries[position + 1], entries[position]

    code, says = run(changed(an_export(signer, 5, 5), swap))
    assert (code, f"entry {position + 1}: " in says) == (1, True)


def test_an_entry_that_stands_twice_is_named(signer, run):
    code, says = run(changed(an_export(signer, 3, 3), lambda f: f["entries"].insert(1, f["entries"][1])))
    assert (code, "entry 3: entry 2 stands in its place" in says) == (1, True)


@pytest.mark.parametrize("left", range(5))
def test_a_truncated_file_is_seen_by_its_heads(left, signer, run):
    code, says = run(changed(an_export(signer, 5, 2, 5), lambda f: f.update(entries=f["entries"][:left])))
    assert (code, f"entry {left + 1}: it is missing" in says, "[truncated]" in says) == (1, True, True)


def test_a_head_that_is_left_out_between_two_is_seen(signer, run):
    code, says = run(changed(an_export(signer, 5, 1, 3, 5), lambda f: f["heads"].pop(1)))
    assert (code, "a head is missing" in says) == (1, True)


def test_heads_of_another_key_are_not_believed(signer, run, tmp_path):
    """Whoever rewrites a file can sign it too, with a key of their own: a pinned one tells."""
    forged = an_export(Signer(), 3, 3)
    assert run(forged)[0] == 0
    pinned = tmp_path / "key.json"
    for content in (signer.jwk, {"keys": [signer.jwk]}):
        pinned.write_text(json.dumps(content))
        code, says = run(forged, "--key", str(pinned))
        assert (code, "not among the keys" in says) == (1, True)
        assert run(an_export(signer, 3, 3), "--key", str(pinned))[0] == 0


def test_a_chain_of_another_tenant_is_not_ones_own(signer, run):
    theirs = some_entries(3, "rival")
    file = {**an_export(signer, 3, 3), "entries": theirs}
    code, says = run(file)
    assert (code, "[tenant]" in says) == (1, True)
    assert run({**file, "heads": some_heads(signer, theirs, 3)})[0] == 1


def test_entries_behind_the_newest_head_are_told_apart(signer, run):
    code, says = run(an_export(signer, 5, 3))
    assert (code, "Nothing is signed yet over the entries from 4 on" in says) == (0, True)


def test_a_file_without_heads_says_that_nothing_is_signed(signer, run):
    code, says = run(an_export(signer, 3))
    assert (code, "No signed head is in the file" in says) == (0, True)


def test_a_part_of_the_chain_is_valid_only_for_whoever_asked_for_a_part(signer, run):
    part = changed(an_export(signer, 6, 2, 6), lambda f: f.update(entries=f["entries"][2:]))
    assert run(part)[0] == 1
    code, says = run(part, "--part")
    assert (code, "Entries 3 to 6 are as they were written" in says) == (0, True)
    unanchored = changed(an_export(signer, 6, 6), lambda f: f.update(entries=f["entries"][3:]))
    code, says = run(unanchored, "--part")
    assert (code, "What came before them is not in the file" in says) == (0, True)
    code, _ = run(changed(unanchored, lambda f: f["entries"].pop(1)), "--part")
    assert code == 1


def test_a_proof_of_another_entry_does_not_lead_to_the_head(signer, run):
    file = changed(a_proof(signer, 4), lambda f: f.update(entry=a_proof(signer, 5)["entry"]))
    code, says = run(file)
    assert (code, "entry 5: the proof does not lead" in says) == (1, True)


def test_a_tree_that_was_rewritten_did_not_grow_out_of_the_old_one(signer, run):
    file = a_consistency(signer, 3, 5)
    other = some_entries(5)
    (head,) = some_heads(signer, other, 5)
    code, says = run({**file, "second": head})
    assert (code, "[consistency]" in says) == (1, True)


def test_a_report_without_a_head_says_so(signer, run):
    code, says = run(a_report(signer, with_head=False))
    assert (code, "No head of the audit had been signed then" in says) == (0, True)
    assert run({**a_report(signer), "head": None})[0] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"format":"docchain-audit/2","tenant_id":"t","keys":[]}',
        b'{"format":"docchain-audit/1","format":"docchain-audit/1"}',
        b'{"format":"docchain-audit/1","tenant_id":"t","keys":[],"entries":[NaN],"heads":[]}',
        b'{"format":"docchain-audit/1","tenant_id":"\\ud800","keys":[],"entries":[],"heads":[]}',
        b'{"format":"docchain-audit/1","tenant_id":"t","keys":[],"entries":[],"heads":[],"more":1}',
        b"[" * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
        b"%PDF-1.7 without a proof",
    ],
)
def test_what_is_no_file_of_ours_cannot_be_read(content, run):
    code, says = run(content)
    assert (code, says.startswith("NOT READABLE")) == (2, True)


def test_a_file_that_is_not_there_cannot_be_read(run):
    from docchain.verify.__main__ import main

    assert main(["/nowhere"]) == 2


def test_it_runs_without_network_or_account_and_loads_only_the_standard_library_and_cryptography(signer, tmp_path):
    file = tmp_path / "export.json"
    file.write_text(json.dumps(an_export(signer, 3, 3)))
    code = (
        "import runpy, sys; sys.argv = ['verify', sys.argv[1]]\n"
        "try: runpy.run_module('docchain.verify', run_name='__main__')\n"
        "except SystemExit as end: code = end.code\n"
        "known = set(sys.stdlib_module_names) | {'cryptography', '_cffi_backend', 'docchain', '__main__'}\n"
        "loaded = {m.partition('.')[0] for m, v in sys.modules.items() if getattr(v, '__file__', None)}\n"
        "print(sorted(m for m in loaded - known if not m.startswith(('_', 'sitecustomize', 'distutils-precedence'))))\n"
        "sys.exit(code)"
    )
    path = str(Path(__file__).parents[3] / "layers" / "core" / "python")
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, env={"PYTHONPATH": path}, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "VALID"), done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
