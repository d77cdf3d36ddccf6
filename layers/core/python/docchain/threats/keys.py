"""Keys of the guard table for windows, threats and blocks."""


def window(tenant_id: str, rule: str, subject: str) -> str:
    return f"{tenant_id}#window#{rule}#{subject}"


def threats(tenant_id: str) -> str:
    return f"{tenant_id}#threats"


def found(tenant_id: str) -> str:
    """What was found already: an item per rule, subject and time."""
    return f"{tenant_id}#found"


def blocked(tenant_id: str) -> str:
    """The list; what the doors look up is an item of the identity table per address."""
    return f"{tenant_id}#blocked"
