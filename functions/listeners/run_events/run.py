"""Events of runs, numbered into the history of their rooms; from there they go their own way to the sockets."""

from docchain.entrypoints.listener import Change
from docchain.events.models import Event
from docchain.realtime.numbering import RunFact, number_events
from docchain.storage.table import Table


def tell_rooms(changes: list[Change], realtime: Table) -> list[str]:
    """Nothing is ever left over: all or an exception, and then the batch comes again."""
    number_events(realtime, [RunFact(change.sequence, Event.model_validate(change.new["event"])) for change in changes])
    return []
