"""JavaScript that may reach out: what the operator lists, for as long as its row lasts, and nothing else."""

import json
import re
import subprocess
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest

from assay.domain.address import NOT_PUBLIC, NOT_PUBLIC_6, is_public
from assay.domain.egress import destinations
from assay.domain.sandbox import CodeBatch, CodeResults, SandboxLimits
from tests.security.site import LONG, Site
from tests.support.entry_points import FUNCTIONS
from tests.support.node_function import HERE, NodeFunction

ADDRESS, BITS = {4: IPv4Address, 6: IPv6Address}, {4: 32, 6: 128}

NAMES = {
    "inside.test": [["10.0.0.7"]],
    "partly.test": [["8.8.8.8", "127.0.0.1"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "metadata.test": [["169.254.169.254"]],
    "any.below.test": [["192.168.1.1"]],
    "rebound.test": [["3000::1"], ["127.0.0.1"], ["127.0.0.1"]],
}
"""3000::/4 is of the public internet, and nobody's."""


@pytest.fixture(scope="module")
def patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def listed():
    yield (site := Site())
    site.server_close()


@pytest.fixture(scope="module")
def friend():
    """Another host on the list."""
    yield (site := Site())
    site.server_close()


@pytest.fixture(scope="module")
def unlisted():
    yield (site := Site())
    site.server_close()


@pytest.fixture(scope="module")
def runtime():
    """What stands for Lambda's runtime API, which an operator has listed by mistake."""
    yield (site := Site())
    site.server_close()


@pytest.fixture(scope="module")
def functions(patch, listed, friend, runtime):
    """The function as it is deployed, and where names mean what NAMES says."""
    port = listed.server_port
    hosts = ["127.0.0.1", "inside.test", "partly.test", "mapped.test", "metadata.test", "*.below.test", "Rebound.test"]
    ports = [runtime.server_port, friend.server_port]
    entries = [*(f"127.0.0.1:{one}" for one in ports), "169.254.169.254:80", *(f"{host}:{port}" for host in hosts)]
    patch.setenv("ASSAY_SANDBOX_HOSTS", ", ".join(entries))
    patch.setenv("AWS_LAMBDA_RUNTIME_API", f"127.0.0.1:{runtime.server_port}")
    patch.setenv("NAMES", json.dumps(NAMES))
    started = {"deployed": NodeFunction(FUNCTIONS / "run_node/app.mjs"), "named": NodeFunction(HERE / "node_names.mjs")}
    yield started
    for function in started.values():
        function.ended()


@pytest.fixture
def run(functions, listed):
    """What each body of an async function comes to, in one batch; `at` is where the listed host is."""

    def run(*bodies, of="deployed", wall=LONG):
        table = ", ".join(f"async () => {{ {body} }}" for body in bodies)
        batch = CodeBatch(
            runtime="node",
            code=f"const at = '{listed.at}', port = {listed.server_port}; const rows = [{table}]; const handler = (row) => rows[row]();",
            function="handler",
            call="scorer",
            rows=tuple((row,) for row in range(len(bodies))),
            limits=SandboxLimits(wall=wall),
        )
        answer = json.dumps(functions[of].invoked(batch.model_dump(mode="json")))
        return list(CodeResults.model_validate_json(answer).results)

    return run


@pytest.fixture
def values(run):
    """The values of rows none of which is in error."""

    def values(*bodies):
        answers = run(*bodies)
        assert [one.error for one in answers] == [None] * len(bodies)
        return [one.value for one in answers]

    return values


def refused(run, table, **more):
    """The rows of a table of bodies and errors that ended otherwise."""
    found = zip(table.items(), run(*(body for body, _ in table.values()), **more), strict=True)
    return {name: answer for (name, (_, error)), answer in found if not re.search(error, answer.error or "")}


def test_a_host_on_the_list_is_asked_and_its_answer_read(values):
    got, posted, parallel = values(
        """const answer = await fetch(at + '/hello/%C3%A9#part', { cache: 'no-store', redirect: 'follow' });
        const { ok, status, statusText, url, redirected, headers } = answer;
        const seen = [];
        headers.forEach((value, name) => seen.push(name));
        return [ok, status, statusText, url === at + '/hello/%C3%A9', redirected, await answer.text(),
          headers.get('X_One'), headers.has('x_two'), seen, [...headers.entries()].length];""",
        """const sent = { method: 'post', headers: { Authorization: 'Bearer 1', a: 'b' }, body: '{"é": 1}' };
        const { method, headers, body } = await (await fetch(at + '/echo', sent)).json();
        return [method, body, headers.authorization, headers.a, headers['content-type'], headers['content-length']];""",
        """const answers = await Promise.all([1, 2, 3].map((n) => fetch(at + '/hello/' + n)));
        return Promise.all(answers.map((one) => one.text()));""",
    )
    assert got == [
        *(True, 200, "OK", True, False, "hello é", "1", False, ["date", "server", "x_one"], 3),
    ]
    assert posted == ["POST", '{"é": 1}', "Bearer 1", "b", "text/plain;charset=UTF-8", "9"]
    assert parallel == ["hello 1", "hello 2", "hello 3"]


def test_an_address_that_is_not_listed_or_not_public_is_refused_by_name_and_never_called(run, unlisted, runtime):
    to = f"http://127.0.0.1:{unlisted.server_port}/hello"
    api = f"127.0.0.1:{runtime.server_port}"
    not_named = r"^TypeError: The sandbox may not connect to {}: the stack's parameter SandboxHosts does not name it\."
    not_public = r"^TypeError: The sandbox may not connect to {}: it has an address that is not public\."
    assert not refused(run, {
        "not on the list": ("return fetch('https://example.com/')", not_named.format("example.com:443")),
        "other port": (f"return fetch('{to}')", not_named.format(rf"127\.0\.0\.1:{unlisted.server_port}")),
        "other spelling of it": ("return fetch('http://127.1/')", not_named.format(r"127\.0\.0\.1:80")),
        "other name of it": ("return fetch('http://localhost:' + port)", not_named.format(r"localhost:\d+")),
        "IPv6": ("return fetch('http://[::1]:' + port)", not_named.format(r"\[::1\]:\d+")),
        "sent to what is not listed": (f"return fetch(at + '/sent/302/' + encodeURIComponent('{to}'))", not_named.format(r"127\.0\.0\.1:\d+")),
        "sent to the metadata": ("return fetch(at + '/sent/307/http:%2f%2f169.254.169.254%2flatest')", not_public.format(r"169\.254\.169\.254:80")),
        "the metadata": ("return fetch('http://169.254.169.254/')", not_public.format(r"169\.254\.169\.254:80")),
        "the runtime's API": (f"return fetch('http://{api}/hello')", not_public.format(api)),
        "sent to the runtime's API": (f"return fetch(at + '/sent/303/' + encodeURIComponent('http://{api}/hello'))", not_public.format(api)),
    })  # fmt: skip
    assert not unlisted.asked
    assert not runtime.asked


def test_a_name_is_looked_up_once_and_every_address_of_it_must_be_public(run, listed):
    listed.asked.clear()
    not_public = r"^TypeError: The sandbox may not connect to {}:\d+: it has an address that is not public\."
    hosts = ("inside.test", "partly.test", "mapped.test", "metadata.test", "any.below.test")
    table = {host: (f"return fetch('http://{host}:' + port)", not_public.format(host)) for host in hosts}
    assert not refused(run, table, of="named")
    assert not refused(run, {
        "the name above": ("return fetch('http://below.test:' + port)", r"below\.test:\d+: the stack's parameter SandboxHosts"),
        "a name that ends alike": ("return fetch('http://notbelow.test:' + port)", r"SandboxHosts"),
    }, of="named")  # fmt: skip
    another = {
        "another the second time": (
            "return fetch('http://REBOUND.test:' + port + '/hello')",
            r"3000::1|longer than 1 s",
        )
    }
    assert not refused(run, another, of="named", wall=1)
    assert not listed.asked


def test_what_fetch_does_not_do_is_refused_rather_than_ignored(run):
    assert not refused(run, {
        "scheme": ("return fetch('file:///etc/passwd')", r"^TypeError: fetch knows http: and https:, and not file:"),
        "no address": ("return fetch('/hello')", r"^TypeError: /hello is no URL"),
        "password": ("return fetch(at.replace('//', '//a:b@'))", r"no URL with a user or a password"),
        "signal": ("return fetch(at, { signal: {} })", r"^TypeError: The option signal of fetch is not there: it takes method, headers"),
        "redirections": ("return fetch(at, { redirect: 'manual' })", r"option redirect of fetch may only be follow"),
        "constructor": ("return fetch(at, { constructor: 1 })", r"option constructor of fetch is not there"),
        "bytes": ("return fetch(at, { method: 'POST', body: new Uint8Array(1) })", r"has to be a string"),
        "body of a GET": ("return fetch(at, { body: 'x' })", r"GET or HEAD has no body"),
        "tunnel": ("return fetch(at, { method: 'connect' })", r"has no method CONNECT"),
        "method that splits": ("return fetch(at, { method: 'GET / HTTP/1.1\\r\\nx: y' })", r"fetch has no method GET / HTTP"),
        "another host": ("return fetch(at, { headers: { Host: 'x' } })", r"sets the header host itself"),
        "length": ("return fetch(at, { headers: [['content-length', '0']] })", r"sets the header content-length itself"),
        "header that splits": ("return fetch(at, { headers: { a: 'x\\r\\nb: c' } })", r"^TypeError: Invalid character in header content"),
        "file of an answer": ("return (await fetch(at + '/hello')).blob()", r"read by text\(\) or json\(\) here, and has no blob"),
        "stream of an answer": ("return (await fetch(at + '/hello')).body", r"has no body"),
        "text as JSON": ("return (await fetch(at + '/hello')).json()", r"^SyntaxError"),
        "WebSocket": ("return new WebSocket('ws://127.0.0.1')", r"^Error: The sandbox reaches the network by fetch alone\."),
        "XMLHttpRequest": ("return new XMLHttpRequest()", r"by fetch alone"),
    })  # fmt: skip


def test_a_request_an_answer_and_their_number_are_bounded(run, listed):
    listed.asked.clear()
    assert not refused(run, {
        "body": ("return fetch(at, { method: 'POST', body: 'é'.repeat(131_073) })", r"256 KB of body"),
        "huge body": ("return fetch(at, { method: 'POST', body: 'x'.repeat(1e7) })", r"256 KB of body"),
        "headers": ("return fetch(at, { headers: { a: 'x'.repeat(16_384) } })", r"16 KB of URL and headers"),
        "headers of an answer": ("return fetch(at + '/heads')", r"gave no answer: .*[Hh]eader"),
        "answer": ("return fetch(at + '/much/1048577')", r"^TypeError: The answer is too large: more than 1 MB"),
        "endless answer": ("return fetch(at + '/endless')", r"too large"),
        "another protocol": ("return fetch(at + '/switched')", r"gave no answer: it was closed"),
        "broken answer": ("return fetch(at + '/broken')", r"gave no answer: aborted"),
        "compressed answer": ("return fetch(at + '/packed')", r"came compressed"),
        "seventeen": ("for (let n = 0; n < 17; n++) await fetch(at + '/hello/17th')", r"^TypeError: A row may fetch 16 times"),
        "ten thousand": ("for (let n = 0; n < 1e4; n++) fetch(at + '/hello').catch(() => {}); throw new Error('done');", r"^Error: done"),
    })  # fmt: skip
    assert listed.asked["hello"] <= 32
    whole, sixteen = run(
        "return (await (await fetch(at + '/much/1048576')).text()).length",
        "return (await Promise.all(Array.from({ length: 16 }, () => fetch(at + '/gather')))).length",
    )
    assert (whole.value, sixteen.value, listed.most) == (1_048_576, 16, 4)


def test_redirections_go_the_way_fetch_goes_five_times(values, run, friend):
    given = f"""
const to = (status, there) => at + `/sent/${{status}}/` + encodeURIComponent(there);
const request = {{ method: 'POST', body: 'x', headers: {{ authorization: 'a', cookie: 'b', 'x-c': 'c' }} }};
const names = ['authorization', 'cookie', 'x-c', 'content-type'];
async function sent(status, there) {{
  const answer = await fetch(to(status, there), request);
  const {{ method, body, headers }} = await answer.json();
  return [answer.redirected, answer.url.endsWith('/echo'), method, body, names.filter((name) => name in headers)];
}}
async function often(n, there = '/hello') {{ return n ? often(n - 1, to(302, there)) : (await fetch(there)).status; }}
const friend = '{friend.at}/echo';"""
    rewritten, kept, foreign, five = values(
        f"{given} return sent(302, '/echo');",
        f"{given} return sent(307, '/echo');",
        f"{given} return sent(308, friend);",
        f"{given} return often(5);",
    )
    assert rewritten == [True, True, "GET", "", ["authorization", "cookie", "x-c"]]
    assert kept == [True, True, "POST", "x", ["authorization", "cookie", "x-c", "content-type"]]
    assert foreign == [True, True, "POST", "x", ["x-c", "content-type"]]
    assert five == 200
    assert not refused(run, {"six": (f"{given} return often(6);", r"a redirection more than 5 times")})


def test_what_a_row_fetches_ends_with_it_and_is_no_other_rows(run, listed):
    listed.held.clear()
    listed.closed.clear()
    first, second, third = run(
        "globalThis.late = fetch(at + '/held').then(() => { throw 1; }); await fetch(at + '/once_held'); return typeof late;",
        "return [typeof late, await (await fetch(at + '/hello/second')).text()];",
        "return (await fetch(at + '/hello/third')).text();",
    )
    assert listed.closed.wait(LONG)
    assert (first.value, second.value, third.value) == ("object", ["undefined", "hello second"], "hello third")


def test_a_row_that_waits_too_long_for_an_answer_is_late_and_lets_go_of_it(run, listed):
    listed.held.clear()
    listed.closed.clear()
    (late,) = run("await fetch(at + '/held');", wall=1)
    assert late.error == "The code took longer than 1 s."
    assert not listed.held.is_set() or listed.closed.wait(LONG)  # on a busy machine it may not have got there


def test_timers_go_off_while_an_answer_is_awaited(values):
    assert values("""
const seen = [], held = fetch(at + '/held').catch(() => {});
await new Promise((done) => setTimeout(done, 20));
seen.push('timer');
seen.push(await Promise.race([held, new Promise((done) => setTimeout(done, 20, 'another'))]));
return seen;""") == [["timer", "another"]]


def test_what_the_engines_process_says_is_a_wish_at_most():
    """It holds the code: should that ever break out of the engine, this is all there is to say."""
    script = """
import { Egress } from "./egress.mjs";
import { Fetches } from "./fetching.mjs";
import { Way } from "./way.mjs";
const asked = [], told = [];
const egress = new Egress({ hosts: "a.test", lookup: async (name) => { asked.push(name); return [{ address: "10.0.0.1", family: 4 }]; } });
const fetches = new Fetches(egress, (answer) => told.push(answer));
for (const said of [undefined, null, 5, "x", [], {}, { id: "1" }, { id: 1.5, text: "{}" }]) fetches.ask(said);
for (const text of [undefined, 1, "[", "null", "{}", '{"url":"https://a.test","method":1,"headers":[]}',
  '{"url":"https://a.test","method":"GET","headers":[["a"]]}', '{"url":"https://a.test","method":"GET","headers":{"length":1}}',
]) fetches.ask({ id: 7, text });
for (let n = 0; n < 20; n += 1) fetches.ask({ id: 8, text: '{"url":"https://a.test","method":"GET","headers":[]}' });
await new Promise((done) => setTimeout(done));
const over = new Fetches(egress, (answer) => told.push(answer));
over.end();
over.ask({ id: 10, text: '{"url":"https://a.test","method":"GET","headers":[]}' });
const off = new Fetches(new Egress({ lookup: null }), (answer) => told.push(answer));
off.ask({ id: 9, text: '{"url":"https://a.test","method":"GET","headers":[]}' });
const way = new Way(() => {});
way.ask("of one row");
way.begin();
way.hear({ id: 1 });
console.log(JSON.stringify([told.map(({ id, error }) => [id, error]), asked.length, way.isOpen, way.ask("of the next")]));
"""
    told, asked, is_open, following = by_node(script)
    shapeless, refusal = [7, "That is no request of fetch."], "it has an address that is not public."
    assert told[:8] == [shapeless] * 8
    assert [(number, error[-37:]) for number, error in told[8:]] == [(8, refusal)] * 8
    assert (asked, is_open, following) == (8, False, 2)


def test_both_languages_agree_on_which_addresses_are_public():
    networks = [
        ip_network(str(one)) for one in (*NOT_PUBLIC, *NOT_PUBLIC_6, "2000::/3", "::ffff:0:0/96", "64:ff9b::/96")
    ]
    ends = [(int(one[0]) + step, one.version) for one in networks for step in (-1, 0, 1)]
    ends += [(int(one[-1]) + step, one.version) for one in networks for step in (-1, 0, 1)]
    addresses = [str(ADDRESS[version](number)) for number, version in ends if 0 <= number < 2 ** BITS[version]]
    addresses += ["", "example.com", "1", "2606:4700::1%lo", "127.1", "0x7f.0.0.1"]
    script = f"import {{ isPublic }} from './address.mjs'; console.log(JSON.stringify({json.dumps(addresses)}.map(isPublic)));"
    assert dict(zip(addresses, by_node(script), strict=True)) == {one: is_public(one) for one in addresses}


@pytest.mark.parametrize("entry", ["[::1]:80", "http://a.test", "a.test:0", "a.test:65536", "*.", "a b", "*.1.2.3.4"])
def test_a_list_that_cannot_be_read_is_none_in_either_language(entry):
    script = f"""import {{ Egress }} from './egress.mjs';
try {{ new Egress({{ hosts: {json.dumps(entry)} }}); }} catch (error) {{ console.log(JSON.stringify(error.message)); }}"""
    with pytest.raises(ValueError, match=re.escape(by_node(script))):
        destinations(entry)


def by_node(script):
    """What a program beside the function's says."""
    command = ["node", "--input-type=module", "--eval", script]
    return json.loads(subprocess.run(command, cwd=FUNCTIONS / "run_node", capture_output=True, check=True).stdout)
