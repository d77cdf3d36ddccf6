"""What CloudWatch measured of the stage's functions: one call for all of them."""

import math
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from docchain.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

_STATISTICS: Final = {"Invocations": "Sum", "Errors": "Sum", "Throttles": "Sum", "Duration": "p95"}
_PERIOD: Final = 300
_STANDS_SECONDS: Final = 60.0
Found = dict[str, dict[str, float]]


@dataclass
class FunctionMetrics:
    """``prefix`` begins the names of the stage's functions, which are told apart by what follows it."""

    client: "CloudWatchClient" = field(repr=False)
    prefix: str
    _kept: Found = field(default_factory=dict)
    _asked_at: float = -math.inf

    def read(self, minutes: int = 60) -> Found:
        """Function → metric → value; sums over the time, of durations the longest 95th percentile, in milliseconds.

        Each answer is billed by the metric: it stands for a minute, and so does that there was none.
        """
        if time.monotonic() - self._asked_at >= _STANDS_SECONDS:
            self._asked_at = time.monotonic()
            try:
                self._kept = self._asked(minutes)
            except (BotoCoreError, ClientError) as error:
                logger.warning("CloudWatch did not answer", exc_info=error)
                self._kept = {}
        return self._kept

    def _asked(self, minutes: int) -> Found:
        end = datetime.now(UTC)
        answer = self.client.get_metric_data(
            MetricDataQueries=[self._query(name, statistic) for name, statistic in _STATISTICS.items()],
            StartTime=end - timedelta(minutes=minutes),
            EndTime=end,
        )
        found: Found = defaultdict(dict)
        for result in answer["MetricDataResults"]:
            function = result["Label"].removeprefix(self.prefix)
            name = result["Id"].capitalize()
            merge = sum if _STATISTICS[name] == "Sum" else max
            found[function][result["Id"]] = round(float(merge(result["Values"] or [0.0])), 3)
        return dict(found)

    def _query(self, name: str, statistic: str) -> "MetricDataQueryTypeDef":
        search = f'{{AWS/Lambda,FunctionName}} MetricName="{name}" FunctionName="{self.prefix}"'
        expression = f"SEARCH('{search}', '{statistic}', {_PERIOD})"
        return {"Id": name.lower(), "Expression": expression, "Label": "${PROP('Dim.FunctionName')}"}
