"""Events that people hear of by mail."""
