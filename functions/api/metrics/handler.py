"""The Lambda of ``/api/v3/metrics``."""

from docchain.entrypoints.api import api_handler
from functions.api.metrics.routes.alerts import router as alerts
from functions.api.metrics.routes.collection import router as collection
from functions.api.metrics.routes.exposition import router as exposition
from functions.api.metrics.routes.overviews import router as overviews
from functions.api.metrics.routes.performance import router as performance
from functions.api.metrics.routes.reading import router as reading
from functions.api.metrics.routes.recording import router as recording

handler = api_handler(recording, overviews, reading, collection, exposition, performance, alerts)
