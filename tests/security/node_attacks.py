"""Programs in JavaScript that try to break a row, and the error that each must end in."""

# Each is the body of `function attack()`, or of an async one.
ATTACKS: dict[str, tuple[str, str]] = {
    "endless loop": ("for (;;);", r"^The code took longer than 0\.5 s\.$"),
    "endless loop that catches": ("for (;;) { try { for (;;); } catch {} }", r"took longer than 0\.5 s"),
    "endless loop in finally": ("try { for (;;); } finally { for (;;); }", r"took longer than 0\.5 s"),
    "endless promises": ("const next = () => Promise.resolve().then(next); return next();", r"took longer than 0\.5 s"),
    "endless timers": ("return new Promise(() => { const on = () => setTimeout(on, 1); on(); });", r"took longer than 0\.5 s"),
    "sleep for a minute": ("return new Promise((done) => setTimeout(done, 60_000));", r"took longer than 0\.5 s"),
    "promise that never settles": ("return new Promise(() => {});", r"never settled"),
    "thenable that never settles": ("return { then() {} };", r"never settled"),
    "regular expression without end": ("return /^(a+)+$/.test('a'.repeat(60) + 'b');", r"took longer than 0\.5 s"),
    "native work without end": ("return Array.from({ length: 1e9 }, () => 1).length;", r"took longer than 0\.5 s|memory"),
    "Atomics.wait": ("return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);", r"Atomics is not defined"),
    "memory bomb": ("const held = []; for (;;) held.push(new Array(100_000).fill(1));", r"needed more than 256 MB of memory"),
    "memory bomb that catches": (
        "const held = []; for (;;) { try { held.push(new ArrayBuffer(1 << 20)); } catch { held.push([]); } }",
        r"took longer|memory",
    ),
    "shared memory bomb": ("return new SharedArrayBuffer(2 ** 31 - 1).byteLength;", r"memory|RangeError"),
    "one huge text": ("return 'x'.repeat(2 ** 29).length;", r"memory|too long|Invalid"),
    "doubling text": ("let text = 'x'; for (;;) text += text;", r"memory|too long"),
    "number of a billion digits": ("return 7n ** 1_000_000_000n;", r"too large|memory"),
    "endless recursion": ("return attack();", r"Maximum call stack size exceeded"),
    "endless recursion that catches": ("try { return attack(); } finally { attack(); }", r"took longer|stack"),
    "recursion through a proxy": ("const p = new Proxy({}, { get: (_, k, r) => r[k] }); return p.x;", r"stack"),
    "JSON of 100,000 levels": ("return JSON.parse('['.repeat(100_000));", r"stack|SyntaxError|Unexpected"),
    "result of 100,000 levels": ("let n = 0; for (let i = 0; i < 1e5; i++) n = [n]; return n;", r"stack|nested"),
    "result of 150 levels": ("let n = 0; for (let i = 0; i < 150; i++) n = [n]; return n;", r"nested more than 100 deep"),
    "result of 5 MB": ("return 'x'.repeat(5_000_000);", r"too large: more than 256 KB"),
    "result of 300 KB in few characters": ("return '語'.repeat(100_000);", r"too large: more than 256 KB"),
    "result with half a character": ("return '\\ud800';", r"holds half a character"),
    "key with half a character": ("return { '\\udc00': 1 };", r"holds half a character"),
    "result of NaN": ("return NaN;", r"it holds NaN"),
    "result of infinity deep inside": ("return { a: [1, { b: -Infinity }] };", r"it holds -Infinity"),
    "result that is a function": ("return attack;", r"not JSON: it is a function"),
    "result that holds itself": ("const held = []; held.push(held); return held;", r"circular"),
    "result that throws": ("return { toJSON() { throw new Error('no'); } };", r"^Error: no"),
    "error of 50 MB": ("throw new Error('x'.repeat(50_000_000));", r"^Error: x+$"),
    "error that cannot be shown": ("throw { toString() { throw this; }, toJSON() { throw this; } };", r"."),
    "error with half a character": ("throw new Error('\\ud800');", r"^Error: "),
    "nothing thrown": ("throw undefined;", r"^Error: undefined"),
    "process.exit": ("process.exit(0);", r"process is not defined"),
    "process of the outer world": ("return (function () {}).constructor('return process')();", r"process is not defined"),
    "outer world through print": ("return console.log.constructor('return process')();", r"process is not defined"),
    "outer world through the stack": (
        "Error.prepareStackTrace = (_, calls) => calls; return new Error().stack[0].getThis().process.env;",
        r"TypeError|not a function|undefined",
    ),
    "environment": ("return process.env;", r"process is not defined"),
    "file": ("return require('node:fs').readFileSync('/etc/passwd', 'utf8');", r"offers no modules"),
    "file by import": ("return import('node:fs').then((fs) => fs.readFileSync('/etc/passwd'));", r"offers no modules"),
    "program": ("return require('child_process').execSync('id').toString();", r"offers no modules"),
    "engine's own modules": ("return std.getenv('PATH');", r"std is not defined"),
    "network": ("return fetch('http://169.254.169.254/');", r"^Error: The sandbox has no network: the stack's parameter SandboxEgress is off\."),
    "network by socket": ("return new WebSocket('ws://127.0.0.1');", r"SandboxEgress"),
    "Lambda's runtime API": ("return fetch('http://127.0.0.1:9001/2018-06-01/runtime/invocation/next');", r"SandboxEgress"),
    "WebAssembly": ("return new WebAssembly.Memory({ initial: 60_000 });", r"WebAssembly is not defined"),
    "worker": ("return new Worker('data:text/javascript,for(;;);');", r"Worker is not defined"),
}  # fmt: skip


def code(attack: str) -> str:
    """A source whose rows are doubled, but for the row "attack"."""
    body = ATTACKS[attack][0]
    return f"function attack() {{ {body} }}\nasync function handler(row) {{ return row === 'attack' ? attack() : row * 2; }}"
