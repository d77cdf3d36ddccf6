"""What background tasks may cost and how long they may take; docs/background.md names each figure."""

from typing import Final

OPEN_MOST: Final = 10_000
"""Tasks of one tenant in one pool that have not ended."""
ORDER_BYTES_MOST: Final = 256 * 1024
"""Metadata of a task."""
ERROR_MESSAGE_MOST: Final = 2_000
"""Characters: an error stands on the card, and in each list of cards."""
ERROR_DETAILS_BYTES_MOST: Final = 16 * 1024
RESULT_INLINE_BYTES: Final = 256 * 1024
"""A longer result lies in the bucket."""
RESULT_BYTES_MOST: Final = 5 * 1024 * 1024
"""A longer one does not pass through an API Gateway."""
BULK_MOST: Final = 100
CHUNK: Final = 20
"""Tasks that are written in one transaction."""
TRANSACTION_BYTES: Final = 3_500_000
"""Metadata in one transaction, which DynamoDB takes up to 4 MB of: the rest is for the cards and what tells of them."""
GROUP_MOST: Final = 18
"""A group, its callback and who follows whom are one transaction, of at most a hundred writes."""
AFTER_MOST: Final = 20
RETRIES_MOST: Final = 10
RETRY_SECONDS_MOST: Final = 900
DELAY_SECONDS_MOST: Final = 366 * 24 * 3600
TIMEOUT_SECONDS_MOST: Final = 7 * 24 * 3600
"""Of an attempt from its beginning, with what it waits in between; none given is as long as this."""
STRETCH_SECONDS: Final = 840
"""One piece of work without a break: a Lambda lives for 900 s."""
LOOP_SECONDS: Final = 20
"""For so long after its start a worker takes a further task; then it leaves the rest to the next."""
DUE_LOOK_SECONDS: Final = 1.0
"""How often at most a worker between two tasks looks at what has become due in its pool."""
BEAT_SECONDS: Final = 15
LEASE_SECONDS: Final = 60
"""A worker that has not said for so long that it lives has lost its task."""
LATE_SECONDS: Final = 20
"""So long after its deadline a worker still holds its task, to say how it ended."""
TELL_SECONDS: Final = 2.0
"""For so long at a time followers are told of an end, some fifty; a token is for the rest."""
LOOK_SECONDS: Final = 1.0
"""How often at most ``check`` looks whether a task was cancelled."""
PROGRESS_SECONDS: Final = 1.0
KEPT_SECONDS: Final = 30 * 24 * 3600
"""After its end."""
TOKENS_MOST: Final = 10
"""For what is submitted together, of one pool."""
QUEUE_DELAY_SECONDS_MOST: Final = 900
"""Of SQS."""
