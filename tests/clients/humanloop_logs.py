"""Logs, feedback, sessions and .prompt files as a user of `humanloop` writes them; run by the SDK's own interpreter, and
told as one line of JSON.

    python humanloop_logs.py {plain | strict} HOST API_KEY

`strict` is with `validate=True`: the SDK then parses every body strictly.
"""

import json
import sys
import time
from datetime import UTC, datetime

from humanloop import ApiException, Humanloop

CONFIG = {"provider": "mock", "model": "mock-1", "prompt_template": "{{a}} times 2"}
CHAT = {
    "provider": "openai",
    "model": "gpt-4o",
    "endpoint": "chat",
    "temperature": 0.5,
    "stop": ["END"],
    "chat_template": [{"role": "system", "content": "Be brief.\nAlways."}, {"role": "user", "content": "<user>{{a}}"}],
    "tools": [{"name": "look_up", "parameters": {"type": "object", "properties": {"word": {"type": "string"}}}}],
}


def kind(thing):
    return type(thing).__name__


def refusal(call, *arguments, **options):
    """The status with which a call is refused."""
    try:
        call(*arguments, **options)
    except ApiException as error:
        return error.status
    return None


def kept(hl, options):
    """A project with five logs of two days, two of them of one session."""
    tag = str(time.time_ns())
    project = hl.projects.create(name=f"logs {tag}", **options).id
    config = hl.model_configs.register(project_id=project, **CONFIG, **options).config.id
    common = {"project_id": project, "config_id": config}
    wishes = [
        {
            **common,
            "inputs": {"a": str(number)},
            "output": f"It is {2 * number}.",
            "source": "even" if number % 2 == 0 else "odd",
            "metadata": {"customer": f"c{number}"},
            "created_at": datetime(2024, 3, 1 + number % 2, 12, number, tzinfo=UTC),
        }
        for number in range(4)
    ]
    logs = [each.id for each in hl.logs.log(body=wishes, **options)]
    talk = hl.logs.log(
        **common,
        inputs={"a": "9"},
        output="18, I think.",
        reference_id=f"mine {tag}",
        session_reference_id=f"talk {tag}",
        feedback={"type": "rating", "value": "good", "user": "ann"},
        created_at=datetime(2024, 3, 3, tzinfo=UTC),
        **options,
    )
    return {"project": project, "config": config, "logs": logs, "talk": talk, "reference": f"mine {tag}"}


def listed(hl, made, options):
    """What lists of logs find, by the numbers of the logs."""
    every = [*made["logs"], made["talk"].id]

    def numbers(**query):
        page = hl.logs.list(project_id=made["project"], **query, **options)
        return [every.index(each.id) for each in page.records]

    page = hl.logs.list(project_id=made["project"], size=2, page=1, **options)
    exported = hl.projects.export(id=made["project"], size=5, **options)
    return {
        "kinds": [kind(page), kind(page.records[0]), kind(page.records[0].config)],
        "page": [page.page, page.size, page.total, len(page.records)],
        "all": numbers(),
        "search": numbers(search="IT IS"),
        "metadata": numbers(metadata_search="C2"),
        "day": numbers(start_date="2024-03-02", end_date="2024-03-02"),
        "moment": numbers(start_date="2024-03-02T12:03:00"),
        "committed": numbers(version_status="committed"),
        "deleted": numbers(version_status="deleted"),
        "exported": [every.index(each.id) for each in exported.records],
    }


def changed(hl, made, options):
    """A log that is changed by its id and by its reference, judged by people, and deleted with another."""
    first, second = made["logs"][:2]
    updated = hl.logs.update(id=first, output="It is none.", duration=1.5, **options)
    named = hl.logs.update_by_ref(reference_id=made["reference"], error="It was 19.", **options)
    one = hl.feedback_api.feedback(type="comment", value="Hm.", data_id=first, **options)
    many = hl.feedback_api.feedback(
        body=[{"type": "issue", "value": value, "data_id": first} for value in ("slow", "rude")], **options
    )
    hl.feedback_api.feedback(type="issue", value="slow", data_id=first, unset=True, **options)
    shown = hl.logs.get(id=first, **options)
    deleted = hl.logs.delete(id=[first, second], **options)
    return {
        "updated": [kind(updated), updated.output, updated.duration, updated.inputs["a"]],
        "named": [named.id == made["talk"].id, named.observability_status, named.error],
        "rating": [[each.type, each.value, each.user] for each in named.feedback],
        "feedback": [kind(one), [kind(each) for each in many]],
        "shown": [[kind(each), each.type, each.value] for each in shown.feedback],
        "deleted": deleted,
        "left": hl.logs.list(project_id=made["project"], **options).total,
        "refused": [refusal(hl.logs.get, id=first), refusal(hl.logs.delete, id=[first])],
    }


def sessions(hl, made, options):
    """A session that is made, one that logs name, and the list of both."""
    empty = hl.sessions.create(**options)
    hl.logs.log(project_id=made["project"], config_id=made["config"], output="Hi.", session_id=empty.id, **options)
    talk = hl.sessions.get(id=made["talk"].session_id, **options)
    page = hl.sessions.list(project_id=made["project"], **options)
    return {
        "created": kind(empty),
        "got": [kind(talk), talk.datapoints_count, talk.first_inputs["a"], talk.last_output, kind(talk.projects[0])],
        "listed": [each.id for each in page.records] == [empty.id, talk.id],
        "page": [kind(page), page.page, page.size, page.total],
    }


def prompt_files(hl, made, options):
    """Configs as .prompt files, and back."""
    text = hl.model_configs.serialize(**CHAT, **options)
    config = hl.model_configs.deserialize(config=text, **options)
    again = hl.model_configs.serialize(
        **{name: value for name, value in CHAT.items() if name not in {"chat_template", "tools"}},
        chat_template=[{"role": each.role, "content": each.content} for each in config.chat_template],
        tools=[{"name": each.name, "parameters": each.parameters} for each in config.tools],
        **options,
    )
    exported = hl.model_configs.export(id=made["config"], **options)
    return {
        "kinds": [kind(text), kind(config), kind(config.tools[0])],
        "template": [[each.role, each.content] for each in config.chat_template],
        "numbers": [config.temperature, config.max_tokens, list(config.stop)],
        "again": again == text,
        "exported": hl.model_configs.deserialize(config=exported, **options).prompt_template,
        "refused": refusal(hl.model_configs.deserialize, config="no file"),
    }


def main(what, host, api_key):
    hl = Humanloop(api_key=api_key, host=host)
    options = {"validate": True} if what == "strict" else {}
    made = kept(hl, options)
    told = {
        "lists": listed(hl, made, options),
        "sessions": sessions(hl, made, options),
        "changes": changed(hl, made, options),
        "files": prompt_files(hl, made, options),
    }
    sys.stdout.write(json.dumps(told) + "\n")


main(*sys.argv[1:])
