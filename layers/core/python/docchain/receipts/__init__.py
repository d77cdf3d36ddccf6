"""Receipts: what a run did, record by record, hashed and signed so that it can be checked without us."""
