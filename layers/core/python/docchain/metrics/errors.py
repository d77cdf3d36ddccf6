"""What can be wrong with a metric, a question about it, or a rule over it."""

from docchain.errors import Conflict, NotFound, PayloadTooLarge


class MetricNotFound(NotFound):
    def __init__(self, name: str, why: str = "nothing of this name was recorded") -> None:
        super().__init__(f"There is no metric {name!r}: {why}.")


class TooManySeries(Conflict):
    """A label whose values are without end (an id, an address) does this."""

    code = "METRIC_CARDINALITY_EXCEEDED"


class TooManyPoints(PayloadTooLarge):
    code = "METRICS_RANGE_TOO_LARGE"


class AlertRuleNotFound(NotFound):
    def __init__(self, rule_id: str) -> None:
        super().__init__(f"There is no alert rule {rule_id!r}.")


class TooManyAlertRules(Conflict):
    code = "ALERT_RULES_EXHAUSTED"
