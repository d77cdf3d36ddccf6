"""Tables of documents and rows, worked on by declared operations: never by code, and never by SQL, of a caller."""
