"""Programs that try to break a row, and the error that each must end in."""

# Each is the body of `def attack():`. Who signals everybody sends the signal 0, which asks and does nothing: a sandbox
# that let it through would end every process of the machine that runs the tests.
ATTACKS: dict[str, tuple[str, str]] = {
    "endless loop": ("while True: pass", r"took longer than 0\.5 s"),
    "endless sleep": ("import time; time.sleep(60)", r"took longer than 0\.5 s"),
    "loop that no signal ends": (
        """
import signal
for number in range(1, 32):
  try: signal.signal(number, signal.SIG_IGN)
  except OSError: pass
while True: pass""",
        r"took longer than 0\.5 s",
    ),
    "fork bomb": ("import os\nwhile True: os.fork()", r"starts no other programs or processes"),
    "fork bomb by the kernel's own name": (
        """
import ctypes, time
libc = ctypes.CDLL(None, use_errno=True)
if any(libc.fork() >= 0 for _ in range(50)): time.sleep(60)
raise OSError(ctypes.get_errno(), 'fork')""",
        r"Errno 1\] fork",
    ),
    "thread bomb": (
        """
import threading, time
threading.stack_size(32768)
while True: threading.Thread(target=time.sleep, args=(60,)).start()""",
        r"can't start new thread|took longer|memory",
    ),
    "memory bomb": ("held = []\nwhile True: held.append(bytearray(1 << 20))", r"needed more than 256 MB of memory"),
    "one huge allocation": ("'x' * (1 << 40)", r"needed more than 256 MB of memory"),
    "memory bomb out of memory's own handler": (
        "held = []\nwhile True:\n  try: held.append(bytearray(1 << 16))\n  except MemoryError: held.append(held[:])",
        r"needed more than 256 MB of memory|took longer",
    ),
    "sys.exit": ("import sys; sys.exit(0)", r"^SystemExit: 0"),
    "os._exit": ("import os; os._exit(0)", r"ended its process without an answer \(exit code 0\)"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", r"^KeyboardInterrupt"),
    "endless recursion": ("attack()", r"^RecursionError"),
    "endless recursion without Python's limit": (
        "import sys\nsys.setrecursionlimit(10**9)\nattack()",
        r"took longer|memory|Segmentation fault",
    ),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", r"Segmentation fault \(signal 11\)"),
    "abort": ("import os; os.abort()", r"Aborted \(signal 6\)"),
    "kill of the parent": ("import os; os.kill(os.getppid(), 9)", r"^PermissionError"),
    "kill of everybody": ("import os; os.kill(-1, 0)", r"^PermissionError"),
    "kill of the group": ("import os; os.killpg(os.getpgid(os.getppid()), 9)", r"^PermissionError"),
    "kill by descriptor owner": (
        """
import fcntl, os, signal
read, write = os.pipe()
fcntl.fcntl(read, fcntl.F_SETOWN, os.getppid())
fcntl.fcntl(read, 10, signal.SIGKILL)
fcntl.fcntl(read, fcntl.F_SETFL, os.O_ASYNC)
os.write(write, b'x')""",
        r"^PermissionError",
    ),
    "starving of the parent": (
        "import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (0, 0))",
        r"^PermissionError",
    ),
    "own limits raised": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))",
        r"^(PermissionError|ValueError)",
    ),
    "descriptor bomb": (
        """
import os
held = []
try:
  while True: held += os.pipe()
except OSError: raise ValueError(len(held))""",
        r"^ValueError: [56]\d\n",
    ),
    "all descriptors closed": ("import os\nos.closerange(0, 1000)\nraise ValueError", r"without an answer"),
    "result of 100,000 levels": (
        "nested = 0\nfor _ in range(100_000): nested = [nested]\nreturn nested",
        r"nested too deeply",
    ),
    "JSON of 100,000 levels": ("import json; json.loads('[' * 100_000)", r"^RecursionError"),
    "result of 50 MB": ("return 'x' * 50_000_000", r"too large: more than 256 KB"),
    "endless result": (
        "import os\nwhile True: os.write(3, b'=' * 65536)",
        r"too large: more than 256 KB",
    ),
    "result of infinity": ("return [1.0, float('inf')]", r"not JSON"),
    "result of a literal infinity": ("import os; os.write(3, b'=1e999'); os._exit(0)", r"not JSON"),
    "result that is no text": ("import os; os.write(3, b'=\"\\xff\"'); os._exit(0)", r"not JSON"),
    "result with half a surrogate": ("return '\\ud800'", r"not JSON"),
    "result that holds itself": ("held = []; held.append(held); return held", r"not JSON"),
    "number of 100,000 digits": ("return 10 ** 100_000", r"not JSON"),
    "error that cannot be shown": (
        "class Bad(Exception):\n  def __str__(self): raise self\nraise Bad",
        r"without an answer",
    ),
    "error of 50 MB": ("raise ValueError('x' * 50_000_000)", r"^ValueError: x"),
    "harness's own functions broken": (
        """
import sys
for name in list(vars(sys.modules['__main__'])):
  if not name.startswith('__'): setattr(sys.modules['__main__'], name, None)
raise ValueError""",
        r"without an answer",
    ),
}


def code(attack: str) -> str:
    """A source whose rows are doubled, but for the row "attack"."""
    body = "\n".join(f"  {line}" for line in ATTACKS[attack][0].split("\n"))
    return f"def attack():\n{body}\n\ndef score(row):\n  return attack() if row == 'attack' else row * 2\n"
