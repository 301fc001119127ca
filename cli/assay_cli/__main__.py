"""`python -m assay_cli`: the command without its script."""

from assay_cli.main import app

app()
