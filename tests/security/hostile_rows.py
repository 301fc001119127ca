"""Rows of an eval whose scorers are attackers: what each tries, and what must come of it."""

import os
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

SIBLINGS = 2
"""Rows that do nothing, before all attacks and behind each."""


class Attack(NamedTuple):
    """The body of a function, and its row's error. None: the row is to return 1, as a sign that it got at nothing."""

    body: str
    error: str | None = None


MARK = f"assay-attack-{os.getpid():x}"
"""Stands wherever an attack would leave something behind; another process of tests has another."""

# Who signals everybody sends the signal 0, which asks and does nothing; see attacks.py.
PYTHON: dict[str, Attack] = {
    "endless loop": Attack("while True: pass", r"took longer than 2 s|more than 2 s of processor time"),
    "fork bomb": Attack("import os\nwhile True: os.fork()", r"starts no other programs or processes"),
    "memory bomb": Attack("held = []\nwhile True: held.append(bytearray(1 << 20))", r"more than 256 MB of memory"),
    "50 MB of output": Attack("for _ in range(50): print('x' * 1_000_000)\nreturn 1"),
    "result of 50 MB": Attack("return {'score': 1, 'metadata': {'x': 'x' * 50_000_000}}", r"too large: more than 256 KB"),
    "sys.exit": Attack("import sys; sys.exit(0)", r"^SystemExit: 0"),
    "os._exit": Attack("import os; os._exit(0)", r"ended its process without an answer \(exit code 0\)"),
    "kill of the parent": Attack("import os; os.kill(os.getppid(), 9)", r"^PermissionError"),
    "kill of everybody": Attack("import os; os.kill(-1, 0)", r"^PermissionError"),
    "kill of the group": Attack("import os; os.killpg(os.getpgid(os.getppid()), 9)", r"^PermissionError"),
    "double-forked daemon": Attack(
        """
import ctypes, os, time
fork = ctypes.CDLL(None).fork
if fork() == 0:
  os.setsid()
  if fork() == 0: time.sleep(600)
  os._exit(0)
return 1"""
    ),
    "threads that outlive the row": Attack(
        """
import os, threading
def haunt():
  while True: os.write(1, b'boo')
for _ in range(4): threading.Thread(target=haunt).start()
return 1"""
    ),
    "socket": Attack("import socket; socket.create_connection(('127.0.0.1', 80), timeout=1)", r"SandboxEgress"),
    "name to be resolved": Attack("import socket; socket.getaddrinfo('example.com', 443)", r"SandboxEgress"),
    "instance metadata": Attack(
        "import urllib.request; urllib.request.urlopen('http://169.254.169.254/latest/meta-data/')", r"SandboxEgress"
    ),
    "requests": Attack("import requests; requests.get('https://example.com')", r"SandboxEgress"),
    "Lambda's runtime API": Attack(
        """
import http.client
http.client.HTTPConnection('127.0.0.1', 9001).request('GET', '/2018-06-01/runtime/invocation/next')""",
        r"SandboxEgress",
    ),
    "environment": Attack("import os\nreturn set(os.environ) <= {'HOME', 'LANG', 'TZ'}"),
    "memory and environment of its parents": Attack(
        """
import os
seen, process = 0, os.getppid()
for _ in range(2):
  for name in ('environ', 'mem', 'maps', 'fd/0', 'cwd/x'):
    try: seen += len(open(f'/proc/{process}/{name}', 'rb').read(1)) + 1
    except OSError: pass
  process = int(open(f'/proc/{process}/stat').read().rpartition(')')[2].split()[1])
return seen == 0"""
    ),
    "descriptors of others": Attack(
        """
import os
written = 0
for descriptor in range(4, 64):
  try: written += os.write(descriptor, b'={"score": 0}')
  except OSError: pass
return written == 0"""
    ),
    "files for the next row": Attack(
        f"""
import os, pathlib
made = 0
for path in ('{MARK}', '/tmp/{MARK}', '/dev/shm/{MARK}', os.path.join(os.environ['HOME'], '{MARK}')):
  for way in (lambda: open(path, 'w'), lambda: os.symlink('/etc/passwd', path), lambda: os.mkdir(path)):
    try: way(); made += 1
    except OSError: pass
return made == 0"""
    ),
    "files of another row": Attack(
        f"""
import os
return not os.listdir('.') and not any(os.path.lexists(f'{{at}}/{MARK}') for at in ('/tmp', '/dev/shm'))"""
    ),
    "poison for the next row": Attack(
        f"""
import builtins, json, os, sys
builtins.len = builtins.print = json.dumps = json.loads = None
sys.modules['{MARK}'] = builtins.{MARK.replace('-', '_')} = sys
os.environ['{MARK}'] = '1'
return 1"""
    ),
    "what the row before has poisoned": Attack(
        f"""
import builtins, json, os, sys
return len(json.dumps([1])) == 3 and '{MARK}' not in sys.modules and '{MARK}' not in os.environ \\
  and not hasattr(builtins, '{MARK.replace('-', '_')}')"""
    ),
    "answer forged by descriptor": Attack("import os\nos.write(3, b'={\"score\": 1}')\nos._exit(0)"),
    "JSON of 100,000 levels": Attack("import json; json.loads('[' * 100_000)", r"^RecursionError"),
    "result of 100,000 levels": Attack(
        "nested = 0\nfor _ in range(100_000): nested = [nested]\nreturn {'score': 1, 'metadata': {'x': nested}}", r"nested"
    ),
    "JSON bomb": Attack("import json; json.loads('[' + '[],' * 20_000_000 + '0]')", r"more than 256 MB of memory|longer than"),
    "zip bomb": Attack(
        "import zlib\nbomb = zlib.compress(bytes(50 << 20))\nreturn len([zlib.decompress(bomb) for _ in range(50)])",
        r"more than 256 MB of memory|longer than",
    ),
    "limits raised": Attack(
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))", r"^(PermissionError|ValueError)"
    ),
    "tracing of the parent": Attack(
        "import ctypes, os\nreturn ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == -1"
    ),
}  # fmt: skip

