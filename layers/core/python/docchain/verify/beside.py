"""The documents that a receipt names, checked in a folder: by their hash, whatever they are called there."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from docchain.verify.answers import Answer
from docchain.verify.faults import Fault, Unreadable, Wrong
from docchain.verify.receipts import name_of_entry

FILES_MOST: Final = 10_000
_CHUNK: Final = 1 << 20


def check_files(receipt: dict[str, Any], folder: Path, answer: Answer) -> Answer:
    """``answer`` is the receipt's own, which must be good before it can say what a document should be."""
    if answer.fault:
        return answer
    found = {path: _sha256(path) for path in _files(folder)}
    present, names = set(found.values()), {path.name: path for path in found}
    matched, absent, known = 0, [], set[str]()
    for seq, record, document in _documents(receipt):
        known.add(document["sha256"])
        if document["sha256"] in present:
            matched += 1
            continue
        namesake = names.get(document["id"]) or names.get(document["filename"])
        if namesake is not None:
            says = f"{name_of_entry(record, seq)}: {namesake.name} is not the document {document['id']} that it made"
            return Answer((), Fault(Wrong.CONTENT, says, seq, "documents"))
        absent.append(document["id"])
    told = [f"{matched} documents in {folder} are those that the run made, byte for byte."]
    if absent:
        told.append(f"Not in the folder: {', '.join(absent)}.")
    if strange := sorted(path.name for path, sha256 in found.items() if sha256 not in known):
        told.append(f"Of no document of the run: {', '.join(strange)}.")
    return Answer((*answer.says, *told))


def _documents(receipt: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    """What was erased names none."""
    for seq, record in enumerate(receipt["records"], start=1):
        for document in record["documents"]["value"] or []:
            if document.get("sha256"):
                yield seq, record, document


def _files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    if len(files) > FILES_MOST:
        raise Unreadable(f"{folder} has more than {FILES_MOST:,} files")
    return files


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
