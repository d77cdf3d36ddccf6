"""Facts that one part of the system tells the others."""
