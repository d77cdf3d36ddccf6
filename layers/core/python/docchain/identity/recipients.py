"""Whose a mail address is, for who writes to people of one tenant and to nobody else."""

from docchain.identity import keys
from docchain.identity.names import canonical
from docchain.storage.table import Table


def find_strangers(identity: Table, tenant_id: str, addresses: list[str]) -> list[str]:
    """Those that belong to nobody of the tenant; one call."""
    wanted = {a: (keys.email(canonical(a)), keys.DIRECTORY) for a in addresses}
    found = identity.get_many(wanted.values(), consistent=True)
    return [a for a, at in wanted.items() if found.get(at, {}).get("tenant_id") != tenant_id]
