"""A declared evaluation as the body of POST /v1/eval."""

from assay_cli.declared.model import (
    CodeEvaluator,
    CodeTask,
    Declaration,
    GlobalEvaluator,
    JudgeEvaluator,
    ModelPrompt,
    StoredEvaluator,
    StoredTask,
)
from assay_cli.declared.reading import RUNTIMES, Declared

Body = dict[str, object]


def eval_request(declared: Declared, project_id: str, data: Body, base: Body, metadata: Body, git: Body) -> Body:
    """The whole request; what is not declared is left out."""
    asked = declared.declaration
    body: Body = {
        "project_id": project_id,
        "experiment_name": declared.name,
        "data": data,
        "task": task(declared),
        "scores": [scorer(declared, one) for one in asked.evaluators],
        "trial_count": asked.trials,
        "max_concurrency": asked.max_concurrency,
        "metadata": metadata,
        **base,
    }
    optional = {
        "max_cost": asked.max_cost,
        "cache": asked.cache,
        "timeout": None if asked.timeout is None else asked.timeout * 1000,
        "parameters": parameters(asked),
        "strict": asked.task.strict if isinstance(asked.task, ModelPrompt) else None,
        "repo_info": git or None,
    }
    return body | {name: value for name, value in optional.items() if value is not None}


def parameters(asked: Declaration) -> Body | None:
    """What a task in code, or a stored one, is given."""
    return None if isinstance(asked.task, ModelPrompt) else dict(asked.task.parameters) or None


def task(declared: Declared) -> Body:
    """The task."""
    wanted = declared.declaration.task
    if isinstance(wanted, CodeTask):
        return code(declared, wanted)
    if isinstance(wanted, StoredTask):
        return stored(declared, wanted)
    return {"inline_prompt": prompt(declared, wanted)}


def prompt(declared: Declared, wanted: ModelPrompt) -> Body:
    """A model, and what it is asked."""
    return prompt_data(wanted.model, messages(declared, wanted), wanted.parameters, wanted.template)


def messages(declared: Declared, wanted: ModelPrompt) -> list[Body]:
    """The messages of a prompt, however they are given."""
    if wanted.messages is not None:
        return [one.model_dump() for one in wanted.messages]
    text = declared.texts[wanted.prompt_file] if wanted.prompt_file else wanted.prompt
    system: list[Body] = [{"role": "system", "content": wanted.system}] if wanted.system else []
    return [*system, {"role": "user", "content": text}]


def prompt_data(model: str, said: list[Body], given: object, template: str = "mustache") -> Body:
    """A prompt as the dialect has it."""
    return {
        "prompt": {"type": "chat", "messages": said},
        "options": {"model": model, "params": given},
        "template_format": template,
    }


def code(declared: Declared, wanted: CodeTask | CodeEvaluator) -> Body:
    """Code, as it stands in its file."""
    runtime = RUNTIMES[wanted.code.suffix]
    version = {"python": "3.13", "node": "20"}[runtime]
    return {"inline_context": {"runtime": runtime, "version": version}, "code": declared.texts[wanted.code]}


def stored(declared: Declared, wanted: StoredTask | StoredEvaluator) -> Body:
    """A function by its project and slug."""
    found: Body = {"project_name": wanted.project or declared.declaration.project, "slug": wanted.function}
    return {**found, "version": wanted.version} if wanted.version else found


def scorer(declared: Declared, wanted: GlobalEvaluator | CodeEvaluator | JudgeEvaluator | StoredEvaluator) -> Body:
    """An evaluator."""
    if isinstance(wanted, StoredEvaluator):
        return stored(declared, wanted)
    direction: Body = {} if wanted.higher_is_better else {"higher_is_better": wanted.higher_is_better}
    if isinstance(wanted, CodeEvaluator):
        return {"name": wanted.called, **code(declared, wanted), **direction}
    if isinstance(wanted, JudgeEvaluator):
        return {"name": wanted.called, "inline_prompt": judge(wanted), **direction}
    function = {"type": "global", "name": wanted.global_, "config": wanted.config}
    return {"name": wanted.called, "inline_function": function, **direction}


def judge(wanted: JudgeEvaluator) -> Body:
    """A model that must choose."""
    asked = prompt_data(wanted.model, [one.model_dump() for one in wanted.judge], wanted.parameters)
    parser = {"type": "llm_classifier", "use_cot": wanted.reasons, "choice_scores": wanted.choices}
    return {**asked, "parser": parser}
