"""Is it there, is it ready, and what does it lean on."""
