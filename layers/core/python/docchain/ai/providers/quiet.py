"""At DEBUG the SDKs, and the HTTP clients under them, write whole requests and headers to the log."""

import logging


def quieten(*names: str) -> None:
    for name in (*names, "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
