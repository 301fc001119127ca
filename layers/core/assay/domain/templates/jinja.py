"""Jinja's sandbox, and what it lacks: a limit to how much a template computes and how long a text it makes.

Every turn of a loop, every call of a macro, every value that is put out, every sum, product and filter is counted
against the budget before or as it is made. What cannot be counted is not there: calls of anything but `range`,
`namespace`, the `loop` and the template's own macros, and filters other than FILTERS.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from jinja2 import ChainableUndefined, StrictUndefined, Template, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as JINJAS
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer

from assay.domain.templates.values import TURN, Budget, TemplateFault, text_of
from assay.domain.value import JsonValue

FILTERS = (
    *("abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "groupby", "int", "items", "last"),
    *("length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select"),
    *("selectattr", "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper", "wordcount"),
)
BUDGET = "the budget of this rendering"
"""Where the context has it: no template can spell that name."""
LARGEST = 15
"""Decimal digits of the numbers that a template may make."""


def rendered(template: Template, variables: Mapping[str, JsonValue], budget: Budget) -> str:
    """The template's text. Raises TemplateFault, and whatever Jinja raises."""
    return "".join(counted(template.generate({**variables, BUDGET: budget}), budget))


def counted(texts: Iterator[str], budget: Budget) -> Iterator[str]:
    """The texts, as long as the budget lasts."""
    for text in texts:
        budget.take(len(text))
        yield text


class Bounds(NodeTransformer):
    """Puts a count into every loop and macro, and has texts joined where they can be counted."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        return self.bounded(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802
        return self.bounded(node)

    def bounded(self, node: nodes.For | nodes.Macro) -> nodes.Node:
        """The node; each time its body runs, the text in it is counted."""
        size = TURN + sum(len(data.data) for part in node.body for data in part.find_all(nodes.TemplateData))
        self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(called("count", nodes.Const(size))))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return called("join", *node.nodes)


def called(name: str, *arguments: nodes.Expr) -> nodes.Call:
    """A call of one of the environment's own methods."""
    return nodes.Call(nodes.EnvironmentAttribute(name), [nodes.ContextReference(), *arguments], [], None, None)


class Bounded(SandboxedEnvironment):
    """Jinja's sandbox with a budget."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = Bounds().visit(super()._parse(source, name, filename))
        parsed.set_environment(self)
        return parsed  # type: ignore[no-any-return]

    def call(self, context: Context, function: Any, *given: Any, **named: Any) -> Any:
        """Jinja's own, if it is a function that templates may call. Raises SecurityError."""
        owner = getattr(function, "__self__", None)
        ours = owner is self and function.__name__ in {"count", "join"}
        if ours or isinstance(owner, LoopContext) or isinstance(function, Macro | LoopContext):
            return context.call(function, *given, **named)
        if function in (Namespace, self.globals["range"]):
            return context.call(function, *given, **named)
        raise SecurityError("A template may call range, namespace, loop and its own macros, and nothing else.")

    def count(self, context: Context, size: int) -> None:
        """Counts what a loop or a macro is about to put out."""
        budget(context).take(size)

    def join(self, context: Context, *values: Any) -> str:
        """The values' texts, one after another."""
        return "".join([put_out(context, value) for value in values])

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The result, if it is of a sensible size. Raises TemplateFault."""
        if isinstance(left, str) and operator == "%":
            raise TemplateFault("A template may not format texts by %.")
        if operator in {"+", "*"} and not (is_number(left) and is_number(right)):
            budget(context).take(size_of(operator, left, right))
        elif digits(operator, left, right) > LARGEST:
            raise TemplateFault("A number of the template is too large.")
        return super().call_binop(context, operator, left, right)


def size_of(operator: str, left: Any, right: Any) -> int:
    """How long a text or list the sum or product is."""
    lengths = [len(each) if hasattr(each, "__len__") else max(int(each), 0) for each in (left, right)]
    return sum(lengths) if operator == "+" else math.prod(lengths)


def digits(operator: str, left: Any, right: Any) -> float:
    """About how many decimal digits a number will have."""
    if not (is_number(left) and is_number(right)) or operator not in {"*", "**", "+"}:
        return 0
    ours, theirs = (math.log10(abs(each)) if each else 0.0 for each in (left, right))
    sizes: dict[str, float] = {"*": ours + theirs, "+": max(ours, theirs), "**": abs(ours * right)}
    return sizes[operator]


def is_number(value: object) -> bool:
    """Whether it is a number; true and false are."""
    return isinstance(value, int | float)


def budget(context: Context) -> Budget:
    """The budget of the rendering."""
    return context[BUDGET]  # type: ignore[no-any-return]


@pass_context
def put_out(context: Context, value: Any) -> str:
    """The value's text, counted."""
    text = str(value) if isinstance(value, Undefined) else text_of(value)
    budget(context).take(len(text))
    return text


@pass_context
def replaced(context: Context, value: Any, old: str, new: str) -> str:
    """The filter `replace`, counted before it is made."""
    text = text_of(value)
    budget(context).take(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


@pass_context
def joined(context: Context, values: Any, separator: str = "", attribute: str | None = None) -> str:
    """The filter `join`, counted as it is made."""
    items = [context.environment.getitem(each, attribute) if attribute else each for each in values]
    budget(context).take(len(items) * len(separator))
    return separator.join([put_out(context, item) for item in items])


def bounded(original: Callable[..., Any]) -> Callable[..., Any]:
    """A filter of Jinja's: what it is given is counted, and what it makes."""
    wants = getattr(getattr(original, "jinja_pass_arg", None), "name", None)

    @pass_context
    def counting(context: Context, value: Any, *given: Any, **named: Any) -> Any:
        budget(context).take(weight(value))
        first = {"context": context, "eval_context": context.eval_ctx, "environment": context.environment}
        made = original(*([first[wants]] if wants else []), value, *given, **named)
        budget(context).take(weight(made))
        return made

    return counting


def weight(value: object) -> int:
    """How much there is of a value."""
    return len(value) if isinstance(value, str | list | dict) else 1


@cache
def environment(*, strict: bool) -> Bounded:
    """Where templates are compiled."""
    made = Bounded(
        undefined=StrictUndefined if strict else ChainableUndefined,
        finalize=put_out,
        optimized=False,
        keep_trailing_newline=True,
    )
    made.globals = {"range": made.globals["range"], "namespace": Namespace}
    as_json = {"dump": text_of, "tojson": text_of, "safe": lambda value: value}
    others = {name: bounded(each) for name, each in {**{name: JINJAS[name] for name in FILTERS}, **as_json}.items()}
    made.filters = {**others, "replace": replaced, "join": joined}
    return made
