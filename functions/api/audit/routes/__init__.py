"""Routes of the audit, a file per question that is put to it."""
