"""Every minute: connections that ended unheard, and those that say nothing any more."""
