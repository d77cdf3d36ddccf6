"""Keys of the vault's table. What notes a use stands apart, so that who may note one may change no secret."""


def secrets(tenant_id: str) -> str:
    return f"{tenant_id}#vault"


def uses(tenant_id: str) -> str:
    return f"{tenant_id}#vault_use"
