"""notification_sending: to somebody of the tenant, by letter or into the room of their sockets, which is their inbox.

``in_app`` and ``websocket`` are the same room ``user_{id}``: who is connected gets it pushed, and who is away finds it
in the room's history for as long as that is kept.
"""

from dataclasses import dataclass, field
from typing import Any

from docchain.clock import epoch
from docchain.identity.models import User
from docchain.realtime import keys
from docchain.realtime.models import RoomMessage
from docchain.realtime.publishing import News, check_size, publish
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Action, Table
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.letters import Post, letter_of, told_of
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.refusing import refusing
from docchain.tasks.kinds.shapes import NotificationSending

KIND = "notification_sending"
NOTED_SECONDS = 40 * 24 * 3600
"""Longer than a task is kept: the note outlives every try of it."""


@dataclass(frozen=True)
class Notifier:
    people: People
    post: Post
    rooms: Table = field(repr=False)

    def run(self, parameters: NotificationSending, context: TaskContext) -> dict[str, Any]:
        with refusing():
            sender = self.people.asker(context, KIND)
            recipient = self.people.recipient(context.tenant, parameters.recipient)
            context.check()
            if parameters.channel == "email":
                words = (parameters.subject, parameters.message)
                letter = letter_of(*words, [recipient.email], sender, context.task_id)
                return told_of(self.post.send(context, letter), 1)
            return self._tell(parameters, context, sender, recipient)

    def _tell(self, asked: NotificationSending, context: TaskContext, sender: User, to: User) -> dict[str, Any]:
        """Once: the note of it is in the transaction that numbers the message."""
        words = {"subject": asked.subject, "message": asked.message, "from": sender.username}
        data = {**words, "task_id": context.task_id, "data": asked.data}
        check_size(data)
        news = News(keys.user_room(to.id), "notification_sent", "notification.sent", data, event_id=context.task_id)
        pk = f"{context.tenant}#notified"

        def noting(message: RoomMessage) -> list[Action]:
            note: Item = {"pk": pk, "sk": context.task_id, "entity": "notified", "seq": message.seq}
            note["expires_at"] = epoch() + NOTED_SECONDS
            return [self.rooms.putting(note, when=Attr("pk").not_exists())]

        try:
            seq = publish(self.rooms, context.tenant, news, noting).seq
        except ConditionFailed:
            seq = int((self.rooms.get(pk, context.task_id, consistent=True) or {"seq": 0})["seq"])
        return {"channel": asked.channel, "state": "sent", "room_id": news.room_id, "seq": seq, "recipients": 1}
