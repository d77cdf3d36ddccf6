"""The one list of functions: what each is given, and which door it stands behind. A file per kind."""
