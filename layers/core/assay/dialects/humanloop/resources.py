"""The routes of whatever an organisation keeps: one module for each kind."""

from assay.dialects.humanloop import (
    configs,
    datasets,
    deployments,
    evaluators,
    feedback,
    logs,
    logs_list,
    projects,
    refused,
    sessions,
)

ROUTES = (
    *projects.ROUTES,
    *deployments.ROUTES,
    *configs.ROUTES,
    *datasets.ROUTES,
    *evaluators.ROUTES,
    *logs.ROUTES,
    *logs_list.ROUTES,
    *feedback.ROUTES,
    *sessions.ROUTES,
    *refused.ROUTES,
)
