"""The routes of whatever an organisation keeps: one module for each kind."""

from assay.dialects.braintrust import (
    api_keys,
    cross_insert,
    datasets,
    environments,
    experiments,
    functions,
    links,
    projects,
    summarize,
)

ROUTES = (
    *projects.ROUTES,
    *datasets.ROUTES,
    *experiments.ROUTES,
    *summarize.ROUTES,
    *functions.ROUTES,
    *cross_insert.ROUTES,
    *environments.ROUTES,
    *api_keys.ROUTES,
    *links.ROUTES,
)
