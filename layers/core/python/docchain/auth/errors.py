"""What is refused to a caller who is known.

Forbidden
├── SessionRequired     what is one's own: a key may not do it
└── AddressRefused      a blocked address, or one that the API key does not name
"""

from docchain.errors import Forbidden


class SessionRequired(Forbidden):
    code = "SESSION_REQUIRED"

    def __init__(self) -> None:
        super().__init__("An API key may not do this; log in.")


class AddressRefused(Forbidden):
    code = "ADDRESS_REFUSED"

    def __init__(self) -> None:
        super().__init__("Calls from this address are refused.")
