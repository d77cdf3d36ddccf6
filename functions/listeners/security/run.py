"""One event after the other; a finding is logged beside being kept."""

from docchain.events.models import Event
from docchain.observability import logger
from docchain.threats.watch import Watch, watch


def weigh(event: Event, keeper: Watch) -> None:
    for threat in watch(event, keeper):
        logger.warning("threat", extra={"rule": threat.rule, "severity": threat.severity.value, "threat": threat.id})
