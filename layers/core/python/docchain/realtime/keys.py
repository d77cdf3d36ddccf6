"""Keys of the realtime table and names of rooms."""

# Nobody's tenant: connections without a token live here and are in no room.
ANONYMOUS = "_anonymous"

CONNECTION = "connection"
DIRECTORY = "directory"
ROOM = "room"
MEMBER_PREFIX = "member#"
HISTORY_PREFIX = "history#"
SESSION_PREFIX = "connection#"
OPEN_ROOM_PREFIX = "room#"
OPEN_ROOMS_TOTAL = "total"

STATS = ("_system#stats", "websocket")

SYSTEM_ROOM = "system"
# Who looks after the tenant: entered at connecting by those who may read the audit.
SECURITY_ROOM = "security"
USER_ROOM_PREFIX = "user_"

# When connections are to be looked at again, over all tenants and spread over a few partitions: for the sweep alone.
DUE_PREFIX = "_system#due#"
DUE_SHARDS = 8


def connection(tenant_id: str, connection: str) -> str:
    return f"{tenant_id}#connection#{connection}"


def directory(connection: str) -> str:
    """API Gateway names only the connection; this says whose it is, before a tenant is known."""
    return f"_directory#connection#{connection}"


def session(tenant_id: str, session_id: str) -> str:
    return f"{tenant_id}#session#{session_id}"


def connections(tenant_id: str) -> str:
    """The tenant's connections by age: for the list, and to bury those whose end nobody told."""
    return f"{tenant_id}#connections"


def room(tenant_id: str, room_id: str) -> str:
    return f"{tenant_id}#room#{room_id}"


def tenant_of(pk: str) -> str:
    """Whose partition it is."""
    return pk.split("#", 1)[0]


def open_rooms(tenant_id: str) -> str:
    """Rooms with somebody in them."""
    return f"{tenant_id}#rooms"


def member(connection: str) -> str:
    return f"{MEMBER_PREFIX}{connection}"


def history(seq: int) -> str:
    return f"{HISTORY_PREFIX}{seq:012d}"


def histories(after: int) -> tuple[str, str]:
    """From the first number behind it to the last: members and notes lie behind these in the same partition."""
    return f"{history(after)}#", f"{HISTORY_PREFIX}~"


def told(event_id: str) -> str:
    """Beside a room's history: an event of the bus that it has already."""
    return f"told#{event_id}"


def due(at: int, connection: str) -> str:
    return f"{at:010d}#{connection}"


def user_room(user_id: int) -> str:
    return f"{USER_ROOM_PREFIX}{user_id}"


def workflow_room(workflow_id: int) -> str:
    return f"workflow_{workflow_id}"


def task_room(task_id: str) -> str:
    """A background task's."""
    return f"task_{task_id}"


def run_room(run_id: int) -> str:
    return f"run_{run_id}"
