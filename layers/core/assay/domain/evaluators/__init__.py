"""Evaluators, one kind per file; each turns an output into a score, or into a failure that says why not."""
