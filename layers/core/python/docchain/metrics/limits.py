"""How much a tenant may measure; every figure of docs/metrics.md stands here."""

from typing import Final

NAME_PATTERN: Final = r"^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$"
LABEL_PATTERN: Final = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
LABELS_MOST: Final = 10
LABEL_VALUE_MOST: Final = 128
RESERVED_LABELS: Final = frozenset({"le", "quantile", "metric_category"})
"""The exposition writes these itself; names that begin with two underscores are Prometheus's own."""

SERIES_OF_NAME_MOST: Final = 100
SERIES_MOST: Final = 2_000
"""Of a tenant. A series is a name with a type, a category and one set of values of its labels."""

VALUE_MOST: Final = 1e15
OBSERVATIONS_MOST: Final = 1_000
SERIES_OF_BATCH_MOST: Final = 24
"""Each is four items of a transaction, which has a hundred: so a batch is one."""

COLLECTION_INTERVAL: Final = 60
RETENTION_PERIOD: Final = 24 * 3600
POINTS_MOST: Final = 1_000
"""Of one name, in one answer."""
ITEMS_READ_MOST: Final = 20_000
"""By one question; a longer stretch is refused, not cut."""
HOURS_MOST: Final = 800 * 24
