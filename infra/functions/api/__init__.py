"""REST groups: package, routes that need no token, grants, environment. A file per noun, and the list of them."""
