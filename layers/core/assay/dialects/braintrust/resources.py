"""The routes of whatever an organisation keeps: one module for each kind."""

from assay.dialects.braintrust import projects

ROUTES = (*projects.ROUTES,)
