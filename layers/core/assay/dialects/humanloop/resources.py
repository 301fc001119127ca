"""The routes of whatever an organisation keeps: one module for each kind."""

from assay.dialects.humanloop import configs, datasets, evaluators, logs, projects, refused

ROUTES = (*projects.ROUTES, *configs.ROUTES, *datasets.ROUTES, *evaluators.ROUTES, *logs.ROUTES, *refused.ROUTES)
