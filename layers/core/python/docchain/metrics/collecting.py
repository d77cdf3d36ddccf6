"""A look at the sandbox, recorded for tenants whose collection is on."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from docchain.clock import now
from docchain.errors import DocchainError
from docchain.metrics.proc import Cpu
from docchain.metrics.recording import Recorder
from docchain.metrics.sampling import observed, sample
from docchain.metrics.service import note_collection
from docchain.observability import logger


@dataclass(frozen=True)
class Collector:
    """``function`` is whose sandbox it looks at."""

    recorder: Recorder
    cpu: Cpu
    function: str

    def look(self) -> dict[str, float]:
        return sample(self.cpu)

    def keep(self, tenant_id: str, values: dict[str, float]) -> bool:
        """``False`` when it could not be kept: the next minute's will be, and the tenant's figures say so."""
        try:
            self.recorder.record(tenant_id, observed(values, self.function, now()))
        except (DocchainError, BotoCoreError, ClientError) as error:
            logger.warning("a collection was lost", exc_info=error, extra={"tenant": tenant_id})
            note_collection(self.recorder.table, tenant_id, failed=True)
            return False
        note_collection(self.recorder.table, tenant_id, failed=False)
        return True
