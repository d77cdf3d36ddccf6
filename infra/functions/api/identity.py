"""Doors to who somebody is: accounts, sessions and what users entrust to us."""

from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.api.group import Group, below
from infra.stacks.data import Data


def add_auth(scope: Construct, platform: Platform, data: Data) -> Group:
    """Identity's doors; who deletes a user has the audit forget what is personal."""
    function = _identity(scope, platform, data, "auth")
    function.add_environment("AUDIT_TABLE", data.audit.table_name)
    grants.on_tables(function, grants.WRITE, data.audit)
    grants.query_index(function, data.audit, "by_user")
    return below("/api/v3/auth", function, "/register", "/login", "/invitations/accept")


def add_security(scope: Construct, platform: Platform, data: Data) -> Group:
    """Identity's doors, and what users entrust to them."""
    function = _identity(scope, platform, data, "security")
    function.add_environment("DATA_KEY", data.data_key.key_id)
    function.add_environment("RSA2048_KEY", data.rsa_key_id(2048))
    function.add_environment("RSA4096_KEY", data.rsa_key_id(4096))
    function.add_environment("VAULT_TABLE", data.vault.table_name)
    function.add_environment("PASSKEY_ORIGIN", platform.stage.web_origin)
    grants.allow(function, ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"], [data.data_key.key_arn])
    if data.rsa_keys:
        grants.allow(function, ["kms:Encrypt", "kms:Decrypt"], [k.key_arn for k in data.rsa_keys.values()])
    grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.vault)
    grants.on_tables(function, ("GetItem",), data.limits)  # to tell what is left of a limit
    return below(
        "/api/v3/security",
        function,
        "/auth/register",
        "/auth/login",
        "/auth/mfa",
        "/auth/passkey/begin",
        "/auth/passkey/finish",
        "/auth/refresh",
        "/auth/reset-password",
        "/auth/reset-password/confirm",
        "/validate/password",
        "/.well-known/jwks.json",
    )


def _identity(scope: Construct, platform: Platform, data: Data, name: str) -> PythonFunction:
    stage = platform.stage
    function = PythonFunction(
        scope,
        platform,
        f"api/{name}",
        environment={
            "IDENTITY_TABLE": data.identity.table_name,
            "GUARD_TABLE": data.guard.table_name,
            "SIGNING_KEYS": data.signing_key_ids,
            "ARGON2_TIME_COST": str(stage.password_hashing.time_cost),
            "ARGON2_MEMORY_KIB": str(stage.password_hashing.memory_kib),
            "ARGON2_PARALLELISM": str(stage.password_hashing.parallelism),
        },
        # A password hash is CPU, and Lambda's CPU comes with its memory.
        memory_mb=1024,
    )
    # Queries are of users, invitations and what belongs to one account; the index lists what a deleted user leaves.
    grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.identity)
    grants.query_index(function, data.identity, "by_user")
    grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.guard)
    grants.allow(function, ["kms:Sign", "kms:GetPublicKey"], [key.key_arn for key in data.signing_keys])
    return function
