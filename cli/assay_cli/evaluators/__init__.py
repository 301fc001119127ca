"""The evaluators of `assay demo`. Each module is sent as it stands: its last function is the evaluator."""
