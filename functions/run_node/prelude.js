// Runs in the engine before the user's code, which can spoil what it finds here, and by that its own row only.
// `print(text)` and `finish(error, json)` lead out of the engine, and what fetch.js asks with, which `reach()` brings in;
// that is undefined where there is no network. User code has none of them.
(function prelude(print, finish, stdoutLimit, resultLimit, tooLarge, reach) {
  "use strict";
  const { parse, stringify } = JSON;
  const { isFinite } = Number;
  const { now } = Date;
  const slice = Function.prototype.call.bind(String.prototype.slice);
  const NO_NETWORK = "The sandbox has no network: the stack's parameter SandboxEgress is off.";
  const NO_SOCKETS = reach ? "The sandbox reaches the network by fetch alone." : NO_NETWORK;
  const NO_MODULES = "The sandbox offers no modules: what is not in the language has to stand in the code.";
  const ERROR_LENGTH = 4096;
  const timers = new Map();
  let lastTimer = 0;
  let reached = null;
  let room = stdoutLimit + 1;

  function refusing(message) {
    return function refused() {
      throw new Error(message);
    };
  }

  function shown(value) {
    if (typeof value === "string") return value;
    if (value instanceof Error) return described(value);
    try {
      return stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  }

  function described(error) {
    if (!(error instanceof Error)) return `Error: ${shown(error)}`;
    return `${error.name}: ${error.message}\n${error.stack ?? ""}`.trimEnd();
  }

  function log(...values) {
    if (room <= 0) return;
    const text = slice(`${values.map(shown).join(" ")}\n`, 0, room);
    room -= text.length;
    print(text);
  }

  function setTimeout(work, delay, ...values) {
    lastTimer += 1;
    timers.set(lastTimer, { at: now() + Math.max(Number(delay) || 0, 0), work: () => work(...values) });
    return lastTimer;
  }

  function fetch(...request) {
    reached ??= reach();
    return reached.fetch(...request);
  }

  function finite(_, value) {
    if (typeof value !== "number" || isFinite(value)) return value;
    throw new TypeError(`The result is not JSON: it holds ${value}.`);
  }

  function json(value) {
    if (typeof value !== "function" && typeof value !== "symbol") return stringify(value, finite) ?? "null";
    throw new TypeError(`The result is not JSON: it is a ${typeof value}.`);
  }

  function fail(error) {
    finish(slice(described(error), 0, ERROR_LENGTH), "");
  }

  function succeed(text) {
    if (text.length > resultLimit) finish(tooLarge, "");
    else finish("", text);
  }

  Object.assign(globalThis, {
    console: { log, info: log, warn: log, error: log, debug: log },
    setTimeout,
    clearTimeout: (timer) => void timers.delete(timer),
    fetch: reach ? fetch : refusing(NO_NETWORK),
    XMLHttpRequest: refusing(NO_SOCKETS),
    WebSocket: refusing(NO_SOCKETS),
    require: refusing(NO_MODULES),
    module: { exports: {} },
  });
  globalThis.exports = module.exports;

  return {
    fail,
    answered: (text) => reached.answered(text),

    // Calls the handler and finishes with what it returns, or with what it throws.
    async start(handler, values) {
      try {
        succeed(json(await handler(...parse(values))));
      } catch (error) {
        fail(error);
      }
    },

    // Milliseconds until the next timer; -1 where there is none.
    wait() {
      const times = [...timers.values()].map(({ at }) => at);
      return times.length === 0 ? -1 : Math.max(Math.min(...times) - now(), 0);
    },

    // Does what the timers that are due were set for.
    fire() {
      const due = [...timers].filter(([, { at }]) => at <= now()).sort(([, one], [, other]) => one.at - other.at);
      for (const [timer, { work }] of due) if (timers.delete(timer)) work();
    },
  };
});
