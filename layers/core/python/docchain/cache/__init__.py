"""Answers that are kept for a while: what was made once is not made again by whoever asks next."""
