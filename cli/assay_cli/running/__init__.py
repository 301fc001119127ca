"""A declared evaluation at work: uploaded, launched, followed, and shown."""
