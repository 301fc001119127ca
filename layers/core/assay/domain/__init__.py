"""The rules: pure, with the standard library and pydantic only."""
