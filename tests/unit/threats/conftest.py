import pytest

from docchain import aws
from docchain.security_events.repository import SecurityEventRepository
from docchain.storage.table import Table
from docchain.threats.blocks import BlockRepository
from docchain.threats.repository import ThreatRepository
from docchain.threats.watch import Watch
from docchain.threats.windows import Windows


@pytest.fixture
def keeper(aws_account: None) -> Watch:
    guard, identity = (Table(aws.dynamodb(), name) for name in ("guard", "identity"))
    return Watch(
        SecurityEventRepository(guard), Windows(guard), ThreatRepository(guard), BlockRepository(guard, identity)
    )
