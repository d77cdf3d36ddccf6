"""Compliance reports: apart from the audit, whose reads need not carry what makes a PDF."""
