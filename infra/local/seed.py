"""The local stage's first user: admin / admin123 of the tenant ``default``, and nowhere else."""

import boto3

from docchain import aws
from docchain.clock import now
from docchain.identity import policies
from docchain.identity.models import User
from docchain.identity.passwords import Passwords
from docchain.identity.registration import FOUNDER, FOUNDER_ROLES
from docchain.identity.users import UserRepository
from docchain.ids import DEFAULT_TENANT
from docchain.storage.table import Table

# Cheap, so that starting is quick; the first login hashes again with the stage's own costs.
_PASSWORDS = Passwords(time_cost=1, memory_kib=8192, parallelism=1)
# Load tests run as the admin, and would measure the limit of 100 calls a minute; many shells log in as this one user,
# and a sixth must not log out the first. Nor does a known password grow old.
_POLICIES = policies.Policies(
    password=policies.PasswordPolicy(max_age_days=0),
    session=policies.SessionPolicy(max_concurrent=50),
    api=policies.ApiPolicy(rate_limit_per_minute=1_000_000),
)
_PASSWORD = "admin123"  # noqa: S105  # known to everybody, and therefore local only


def seed(endpoint_url: str, outputs: dict[str, str]) -> None:
    """Region and credentials are the environment's. A second time changes nothing."""
    client = boto3.client("dynamodb", endpoint_url=endpoint_url, config=aws.CONFIG)
    table = Table(client, outputs["IdentityTable"])
    users = UserRepository(table)
    if users.find(DEFAULT_TENANT, FOUNDER):
        return
    admin = User(
        tenant_id=DEFAULT_TENANT,
        id=FOUNDER,
        username="admin",
        email="admin@example.com",
        password_hash=_PASSWORDS.hash(_PASSWORD),
        roles=FOUNDER_ROLES,
        created_at=now(),
    )
    # First: who finds the user finds the policies.
    policies.PolicyRepository(table).replace(DEFAULT_TENANT, _POLICIES, actor=admin.username)
    users.found_tenant(admin)
