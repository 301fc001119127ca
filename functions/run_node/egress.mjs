// Where code may reach out to, as the operator of a stack lists it (SandboxHosts): the same rules as for Python (domain/egress.py).
import { isIPv4 } from "node:net";

import { isLinkLocal, isPublic, isThisMachine } from "./address.mjs";
import { noEntry, notListed, notOpen, notWeb, WITH_PASSWORD } from "./words.mjs";

const ENTRY = /^(?<any>\*\.)?(?<host>[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)(:(?<port>[0-9]{1,5}))?$/i;
const PORTS = { "http:": 80, "https:": 443 };

// An address that may not be called. Its message is for the author of the code.
export class Refusal extends Error {}

export class Egress {
  #entries;
  #runtime;
  #lookup;

  // `hosts` is a list of entries, `runtime` the address of Lambda's runtime API; `lookup` is that of node:dns/promises.
  constructor({ hosts = "", runtime = "", lookup }) {
    this.#entries = hosts.split(",").map((one) => one.trim()).filter(Boolean).map(entry);
    this.#runtime = runtime;
    this.#lookup = lookup;
  }

  get isOn() {
    return this.#entries.length > 0;
  }

  // The addresses to call a URL at, looked up this once. Throws a Refusal unless it and each of them may be called.
  async addresses(url) {
    const [host, port] = destination(url);
    if (!this.#entries.some((one) => isOf(one, host, port))) throw new Refusal(notListed(host, port));
    const found = isIPv4(host) ? [{ address: host, family: 4 }] : await this.#lookup(host, { all: true });
    if (!found.every(({ address }) => this.#isOpen(address, port, host))) throw new Refusal(notOpen(host, port));
    return found;
  }

  // An address that is not public has to be listed itself. Nothing opens those of a link, where clouds keep credentials.
  #isOpen(address, port, host) {
    if (this.#isRuntime(address, port)) return false;
    return isPublic(address) || (address === host && !isLinkLocal(address));
  }

  // Whether invocations are handed out there: who asks for one can answer for it.
  #isRuntime(address, port) {
    const [, host, number] = /^(.*):(\d+)$/.exec(this.#runtime) ?? [];
    return Number(number) === port && (address === host || isThisMachine(address));
  }
}

// `host`, `host:port`, `*.host` or `*.host:port`; the port is 443 unless it is said.
function entry(text) {
  const { any, host = "", port = 443 } = ENTRY.exec(text)?.groups ?? {};
  if (host === "" || port < 1 || port > 65_535 || (any && isIPv4(host))) throw new Error(noEntry(text));
  return { isAnyBelow: any !== undefined, host: host.toLowerCase(), port: Number(port) };
}

function isOf(one, host, port) {
  if (one.port !== port) return false;
  return one.isAnyBelow ? host.endsWith(`.${one.host}`) && !isIPv4(host) : host === one.host;
}

// The host that a URL names, and its port. Throws a Refusal where it is none of the web.
export function destination({ protocol, hostname, port, username, password }) {
  if (!Object.hasOwn(PORTS, protocol)) throw new Refusal(notWeb(protocol));
  if (username || password) throw new Refusal(WITH_PASSWORD);
  return [hostname.replace(/\.$/, ""), Number(port || PORTS[protocol])];
}
