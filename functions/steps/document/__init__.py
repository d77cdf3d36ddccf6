"""The worker of document nodes: extract, template, render, merge, split."""
