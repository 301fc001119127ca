"""What a row says and prints, taken in only as far as its limits."""

import os
import select
import time


class Listener:
    """Takes the row's answer and output, of each no more than `most` bytes; what is printed beyond that is dropped."""

    def __init__(self, answer: int, stdout: int, most: tuple[int, int]) -> None:
        self._answer, self._stdout = answer, stdout
        self._most = {answer: most[0], stdout: most[1]}
        self._taken = {answer: bytearray(), stdout: bytearray()}
        self._poll = select.poll()
        self._poll.register(answer, select.POLLIN)
        self._poll.register(stdout, select.POLLIN)

    @property
    def answer(self) -> bytes:
        """What the row said."""
        return bytes(self._taken[self._answer])

    @property
    def stdout(self) -> bytes:
        """What the row printed."""
        return bytes(self._taken[self._stdout])

    def listen(self, until: float) -> bool:
        """Comes back when the answer has ended or is full: True; or when it is `until` (monotonic): False."""
        while (left := until - time.monotonic()) > 0:
            for descriptor, _ in self._poll.poll(left * 1000):
                if not self._read(descriptor) and descriptor == self._answer:
                    return True
        return False

    def drain(self) -> None:
        """Takes what was printed and is not yet read, if it still fits. For when the row's process is gone."""
        while len(self.stdout) < self._most[self._stdout] and self._poll.poll(0):
            for descriptor, _ in self._poll.poll(0):
                self._read(descriptor)

    def _read(self, descriptor: int) -> bool:
        """Reads once; whether to go on with this descriptor."""
        try:
            chunk = os.read(descriptor, 1 << 16)
        except ConnectionResetError:  # the row ended without having read its arguments
            chunk = b""
        taken, most = self._taken[descriptor], self._most[descriptor]
        taken += chunk[: most - len(taken)]
        more = chunk != b"" and (descriptor == self._stdout or len(taken) < most)
        if not more:
            self._poll.unregister(descriptor)
        return more
