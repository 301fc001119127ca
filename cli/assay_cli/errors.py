"""Every error that ends a command, each with its exit code (docs/commands.md): 1 gate, 2 usage, 3 incomplete, 4 else.

CommandFailed        4
├── PortTaken        something else listens on the port
├── ToolMissing      a program that the command needs is not installed
├── StepFailed       a program that the command ran did not succeed
├── NotRunning       there is no local cloud to talk to
├── Misused          2: what the person wrote cannot be done
├── Incomplete       3: the run came to no good end, or to none yet
└── GateFailed       1: the run is worse than it may be
"""

CALLERS_FAULT = frozenset({400, 404, 409, 413, 422})
"""What the API answers to a request that is wrong in itself."""


class CommandFailed(Exception):
    """The command cannot go on. Its text is shown as it is."""

    exit_code = 4


class PortTaken(CommandFailed):
    """Something else listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is taken by another program. Choose one with `assay up --port NUMBER`.")


class ToolMissing(CommandFailed):
    """A program that the command needs is not installed."""

    def __init__(self, tool: str) -> None:
        super().__init__(f"`{tool}` is not installed. `make setup` installs what the project needs.")


class StepFailed(CommandFailed):
    """A program that the command ran did not succeed."""


class NotRunning(CommandFailed):
    """There is no local cloud to talk to."""

    def __init__(self) -> None:
        super().__init__("The local cloud is not running. Start it with `assay up`.")


class Misused(CommandFailed):
    """What the person wrote cannot be done as it stands."""

    exit_code = 2


class Incomplete(CommandFailed):
    """The run came to no good end, or to none yet."""

    exit_code = 3


class GateFailed(CommandFailed):
    """The run is worse than it may be."""

    exit_code = 1


def unreadable(error: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be read, as the end of a sentence that names it."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
