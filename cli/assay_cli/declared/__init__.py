"""An evaluation as a person declares it in a YAML file: read, checked, and made into what the API takes."""
