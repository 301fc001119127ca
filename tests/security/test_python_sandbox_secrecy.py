"""User code and what it must not reach: network, environment, other processes, files (quality.md §2, row 18)."""

import ast
import os
import platform
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.security.sandboxes import result, results, value

REPOSITORY = Path(__file__).parents[2]
EPERM, ENOSYS = 1, 38

# Numbers on x86_64 of what must be refused, by what it would be good for.
FORBIDDEN = {
    "network": {"socket": 41, "connect": 42, "accept": 43, "sendmsg": 46, "bind": 49, "listen": 50, "sendmmsg": 307},
    "other processes": {
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "pidfd_open": 434,
        "pidfd_getfd": 438, "pidfd_send_signal": 424, "process_madvise": 440, "tkill": 200, "rt_sigqueueinfo": 129,
        "rt_tgsigqueueinfo": 297, "setpriority": 141, "sched_setaffinity": 203, "sched_setscheduler": 144,
        "ioprio_set": 251, "migrate_pages": 256, "move_pages": 279, "get_robust_list": 274,
    },
    "new processes": {"fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "setsid": 112, "setpgid": 109},
    "memory that outlives a row": {
        "shmget": 29, "shmat": 30, "semget": 64, "msgget": 68, "mq_open": 240, "memfd_create": 319, "add_key": 248,
        "request_key": 249, "keyctl": 250, "memfd_secret": 447,
    },
    "files": {
        "creat": 85, "mkdir": 83, "mkdirat": 258, "rmdir": 84, "link": 86, "unlink": 87, "symlink": 88, "symlinkat": 266,
        "rename": 82, "renameat2": 316, "chmod": 90, "fchmod": 91, "chown": 92, "truncate": 76, "ftruncate": 77,
        "mknod": 133, "utimensat": 280, "setxattr": 188, "openat2": 437, "open_by_handle_at": 304, "pwrite64": 18,
        "flock": 73, "fallocate": 285, "copy_file_range": 326, "name_to_handle_at": 303, "inotify_init1": 294,
    },
    "the kernel": {
        "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "bpf": 321,
        "perf_event_open": 298, "io_uring_setup": 425, "io_uring_enter": 426, "userfaultfd": 323, "seccomp": 317,
        "personality": 135, "init_module": 175, "kexec_load": 246, "reboot": 169, "setuid": 105, "setresuid": 117,
        "capset": 126, "landlock_create_ruleset": 444, "quotactl": 179, "swapon": 167, "settimeofday": 164,
        "modify_ldt": 154, "iopl": 172, "ioperm": 173, "fanotify_init": 300, "vmsplice": 278,
    },
}  # fmt: skip

CALLS = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    answer = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    return ctypes.get_errno() if answer == -1 else -1
"""

# What of the process `row` can be seen: the names of the files below /proc that open.
PEEK = """
import os
def score(row):
    seen = []
    for name in ("environ", "mem", "maps", "auxv", "syscall", "fd/0"):
        try:
            with open(f"/proc/{row}/{name}", "rb") as file: seen.append(name if name == "mem" or file.read(1) else name)
        except OSError: pass
    for name in ("root", "cwd", "exe", "fd/0"):
        try: seen.append(os.readlink(f"/proc/{row}/{name}"))
        except OSError: pass
    return seen
"""

x86_64 = pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of x86_64")


@x86_64
@pytest.mark.parametrize("good_for", FORBIDDEN)
def test_the_kernel_refuses_calls_that_reach(good_for, sandbox):
    source = CALLS + "def score(row): return [name for name, number in row.items() if call(number, 0, 0, 0) != 1]"
    assert value(sandbox, source, FORBIDDEN[good_for]) == []


@x86_64
def test_the_kernel_refuses_by_argument_what_it_allows_otherwise(sandbox):
    source = CALLS + textwrap.dedent("""
        import os
        def score(parent):
            path = ctypes.create_string_buffer(b"/proc/self/comm")
            where = ctypes.addressof(path)
            return {
                "clone of a process": call(56, 17, 0, 0, 0, 0), "clone3": call(435, 0, 0),
                "kill of the parent": call(62, parent, 0), "kill of all": call(62, -1, 0), "tgkill": call(234, parent, parent, 0),
                "limits of the parent": call(302, parent, 7, 0, 0), "dumpable": call(157, 4, 1, 0, 0, 0),
                "filter": call(157, 22, 2, 0), "ptracer": call(157, 0x59616D61, -1, 0, 0, 0),
                "open to write": call(2, where, 1), "openat to write": call(257, -100, where, 2),
                "openat to create": call(257, -100, where, 0o100), "openat to truncate": call(257, -100, where, 0o1000),
                "owner of a descriptor": call(72, 0, 8, parent), "its signal": call(72, 0, 10, 9),
                "owner by ioctl": call(16, 0, 0x8901, where), "typing for others": call(16, 0, 0x5412, where),
                "datagram pair": call(53, 1, 2, 0, where), "network pair": call(53, 2, 1, 0, where),
                "the x32 way round": call(0x40000000 + 41, 2, 1, 0), "beyond 32 bits": call(62, parent + (1 << 32), 0),
                "open to read": call(2, where, 0), "kill of itself": call(62, os.getpid(), 0),
            }
    """)
    answers = value(sandbox, source, os.getpid())
    assert (answers.pop("open to read"), answers.pop("kill of itself")) == (-1, -1)
    assert answers.pop("clone3") == ENOSYS
    assert answers == dict.fromkeys(answers, EPERM)


@x86_64
def test_a_32_bit_call_ends_the_row(sandbox):
    getpid = "b814000000cd80c3"  # mov eax, 20; int 0x80; ret
    source = f"""
import ctypes, mmap
def score(row):
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(bytes.fromhex("{getpid}"))
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
    assert "Bad system call (signal 31)" in result(sandbox, source).error


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9001), timeout=1)",
        "import socket; socket.create_connection(('localhost', 9001), timeout=1)",
        "import socket; socket.getaddrinfo('example.com', 443)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('8.8.8.8', 53))",
        "import urllib.request; urllib.request.urlopen('http://169.254.169.254/latest/meta-data/', timeout=1)",
        "import http.client; http.client.HTTPConnection('127.0.0.1', 9001).request('GET', '/2018-06-01/runtime/invocation/next')",
        "import asyncio; asyncio.run(asyncio.open_connection('127.0.0.1', 9001))",
    ],
)
def test_a_refused_connection_names_the_stack_parameter(sandbox, attempt):
    assert (
        "The sandbox has no network: the stack's parameter SandboxEgress is off."
        in result(sandbox, f"def score(row):\n  {attempt}").error
    )


