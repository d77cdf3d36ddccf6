"""Background tasks: what is done after the answer, once, however often its message comes."""
