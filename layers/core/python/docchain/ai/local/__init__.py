"""Methods that run in process, offline, for English and Spanish: no generation, and each says what it is."""