def test_sockets_of_the_host_are_refused_too(sandbox):
    source = "import socket\ndef score(row): socket.socket(socket.AF_UNIX).connect('\\0anything')"
    assert result(sandbox, source).error.startswith("PermissionError")


def test_the_environment_holds_nothing_of_the_functions(sandbox, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    assert set(value(sandbox, "import os\ndef score(row): return dict(os.environ)")) <= {"HOME", "LANG", "TZ"}


@pytest.mark.parametrize("who", ["root's", "unprivileged"])
def test_the_function_cannot_be_looked_into(who):
    assert peeked(capabilities=who == "root's") == []


def test_the_harness_cannot_be_looked_into(sandbox):
    assert value(sandbox, PEEK.replace("{row}", "{os.getppid()}")) == []


def test_looking_into_an_unshielded_process_would_be_noticed():
    program = f"""
child.drop_capabilities()
child.prctl(38, 1)
with subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as sleeper:
    time.sleep(0.2)
    print(value(sandbox, {PEEK!r}, sleeper.pid))
    sleeper.kill()
"""
    assert {"environ", "mem", "maps"} <= set(ast.literal_eval(python(program)))


def test_a_file_that_a_row_would_leave_is_refused(sandbox):
    source = """
import os, pathlib, tempfile
ways = [
    lambda: open("mine", "w"), lambda: open("/tmp/mine", "a"), lambda: os.open("/dev/shm/mine", os.O_CREAT | os.O_RDWR),
    lambda: os.mkdir("/tmp/mine"), lambda: os.symlink("/etc/passwd", "/tmp/mine"), lambda: os.link("/etc/passwd", "mine"),
    lambda: os.mkfifo("/tmp/mine"), lambda: tempfile.NamedTemporaryFile(), lambda: tempfile.mkdtemp(),
    lambda: pathlib.Path(os.environ["HOME"], "mine").touch(), lambda: os.open("/tmp", os.O_TMPFILE | os.O_RDWR),
    lambda: os.rename("/etc/passwd", "/tmp/mine"), lambda: os.unlink("/etc/passwd"), lambda: os.chmod(".", 0o777),
]
def score(row):
    made = 0
    for way in ways:
        try: way(); made += 1
        except OSError: pass
    return [made, os.listdir("."), os.path.lexists("/tmp/mine"), os.path.lexists("/dev/shm/mine")]
"""
    assert [answer.value for answer in results(sandbox, source, 1, 2)] == [[0, [], False, False]] * 2
    assert "The sandbox keeps no files" in result(sandbox, "def score(row): open('mine', 'w')").error


def test_an_unprivileged_uid_is_confined_like_root():
    assert (
        run_unprivileged("print(sandbox.level, value(sandbox, 'def score(row): return row', 7))") == "seccomp+rlimits 7"
    )
    forks = "import ctypes\ndef score(row): return ctypes.CDLL(None).fork()"
    assert run_unprivileged(f"print(value(PythonSandbox(seccomp=False), {forks!r}))") == "-1"


def test_limits_that_are_lower_already_stay():
    lowered = "import resource; resource.setrlimit(resource.RLIMIT_NPROC, (90, 90))"
    read = "import resource\ndef score(row): return resource.getrlimit(resource.RLIMIT_NPROC)"
    soft, hard = ast.literal_eval(run_unprivileged(f"{lowered}\nprint(value(sandbox, {read!r}))"))
    assert soft <= hard <= 90


def test_a_kernel_that_takes_no_filter_is_reported_and_code_runs():
    program = """
from assay.adapters.sandbox.seccomp import ALLOWED, Condition, assembled
from assay.adapters.sandbox.syscalls import NUMBERS
rules = {"prctl": (Condition(0, ~0, (4, 15, 16, 36, 38)),)}  # all but PR_SET_SECCOMP
child.prctl(38, 1)
assert child.filtered(assembled(os.uname().machine, NUMBERS, rules, ALLOWED).hex())
print(sandbox.level, value(sandbox, 'def score(row): return row', 7))
"""
    assert python(program) == "rlimits 7"


def peeked(*, capabilities: bool) -> list[str]:
    """What user code sees of the function's process, with or without root's capabilities."""
    drop = "" if capabilities else "child.drop_capabilities()"
    return ast.literal_eval(python(f"{drop}\nprint(value(sandbox, {PEEK!r}, os.getpid()))"))


def run_unprivileged(program: str) -> str:
    """What `program` prints under the uid of nobody, where an interpreter is to be had that nobody may read."""
    if os.getuid() != 0:
        return python(program)
    interpreters = [Path(sys.executable).resolve(), Path(f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}")]
    readable = [str(path) for path in interpreters if path.exists() and all(p.stat().st_mode & 1 for p in path.parents)]
    if not readable:
        pytest.skip("no interpreter that everybody may read")
    return python(program, interpreter=readable[0], user=65534, group=65534, extra_groups=[])


def python(program: str, interpreter: str = sys.executable, **process: object) -> str:
    """What `program` prints in a process of its own, where `sandbox` is a fresh sandbox."""
    head = """
import os, subprocess, time
from assay.adapters.sandbox import child
from assay.adapters.sandbox.python import PythonSandbox
from tests.security.sandboxes import value
sandbox = PythonSandbox()
"""
    path = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "layers/core"), *sys.path])
    command = [interpreter, "-c", head + program]
    done = subprocess.run(command, env={"PYTHONPATH": path}, capture_output=True, text=True, check=False, **process)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
