"""Pages for people: HTML made from what an experiment came to."""
