"""The CDK runs on Node; the one that pip installed will do, so that nobody needs one of their own."""

import os

from infra.local.place import node_directory

os.environ.setdefault("JSII_NODE", str(node_directory() / "node"))
