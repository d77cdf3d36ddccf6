"""The lane of a process: its own as long as nobody else is in it, and another once it met somebody."""

import random
from dataclasses import dataclass, field

from docchain.metrics.keys import LANES


@dataclass
class Lane:
    number: int = field(default_factory=lambda: random.randrange(LANES))  # noqa: S311  # spreads writers, hides nothing

    def change(self) -> None:
        self.number = (self.number + random.randrange(1, LANES)) % LANES  # noqa: S311
