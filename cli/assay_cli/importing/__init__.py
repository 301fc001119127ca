"""Evaluations of other systems, as files that `assay run` reads."""
