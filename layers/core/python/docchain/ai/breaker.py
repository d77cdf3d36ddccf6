"""A circuit breaker per provider and model: after failures in a row nobody asks for a while, then one probes.

Closed costs nothing: a process counts its failures by itself, and looks at the shared item at most every few seconds.
Open is one item that all processes see. Whose credentials are asked with has the item: one tenant's broken server says
nothing about another's, and what is reached with the stage's own is everybody's (``_system``).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import BotoCoreError, ClientError

from docchain.ai.errors import ProviderResting
from docchain.clock import epoch
from docchain.observability import logger, metrics
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Table

FAILURES: Final = 5
REST_SECONDS: Final = 30
REST_SECONDS_MOST: Final = 300
PROBE_SECONDS: Final = 60
LOOKED_EVERY_SECONDS: Final = 5.0
_KEPT_SECONDS: Final = 3600
_CIRCUITS_MOST: Final = 4096
_CIRCUITS_SHOWN: Final = 100

Write = Callable[[Table], None]


@dataclass
class Circuit:
    """What a process knows of one. ``open_until`` is of the shared item, in epoch seconds; 0 when it is closed."""

    failures: int = 0
    open_until: int = 0
    rests: int = 0
    looked_at: float = float("-inf")


@dataclass(frozen=True)
class Breaker:
    table: Table | None
    circuits: dict[tuple[str, str], Circuit] = field(default_factory=dict, repr=False)

    def admit(self, owner: str, target: str) -> None:
        """Raises ``ProviderResting``. When the rest is over one caller passes as the probe, the others wait for it."""
        circuit = self._look(owner, target)
        if not circuit.open_until:
            return
        left = circuit.open_until - epoch()
        if left <= 0 and self._may_probe(owner, target, circuit):
            return
        raise ProviderResting(f"{target} failed too often and is not asked for now", retry_after=float(max(1, left)))

    def succeeded(self, owner: str, target: str) -> None:
        circuit = self._known(owner, target)
        circuit.failures = 0
        if circuit.open_until:
            circuit.open_until, circuit.rests = 0, 0
            self._quietly(lambda table: table.put(_item(owner, target, 0, 0)))
            logger.info("a circuit closed", extra={"target": target})

    def failed(self, owner: str, target: str) -> None:
        """A probe that fails opens at once, for twice as long."""
        circuit = self._known(owner, target)
        circuit.failures += 1
        if circuit.failures < FAILURES and not circuit.open_until:
            return
        circuit.rests += 1
        rest = min(REST_SECONDS_MOST, REST_SECONDS * 2 ** (circuit.rests - 1))
        circuit.failures, circuit.open_until, circuit.looked_at = 0, epoch() + rest, time.monotonic()
        item = _item(owner, target, circuit.open_until, circuit.rests)
        self._quietly(lambda table: table.put(item))
        metrics.add_metric(name="CircuitsOpened", unit=MetricUnit.Count, value=1)
        logger.warning("a circuit opened", extra={"target": target, "seconds": rest})

    def _look(self, owner: str, target: str) -> Circuit:
        circuit = self._known(owner, target)
        if self.table and time.monotonic() - circuit.looked_at >= LOOKED_EVERY_SECONDS:
            circuit.looked_at = time.monotonic()
            try:
                item = self.table.get(*_place(owner, target)) or {}
            except (BotoCoreError, ClientError) as error:
                logger.warning("a circuit could not be read", extra={"target": target, "fault": str(error)})
                return circuit
            circuit.open_until, circuit.rests = int(item.get("open_until", 0)), int(item.get("rests", 0))
        return circuit

    def _may_probe(self, owner: str, target: str, circuit: Circuit) -> bool:
        """One caller in ``PROBE_SECONDS``: a probe that died must not keep the circuit open for ever."""
        now = epoch()
        table = self.table
        if table is None:
            circuit.open_until = now + PROBE_SECONDS
            return True
        free = Attr("open_until").lte(now) & (Attr("probe_until").not_exists() | Attr("probe_until").lte(now))
        try:
            table.update(*_place(owner, target), set_={"probe_until": now + PROBE_SECONDS}, when=free)
        except ConditionFailed:
            circuit.looked_at = float("-inf")  # somebody else probes, or closed it: look again next time
            return False
        except (BotoCoreError, ClientError):
            return True
        return True

    def _known(self, owner: str, target: str) -> Circuit:
        if len(self.circuits) >= _CIRCUITS_MOST:
            self.circuits.clear()
        return self.circuits.setdefault((owner, target), Circuit())

    def _quietly(self, write: Write) -> None:
        """The breaker spares calls; when its table is away, calls are made and fail by themselves."""
        if self.table is None:
            return
        try:
            write(self.table)
        except (BotoCoreError, ClientError) as error:
            logger.warning("a circuit could not be told", extra={"fault": str(error)})


def _item(owner: str, target: str, open_until: int, rests: int) -> Item:
    pk, sk = _place(owner, target)
    ends = max(open_until, epoch()) + _KEPT_SECONDS
    return {"pk": pk, "sk": sk, "entity": "circuit", "open_until": open_until, "rests": rests, "expires_at": ends}


def open_circuits(table: Table, owner: str) -> dict[str, int]:
    """Target → until when it is not asked, in epoch seconds; those that are closed are not there."""
    page = table.query(f"{owner}#circuits", limit=_CIRCUITS_SHOWN)
    return {item["sk"]: int(item["open_until"]) for item in page.items if int(item["open_until"]) > epoch()}


def _place(owner: str, target: str) -> tuple[str, str]:
    return f"{owner}#circuits", target
