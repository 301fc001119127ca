"""Humanloop v4 (contracts/humanloop-v4.md)."""
