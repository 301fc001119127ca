"""The wire formats that existing clients speak, translated at the edge."""
