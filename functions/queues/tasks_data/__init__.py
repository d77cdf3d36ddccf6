"""Workers of the pool ``data``: tables, statistics, cleaning up and backups."""
