"""A run's file: worked again with no account and no network, and whatever differs is named."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docchain.documents.models import Document
from docchain.replay.__main__ import AS_RECORDED, DIFFERS, NOT_READABLE, local_workers, main
from docchain.replay.fixture import read_fixture
from docchain.replay.offline import replay_offline
from docchain.replay.offline_world import NotInTheFile, offline_world
from docchain.steps.hashing import content_hash
from tests.support.http_peer import Peer as Receiver
from tests.support.openai_peer import Peer as Model
from tests.support.player import Player
from tests.unit.replay.test_replay import asked, told, written

ROOT = Path(__file__).parents[3]


@pytest.fixture
def exported(api: Any, ran: Any, receiver: Receiver) -> dict[str, Any]:
    """Text, a paid answer, a condition, a large output, a PDF and an effect."""
    source = ran(
        [
            written("a", "About {{ params.topic }}"),
            asked("b", "Draft: {{ nodes.a.text }}"),
            {"name": "c", "node_type": "condition", "config": {"expression": "nodes.b.words > 1"}},
            written("d", "{% for i in range(3000) %}{{ nodes.b.text }} {% endfor %}", depends_on=["c:true"]),
            written("e", "never", depends_on=["c:false"]),
            {
                "name": "f",
                "node_type": "document_render",
                "config": {"source": "# {{ nodes.b.text }}", "format": "pdf"},
                "depends_on": ["d"],
            },
            told("g", receiver, "{{ nodes.b.text }}", depends_on=["f"]),
        ],
        {"topic": "bees"},
    )
    status, file = api("GET", f"/runs/{source}/export")
    assert status == 200, file
    return dict(file)


def kept(tmp_path: Path, file: dict[str, Any]) -> Path:
    path = tmp_path / "run.json"
    path.write_text(json.dumps(file))
    return path


def resealed(file: dict[str, Any]) -> dict[str, Any]:
    rest = {k: v for k, v in file.items() if k != "hash"}
    return {**rest, "hash": content_hash(rest)}


def record_of(file: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for r in file["records"] if r["key"] == key)
    return found


def verdicts(file: dict[str, Any], only: str | None = None) -> dict[str, str]:
    return {c.node: c.verdict.value for c in replay_offline(read_fixture(file), local_workers(), only)}


def test_pure_nodes_are_worked_again_and_the_others_answered(exported: dict[str, Any]) -> None:
    assert verdicts(exported) == {
        **dict.fromkeys(["a", "c", "d", "f"], "same"),
        **dict.fromkeys(["b", "e", "g"], "recorded"),
    }


def test_it_pays_nobody_and_acts_on_nothing(exported: dict[str, Any], model: Model, receiver: Receiver) -> None:
    before = (len(model.requests), len(receiver.received))
    verdicts(exported)
    assert (len(model.requests), len(receiver.received)) == before


@pytest.mark.parametrize(
    ("node", "change"),
    [
        ("a", lambda f: f["definition"]["nodes"][0]["config"].update(template="On {{ params.topic }}")),
        ("a", lambda f: record_of(f, "a").update(output_hash="0" * 64)),
        ("d", lambda f: record_of(f, "b")["output"].update(text="another answer")),
        ("c", lambda f: record_of(f, "b")["facts"].update(words=1)),
        ("f", lambda f: record_of(f, "f").update(output_hash="0" * 64)),
    ],
)
def test_what_differs_is_named(exported: dict[str, Any], tmp_path: Path, capsys: Any, node: str, change: Any) -> None:
    change(exported)
    assert main([str(kept(tmp_path, resealed(exported))), "--check"]) == DIFFERS
    assert f"NOT AS RECORDED: node {node}:" in capsys.readouterr().out


def test_one_node_alone_is_shown_with_what_it_makes_now(exported: dict[str, Any], tmp_path: Path, capsys: Any) -> None:
    record_of(exported, "a")["output"]["text"] = "About wasps"
    record_of(exported, "a")["output_hash"] = content_hash(record_of(exported, "a")["output"])
    assert main([str(kept(tmp_path, resealed(exported))), "--only", "a"]) == DIFFERS
    told = capsys.readouterr().out
    assert '- "text": "About wasps"' in told
    assert '+ "text": "About bees"' in told
    assert verdicts(resealed(exported), "b") == {"b": "recorded"}


def test_a_file_that_was_changed_or_is_none_is_not_read(exported: dict[str, Any], tmp_path: Path) -> None:
    record_of(exported, "b")["output"]["text"] = "forged"
    assert main([str(kept(tmp_path, exported))]) == NOT_READABLE
    assert main([str(kept(tmp_path, {"format": "other"}))]) == NOT_READABLE
    assert main([str(tmp_path / "none.json")]) == NOT_READABLE
    assert main([str(kept(tmp_path, resealed(exported))), "--only", "nobody"]) == NOT_READABLE


def test_a_content_that_is_not_in_the_file_is_not_guessed(exported: dict[str, Any]) -> None:
    exported["left_out"], exported["contents"] = list(exported["contents"]), {}
    found = verdicts(resealed(exported))
    assert (found["d"], found["a"]) == ("same", "same")  # by its hash


def test_a_replays_file_holds_too(api: Any, exported: dict[str, Any], player: Player) -> None:
    run = api("POST", f"/runs/{exported['run']['id']}/replay", {"from_node": "d"})[1]["run"]["id"]
    player.play(run)
    file = api("GET", f"/runs/{run}/export")[1]
    assert [node for node, verdict in verdicts(file).items() if verdict == "same"] == ["a", "c", "d", "f"]


def test_the_command_has_neither_account_nor_network(exported: dict[str, Any], tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/core/python'}",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "docchain.replay", str(kept(tmp_path, exported))]
    ended = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert (ended.returncode, ended.stderr) == (AS_RECORDED, "")
    assert ended.stdout.splitlines()[-1] == "AS RECORDED: 4 nodes worked again, 3 answered from their records"


def test_a_run_that_goes_on_has_no_file(api: Any) -> None:
    workflow = api("POST", "", {"name": "W", "nodes": [written("a", "x")]})[1]["id"]
    run = api("POST", f"/{workflow}/execute")[1]["id"]
    assert api("GET", f"/runs/{run}/export")[1]["error"]["code"] == "RUN_STILL_OPEN"


def test_a_version_of_a_document_that_is_not_in_the_file_is_not_guessed(exported: dict[str, Any]) -> None:
    card = Document(
        id="doc_1",
        version=2,
        filename="a.txt",
        media_type="text/plain",
        size=3,
        sha256=content_hash("bee"),
        origin={"kind": "upload"},
        created_at="2026-01-01T00:00:00Z",
        created_by="ada",
    )
    file = resealed({**exported, "documents": [card.model_dump(mode="json")]})
    documents = offline_world(read_fixture(file), {}).documents

    assert documents.read_version("t", "doc_1", 2) == documents.read("t", "doc_1") == card
    with pytest.raises(NotInTheFile, match="version 2 of document doc_1, not 1"):
        documents.read_version("t", "doc_1", 1)
