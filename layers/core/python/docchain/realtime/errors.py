"""Errors of real time."""

from docchain.errors import ClientError, Conflict


class ConnectionGone(ClientError):
    """The socket is closed, or not open yet: API Gateway says 410 in both cases."""

    status = 410
    code = "CONNECTION_GONE"

    def __init__(self, connection: str) -> None:
        super().__init__("The connection is closed.")
        self.connection = connection


class TooManyRooms(Conflict):
    code = "TOO_MANY_ROOMS"

    def __init__(self, most: int) -> None:
        super().__init__(f"A connection may be in {most} rooms; leave one first.", details={"most": most})


class TooManyConnections(Conflict):
    code = "TOO_MANY_CONNECTIONS"

    def __init__(self, most: int) -> None:
        super().__init__(f"A session may have {most} connections.", details={"most": most})
