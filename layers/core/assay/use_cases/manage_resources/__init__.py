"""Projects, configs, datasets and evaluators."""
