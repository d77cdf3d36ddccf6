"""The rules of reading the audit."""
