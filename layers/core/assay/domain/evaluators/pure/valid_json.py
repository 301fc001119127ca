"""1 where the output is JSON that fits."""

import jsonschema_rs as jsonschema  # its patterns cannot be made to run for ever, and it fetches nothing

from assay.domain.evaluators.global_scorer import Arguments, CannotScore, GlobalScore
from assay.domain.evaluators.pure.javascript import parse
from assay.domain.value import JsonValue


def valid_json(arguments: Arguments) -> GlobalScore:
    """Without a schema, only an object or a list is JSON enough."""
    schema = arguments.extra.get("schema")
    if schema is None or schema is False:
        return GlobalScore(name="ValidJSON", score=float(isinstance(structure(arguments.output), dict | list)))
    return GlobalScore(name="ValidJSON", score=float(fits(arguments.output, schema)), metadata={"schema": schema})


def structure(value: JsonValue) -> JsonValue:
    """The object or list that a text holds; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        parsed = parse(value)
    except ValueError:
        return value
    return parsed if isinstance(parsed, dict | list) else value


def fits(output: JsonValue, schema: JsonValue) -> bool:
    """Whether the output, read as JSON if it is text, is as the schema has it. Raises CannotScore for no schema."""
    check = checker(schema)
    try:
        return bool(check.is_valid(parse(output) if isinstance(output, str) else output))
    except ValueError:
        return False


def checker(schema: JsonValue) -> jsonschema.Validator:
    """What checks by the schema: by the draft that it names, else draft 7. Raises CannotScore."""
    if not isinstance(schema, dict | bool):
        raise CannotScore("The schema is not valid: it is no object.")
    names_draft = isinstance(schema, dict) and "$schema" in schema
    try:
        draft = jsonschema.validator_cls_for(schema) if names_draft else jsonschema.Draft7Validator
        return draft(schema, retriever=refuse, pattern_options=jsonschema.FancyRegexOptions())
    except (ValueError, TypeError) as error:
        raise CannotScore(f"The schema is not valid: {str(error).partition(chr(10))[0][:300]}") from error


def refuse(uri: str) -> JsonValue:
    """Schemas that lie elsewhere are not fetched."""
    raise ValueError(f"{uri} is outside of the schema")
