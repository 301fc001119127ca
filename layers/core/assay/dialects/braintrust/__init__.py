"""Braintrust's REST API, as far as evaluations need it (contracts/braintrust.md)."""
