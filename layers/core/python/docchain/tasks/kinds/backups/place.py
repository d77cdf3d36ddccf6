"""Where a backup lies: below the tenant, named by the task that made it."""

from dataclasses import dataclass, field

from docchain.documents.store import ContentStore


@dataclass(frozen=True)
class Place:
    contents: ContentStore = field(repr=False)
    tenant: str
    backup_id: str

    def put(self, name: str, data: bytes) -> None:
        self.contents.put_named(self.tenant, self._path(name), data)

    def put_once(self, name: str, data: bytes) -> bool:
        """``False`` when it is there already."""
        return self.contents.put_named_once(self.tenant, self._path(name), data)

    def find(self, name: str) -> bytes | None:
        return self.contents.find_named(self.tenant, self._path(name))

    def remove_some(self) -> int:
        return self.contents.remove_some_below(self.tenant, self._folder)

    def holds_something(self) -> bool:
        return bool(self.contents.names_below(self.tenant, self._folder, 1))

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}"

    @property
    def _folder(self) -> str:
        return f"backups/{self.backup_id}"
