"""An answer pushed to the caller's own room while it is written, and answered as a whole in the end.

Pieces are numbered without gaps. They are an echo: who misses one has the whole answer from REST.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from docchain.ai.errors import StreamCut
from docchain.ai.guardrails.leaks import Watching, check_answer
from docchain.ai.models import Answer
from docchain.ai.tasks.answers import Generated
from docchain.ai.tasks.asked import Generate
from docchain.ai.tasks.desk import Caller, Desk
from docchain.ai.tasks.generating import Prepared, generated, prepare
from docchain.clock import now
from docchain.errors import DocchainError
from docchain.ids import new_ulid
from docchain.realtime.keys import user_room
from docchain.realtime.push import deliver
from docchain.realtime.switchboard import Switchboard

SOCKETS_MOST: Final = 20
"""Of one person: each piece is posted to each of them while the model writes."""
GATHERED_SECONDS: Final = 0.05
GATHERED_CHARACTERS: Final = 400


@dataclass
class Pushing:
    """The first piece leaves at once; what follows within a twentieth of a second leaves together."""

    board: Switchboard
    room_id: str
    stream_id: str
    sockets: list[str]
    seq: int = 0
    first_at: float | None = None
    _gathered: list[str] = field(default_factory=list)
    _pushed_at: float = float("-inf")

    def add(self, text: str) -> None:
        if not text:
            return
        self._gathered.append(text)
        waited = time.monotonic() - self._pushed_at
        if waited >= GATHERED_SECONDS or sum(map(len, self._gathered)) >= GATHERED_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        if self._gathered:
            text = "".join(self._gathered)
            self._gathered.clear()
            self.first_at = self.first_at or time.monotonic()
            self.say("delta", text=text)

    def say(self, event: str, **fields: object) -> None:
        self.seq += 1
        message = {
            "type": "ai_stream",
            "event_type": "ai_processing",
            "event": event,
            "room_id": self.room_id,
            "stream_id": self.stream_id,
            "seq": self.seq,
            **fields,
            "timestamp": now(),
        }
        # Whoever is gone is found by the next event of the room; here they only cost no more posts.
        gone = deliver(self.board.push, {socket: [message] for socket in self.sockets}).gone
        self.sockets = [socket for socket in self.sockets if socket not in gone]
        self._pushed_at = time.monotonic()


def stream(desk: Desk, board: Switchboard, caller: Caller, user_id: int, asked: Generate) -> Generated:
    """Raises what ``generate`` raises; who listens hears of that as well."""
    started = time.monotonic()
    prepared = prepare(desk, caller, asked)
    room_id = user_room(user_id)
    members = board.rooms.read_members(caller.tenant_id, room_id)[:SOCKETS_MOST]
    pushing = Pushing(board, room_id, asked.stream_id or new_ulid(), [member.connection for member in members])
    try:
        answer = _whole(desk, prepared, pushing)
    except DocchainError as error:
        pushing.say("failed", code=error.code, message=error.message)
        raise
    pieces = pushing.seq
    pushing.say("completed", provider=answer.provider, model=answer.model, finish_reason=answer.finish_reason)
    told = generated(answer, prepared)
    told.stream_id, told.pieces = pushing.stream_id, pieces
    told.seconds_to_first_piece = round(pushing.first_at - started, 3) if pushing.first_at else None
    return told


def _whole(desk: Desk, prepared: Prepared, pushing: Pushing) -> Answer:
    watching = Watching(prepared.fence)
    for piece, answer in _pieces(desk, prepared):
        if answer is None:
            pushing.add(watching.add(piece))
            continue
        check_answer(prepared.fence, answer.text)
        pushing.add(watching.rest())
        pushing.flush()
        return answer
    raise StreamCut("The provider ended its stream without an answer.")


def _pieces(desk: Desk, prepared: Prepared) -> Iterator[tuple[str, Answer | None]]:
    for delta in desk.gateway.stream(prepared.question):
        yield delta.text, delta.answer
