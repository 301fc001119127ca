"""Every error that ends a command: one line for the person who typed it.

CommandFailed
├── PortTaken        something else listens on the port
├── ToolMissing      a program that the command needs is not installed
├── StepFailed       a program that the command ran did not succeed
├── Unreachable      the API does not answer at all
├── NotRunning       there is no local cloud to talk to
└── ApiRefused       the API answered with an error
"""


class CommandFailed(Exception):
    """The command cannot go on. Its text is shown as it is, and the exit code is EXIT_CODE."""


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


class Unreachable(CommandFailed):
    """The API does not answer at all."""

    def __init__(self, url: str, cause: Exception) -> None:
        super().__init__(f"{url} does not answer ({cause}). `assay up` starts the local cloud.")


class ApiRefused(CommandFailed):
    """The API answered with an error."""

    def __init__(self, request: str, status: int, detail: str) -> None:
        super().__init__(f"{request} was answered with {status}: {detail}")
        self.status = status


EXIT_CODE = 4
