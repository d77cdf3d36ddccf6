"""Names of states: a node's is its key; what stands around nodes is named after the first node it is for."""

from dataclasses import dataclass, field

FINISHED = "RunFinished"
FAILED = "RunFailed"
END = "Failed"


@dataclass
class Names:
    """Unique in the whole machine, as Step Functions asks. A key has no capital and no space: none collides."""

    taken: set[str] = field(default_factory=set)

    def take(self, what: str, key: str) -> str:
        name, number = f"{what} {key}", 2
        while name in self.taken:
            name, number = f"{what} {key} {number}", number + 1
        self.taken.add(name)
        return name
