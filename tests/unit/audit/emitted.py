"""The names of all events that the code can tell, read from its text: what nobody listed is found all the same."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from docchain.runs.models import RunStatus

ROOT = Path(__file__).parents[3]
ROOMS = (ROOT / "layers/core/python/docchain", ROOT / "functions")
# Readers of events, and lists of names, tell none themselves.
READERS = ("audit/kinds.py", "realtime/", "functions/listeners/", "functions/queues/", "mail/kinds.py")
NAME = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
# ``f"run.{status}"`` is as many names as a run has ways to end, ``f"user.{reason}"`` as a password has to be new.
FORMED = {
    "run.": [f"run.{s.value}" for s in RunStatus if s is not RunStatus.RUNNING],
    "user.": ["user.password_changed", "user.password_reset"],
}


def emitted_names() -> dict[str, list[str]]:
    """Name → the files that tell it."""
    found: dict[str, list[str]] = {}
    for room in ROOMS:
        for path in sorted(room.rglob("*.py")):
            where = str(path.relative_to(ROOT))
            if any(reader in where for reader in READERS):
                continue
            tree = ast.parse(path.read_text())
            if not _speaks_of_events(tree):
                continue
            for name in _names(tree):
                found.setdefault(name, []).append(where)
    return found


def _speaks_of_events(tree: ast.Module) -> bool:
    imported = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    return any(
        (node.module or "").startswith("docchain.events")
        or any("event" in a.name.lower() or a.name in {"news", "fact"} for a in node.names)
        for node in imported
    )


def _names(tree: ast.Module) -> Iterator[str]:
    documentation = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            if NAME.fullmatch(node.value):
                yield node.value
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            begins = str(node.values[0].value)
            if re.fullmatch(r"[a-z_]+\.", begins):
                yield from FORMED.get(begins, [f"{begins}…"])
