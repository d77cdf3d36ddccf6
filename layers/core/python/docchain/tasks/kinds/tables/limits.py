"""How much one task works on."""

from typing import Final

from docchain.tasks.errors import TaskRefused

ROWS_MOST: Final = 2_000_000
COLUMNS_MOST: Final = 500
BYTES_MOST: Final = 400 * 1024 * 1024
"""Of one table in memory."""

INPUT_BYTES_MOST: Final = 100 * 1024 * 1024
"""Of all documents together, as they are stored; one has 50 MB at most."""

ROWS_SHOWN: Final = 200
SHOWN_BYTES_MOST: Final = 64 * 1024


class TableRefused(TaskRefused):
    """``at`` names the parameter."""

    def __init__(self, code: str, at: str, message: str) -> None:
        super().__init__(f"{at}: {message}", code=code, details=[{"field": f"metadata.{at}", "message": message}])


def too_large(at: str, what: str, count: int, most: int) -> TableRefused:
    return TableRefused("TABLE_TOO_LARGE", at, f"there are {count:,} {what}, more than {most:,}")
