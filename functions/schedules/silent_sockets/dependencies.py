"""All that the sweep of connections needs from the world."""

from functools import cache

from docchain.realtime.settings import RealtimeSettings as Settings
from docchain.realtime.settings import build_switchboard
from docchain.realtime.switchboard import Switchboard


@cache
def switchboard() -> Switchboard:
    return build_switchboard(Settings())
