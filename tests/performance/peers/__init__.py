"""The same chain on other engines. Each file is a program for an environment of its own and prints one line of JSON."""
