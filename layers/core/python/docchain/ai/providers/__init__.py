"""One adapter a provider, on its official SDK, which is imported when the first of it is made."""
