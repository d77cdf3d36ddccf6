"""A session that ended takes its sockets along."""
