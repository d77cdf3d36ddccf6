"""Documents that are new or changed are read and cut into chunks."""
