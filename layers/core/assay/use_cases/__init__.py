"""What users ask for, one module per function: domain and ports."""