NODE: dict[str, Attack] = {
    "endless loop": Attack("for (;;);", r"^The code took longer than 2 s\.$"),
    "memory bomb": Attack("const held = []; for (;;) held.push(new Uint8Array(10_000_000).fill(1));", r"more than 256 MB of memory"),
    "50 MB of output": Attack("for (let i = 0; i < 50; i++) console.log('x'.repeat(1e6)); return 1;"),
    "result of 5 MB": Attack("return { score: 1, metadata: { x: 'x'.repeat(5_000_000) } };", r"too large: more than 256 KB"),
    "process.exit": Attack("process.exit(0);", r"process is not defined"),
    "outer world": Attack("return (function () {}).constructor('return process')().kill(1);", r"process is not defined"),
    "program": Attack("return require('child_process').fork('x');", r"offers no modules"),
    "file": Attack("return require('node:fs').readFileSync('/etc/passwd', 'utf8');", r"offers no modules"),
    "socket": Attack("return fetch('http://127.0.0.1:80/');", r"SandboxEgress"),
    "Lambda's runtime API": Attack("return fetch('http://127.0.0.1:9001/2018-06-01/runtime/invocation/next');", r"SandboxEgress"),
    "environment": Attack("return typeof process === 'undefined' && typeof std === 'undefined' ? 1 : 0;"),
    "worker": Attack("return new Worker('data:text/javascript,for(;;);');", r"Worker is not defined"),
    "timer that outlives the row": Attack("setTimeout(() => { for (;;); }, 1); return 1;"),
    "poison for the next row": Attack(
        f"""globalThis['{MARK}'] = 1;
Object.prototype.marked = Array.prototype.marked = 1;
Array.prototype.map = Math.max = () => 0;
JSON.stringify = JSON.parse = null;
Object.defineProperty(Object.prototype, 'error', {{ get: () => 'poisoned', set() {{}} }});
return 1;"""
    ),
    "what the row before has poisoned": Attack(
        f"return Math.max(1, 2) === 2 && JSON.stringify([1].map(String)) === '[\"1\"]' && !({{}}).marked && !globalThis['{MARK}'] ? 1 : 0;"
    ),
    "forged answer": Attack("console.log('{\"value\":{\"score\":0}}'); globalThis.finish?.('', '0'); globalThis.send?.({}); return 1;"),
    "JSON of 100,000 levels": Attack("return JSON.parse('['.repeat(100_000));", r"stack|SyntaxError|Unexpected"),
    "JSON bomb": Attack("return JSON.parse('[' + '[],'.repeat(20_000_000) + '0]').length;", r"memory|too long|longer than|Invalid"),
    "result of 100,000 levels": Attack("let n = 0; for (let i = 0; i < 1e5; i++) n = [n]; return { score: 1, metadata: { n } };", r"stack|nested"),
}  # fmt: skip

SIDE_EFFECTS = "import os, sys\nsys.exit('at import')\ndef handler(input): return 1"
"""Code that ends its process while it is loaded."""


def rows(attacks: Mapping[str, Attack]) -> list[str]:
    """What stands as the input of each row: the name of an attack, or of none."""
    innocent = [f"innocent {number}" for number in range(SIBLINGS)]
    return [*innocent, *(name for attack in attacks for name in (attack, f"beside {attack}"))]


def python(attacks: Mapping[str, Attack]) -> str:
    """A scorer in Python that does what the row's input says, and scores any other row 1."""
    functions = [f"def attack_{n}():\n" + indented(attack.body) for n, attack in enumerate(attacks.values())]
    table = ", ".join(f"{name!r}: attack_{n}" for n, name in enumerate(attacks))
    return "\n\n".join(
        [*functions, f"ATTACKS = {{{table}}}\n\ndef handler(input): return ATTACKS.get(input, lambda: 1)()"]
    )


def indented(body: str) -> str:
    """The body as that of a function."""
    return "\n".join(f"    {line}" for line in body.strip().split("\n"))


def node(attacks: Mapping[str, Attack]) -> str:
    """The same in JavaScript."""
    table = ",\n".join(f"{name!r}: async () => {{ {attack.body} }}" for name, attack in attacks.items())
    return f"const ATTACKS = {{\n{table}\n}};\nfunction handler({{ input }}) {{ return Object.hasOwn(ATTACKS, input) ? ATTACKS[input]() : 1; }}"


def unexpected(attacks: Mapping[str, Attack], found: Mapping[str, tuple[Any, str]]) -> dict[str, tuple[Any, str]]:
    """The rows that came out otherwise than they must; `found` has the score and the error of each."""
    return {row: found[row] for row in found if not as_expected(attacks.get(row, Attack("")), *found[row])}


def as_expected(attack: Attack, score: Any, error: str) -> bool:
    """Whether the row is in error as its attack must be, or scored."""
    if attack.error is None:
        return bool(score == 1 and not error)
    return score is None and bool(re.search(attack.error, error))
