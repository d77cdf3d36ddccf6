"""Checks exports, proofs and reports without us: no account, no network, only the standard library and cryptography.

``python -m docchain.verify FILE``. Every format is called ``docchain-<what>/<version>``.
"""
