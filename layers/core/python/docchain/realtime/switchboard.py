"""What every part of real time needs: the table and the way to the sockets."""

from dataclasses import dataclass

from docchain.realtime.connections import ConnectionRepository
from docchain.realtime.push import Push
from docchain.realtime.rooms import RoomRepository
from docchain.storage.table import Table


@dataclass(frozen=True)
class Switchboard:
    table: Table
    push: Push

    @property
    def connections(self) -> ConnectionRepository:
        return ConnectionRepository(self.table)

    @property
    def rooms(self) -> RoomRepository:
        return RoomRepository(self.table)
