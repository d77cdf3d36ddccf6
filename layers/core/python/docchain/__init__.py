"""The nouns of Document Workflow Chain: what each thing is, how it is kept, and its errors."""

import gc

# A handler's imports leave 50,000 to 80,000 objects that live as long as the process. At Python's thresholds the
# collector walks them dozens of times before the first event (a tenth of a cold start), and again between events.
gc.set_threshold(50_000, 20, 50)
