"""Early refresh: the nearer its end, the likelier that one reader makes an entry anew, so that it never ends for many.

Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention, VLDB 2015, with beta = 1.
"""

import math
import random
import time
from collections.abc import Callable

from docchain.cache.entry import Entry

BETA = 1.0


def is_due(entry: Entry, draw: Callable[[], float] = random.random) -> bool:
    """``draw`` gives numbers from 0 up to 1; of 0 there is no logarithm, hence the one less it."""
    gap = entry.made_ms / 1000 * BETA * -math.log(1.0 - draw())
    return time.time() + gap >= entry.expires_at
