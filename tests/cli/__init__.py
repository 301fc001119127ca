"""The `assay` command, without a cloud."""
