"""The process that reads one document: order and bytes come in, the extraction or why there is none goes out."""

import json
import math
import resource
import sys
import time

from docchain.extraction.errors import UnreadableDocument
from docchain.extraction.extract import extract
from docchain.extraction.told import UNREADABLE, told_error, told_found

OUT_OF_MEMORY = 3


def main() -> int:
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    order = json.loads(head)
    seconds = float(order["seconds"])
    # What is written to, which is what a Lambda's memory is spent on; shared libraries are only mapped.
    resource.setrlimit(resource.RLIMIT_DATA, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds) + 1, math.ceil(seconds) + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A second before the parent kills: a document that is stopped between two pages says so itself.
    deadline = time.monotonic() + max(seconds - 1.0, seconds / 2)
    try:
        answer, code = told_found(extract(data, order["filename"], order["max_pages"], deadline=deadline)), 0
    except UnreadableDocument as error:
        answer, code = told_error(error), UNREADABLE
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(answer)
    return code


if __name__ == "__main__":
    sys.exit(main())
