"""What a pull request is told of a run: one comment, and a commit status (action/action.yml)."""
