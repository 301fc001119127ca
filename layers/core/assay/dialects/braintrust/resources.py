"""The routes of whatever an organisation keeps: one module for each kind."""

from assay.dialects.braintrust import datasets, experiments, projects

ROUTES = (*projects.ROUTES, *datasets.ROUTES, *experiments.ROUTES)
