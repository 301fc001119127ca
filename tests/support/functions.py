"""Stored functions, as the routes of functions store them."""

from typing import Any

from assay.domain.function import Function, FunctionVersion, version_id
from assay.domain.project import Project
from assay.ports import Resources
from tests.support.build import TIMES

PROMPT = {
    "prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input}}"}]},
    "options": {"model": "mock"},
}


def code(source: str, runtime: str = "python") -> dict[str, Any]:
    """Function data of code."""
    context = {"runtime": runtime, "version": "3.11"}
    return {"type": "code", "data": {"type": "inline", "runtime_context": context, "code": source}}


class Functions:
    """A project called Sums, and functions in it."""

    def __init__(self, organisation: str, resources: Resources) -> None:
        self.organisation, self.resources = organisation, resources
        resources.create(organisation, Project(id=f"{organisation}-p", name="Sums", **TIMES))

    def store(self, identifier: str, *transactions: int, **fields: Any) -> None:
        """A function of as many versions: a prompt to `mock/` and the version, unless told."""
        project, slug = f"{self.organisation}-p", f"{identifier}-slug"
        head = Function(id=identifier, project_id=project, slug=slug, transaction_id=transactions[-1], **TIMES)
        self.resources.create(self.organisation, head)
        for transaction in transactions:
            version = {
                "id": version_id(identifier, transaction),
                "function_id": identifier,
                "transaction_id": transaction,
                "project_id": project,
                "slug": slug,
                "name": f"{identifier} at {transaction}",
                "function_data": {"type": "prompt"},
                "prompt_data": {**PROMPT, "options": {"model": f"mock/{transaction}"}},
                **TIMES,
                **fields,
            }
            self.resources.create(self.organisation, FunctionVersion(**version))
