"""The stores: this process's memory, its disk, a Redis or Valkey server, a table."""
