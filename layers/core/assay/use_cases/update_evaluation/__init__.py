"""What happens to an evaluation after its creation: its status, its evaluators, and what clients post to it."""
