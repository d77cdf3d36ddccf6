"""Files under ``/tmp``: outlive the process's memory, are seen by all processes of one machine, and go with it."""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from docchain.cache.backends.shares import Marks, of_key
from docchain.cache.entry import Entry, Found, Locked, Swept, Usage, read_entry
from docchain.cache.errors import BackendUnavailable

ENTRIES_MOST = 500
BYTES_MOST = 16 * 1024 * 1024
TOTAL_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class FileBackend:
    """Names of files are hashes: a key never becomes a path. A file is written beside and renamed, so it is whole."""

    root: Path
    name: str = "file"
    is_shared: bool = False

    def read(self, tenant_id: str, key: str) -> Found:
        with _told(self.name):
            folder = self._folder(tenant_id)
            entry = _read(folder / f"{_hashed(key)}.json")
            live = entry if entry and entry.expires_at > time.time() else None
            return Found(live, entry, _marks(folder).generation)

    def write(self, tenant_id: str, key: str, entry: Entry, found: Found, owner: str = "") -> bool:  # noqa: ARG002
        with self._alone(tenant_id) as folder:
            _free(folder / f"{_hashed(key)}.lock", owner)
            if _marks(folder).covers(key, entry):
                return False
            target = folder / f"{_hashed(key)}.json"
            _put(target, entry.written())
            return self._made_room(folder, target)

    def delete(self, tenant_id: str, key: str) -> bool:
        with self._alone(tenant_id) as folder:
            target = folder / f"{_hashed(key)}.json"
            # Whoever makes it at this moment must not put it back.
            _clear(folder, (of_key(key),))
            entry = _read(target)
            target.unlink(missing_ok=True)
            return entry is not None and entry.expires_at > time.time()

    def clear(self, tenant_id: str, tags: tuple[str, ...]) -> Swept:
        with self._alone(tenant_id) as folder:
            marks = _clear(folder, tags)
            return _remove(f for f in folder.glob("*.json") if (e := _read(f)) is None or _is_covered(marks, e))

    def sweep(self, tenant_id: str) -> Swept:
        with self._alone(tenant_id) as folder:
            now = time.time()
            return _remove(f for f in folder.glob("*.json") if (e := _read(f)) is None or e.expires_at <= now)

    def usage(self, tenant_id: str) -> Usage:
        with _told(self.name):
            sizes = [f.stat().st_size for f in self._folder(tenant_id).glob("*.json")]
            return Usage(len(sizes), sum(sizes))

    def lock(self, tenant_id: str, key: str, owner: str, seconds: float, found: Found) -> Locked:
        """A lease: whoever died while making is waited for no longer than it."""
        with self._alone(tenant_id) as folder:
            entry = _read(folder / f"{_hashed(key)}.json")
            if entry and entry.expires_at > time.time() and entry.rev != (found.previous.rev if found.previous else ""):
                return Locked(False, Found(entry, entry, found.generation))
            lease = folder / f"{_hashed(key)}.lock"
            if lease.exists() and json.loads(lease.read_text())["until"] > time.time():
                return Locked(False, Found(None, entry, found.generation))
            _put(lease, json.dumps({"owner": owner, "until": time.time() + seconds}))
            return Locked(True, Found(None, entry, found.generation))

    def unlock(self, tenant_id: str, key: str, owner: str) -> None:
        with self._alone(tenant_id) as folder:
            _free(folder / f"{_hashed(key)}.lock", owner)

    def _folder(self, tenant_id: str) -> Path:
        folder = self.root / _hashed(tenant_id)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    @contextmanager
    def _alone(self, tenant_id: str) -> Iterator[Path]:
        """One writer of a tenant's folder at a time; the kernel frees the lock of a process that dies."""
        with _told(self.name):
            folder = self._folder(tenant_id)
            with (folder / "door").open("w") as door:
                fcntl.flock(door, fcntl.LOCK_EX)
                yield folder

    def _made_room(self, folder: Path, newest: Path) -> bool:
        """The tenant's oldest go first; its new one as well when other tenants have filled the disk's share."""
        stats = {f: f.stat() for f in folder.glob("*.json")}
        held = sum(s.st_size for s in stats.values())
        others = sum(f.stat().st_size for f in self.root.glob("*/*.json") if f.parent != folder)
        oldest = sorted(stats, key=lambda f: (f == newest, stats[f].st_mtime_ns))
        left = len(oldest)
        for file in oldest:
            if left <= ENTRIES_MOST and held <= BYTES_MOST and held + others <= TOTAL_BYTES:
                break
            file.unlink(missing_ok=True)
            left, held = left - 1, held - stats[file].st_size
        return newest.exists()


@contextmanager
def _told(name: str) -> Iterator[None]:
    """A full or read-only disk is a store that does not answer."""
    try:
        yield
    except OSError as error:
        raise BackendUnavailable(name) from error


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _read(file: Path) -> Entry | None:
    try:
        return read_entry(file.read_bytes())
    except FileNotFoundError:
        return None


def _marks(folder: Path) -> Marks:
    try:
        return Marks(**json.loads((folder / "marks").read_text()))
    except FileNotFoundError:
        return Marks()


def _clear(folder: Path, names: tuple[str, ...]) -> Marks:
    marks = _marks(folder)
    marks.clear(names)
    _put(folder / "marks", json.dumps(asdict(marks)))
    return marks


def _is_covered(marks: Marks, entry: Entry) -> bool:
    """Of what lies there already: a deleted key has no file."""
    return marks.covers("", entry)


def _put(target: Path, text: str) -> None:
    beside = target.with_suffix(f".{os.getpid()}.part")
    beside.write_text(text)
    beside.replace(target)


def _free(lease: Path, owner: str) -> None:
    if owner and lease.exists() and json.loads(lease.read_text())["owner"] == owner:
        lease.unlink()


def _remove(files: Iterator[Path]) -> Swept:
    found = list(files)
    for file in found:
        file.unlink(missing_ok=True)
    return Swept(len(found))
