"""A run has ended: whoever waited for it is answered, what it left behind is tidied, and the next one starts."""
