"""Assay: LLM evaluations inside the user's own AWS account."""
