// `fetch` in the engine, where the stack lets code reach out. `ask(text)` has the function do it, and gives the id it is answered by.
(function fetching(ask, mostFetches, longestRequest, tooLarge) {
  "use strict";
  const { parse, stringify } = JSON;
  const { entries } = Object;
  // What a page would need, and code without one may say: it changes nothing here. Anything else that is said is refused.
  const WITHOUT_EFFECT = {
    __proto__: null,
    cache: ["default", "no-cache", "no-store", "reload"],
    credentials: ["include", "omit", "same-origin"],
    mode: ["cors"],
    redirect: ["follow"],
  };
  const UNREAD = ["arrayBuffer", "blob", "bytes", "clone", "formData"];
  const asked = new Map();
  let room = mostFetches;

  class Headers {
    #values;

    constructor(pairs) {
      this.#values = new Map(pairs);
    }

    get(name) {
      return this.#values.get(String(name).toLowerCase()) ?? null;
    }

    has(name) {
      return this.#values.has(String(name).toLowerCase());
    }

    forEach(work) {
      this.#values.forEach((value, name) => work(value, name, this));
    }

    entries() {
      return this.#values.entries();
    }

    [Symbol.iterator]() {
      return this.entries();
    }
  }

  class Response {
    #body;

    constructor({ status, statusText, url, redirected, headers, body }) {
      Object.assign(this, { ok: status >= 200 && status < 300, status, statusText, url, redirected });
      this.headers = new Headers(headers);
      this.#body = body;
    }

    async text() {
      return this.#body;
    }

    async json() {
      return parse(this.#body);
    }

    get body() {
      throw unread("body");
    }
  }

  for (const name of UNREAD) {
    Response.prototype[name] = function refused() {
      throw unread(name);
    };
  }

  function unread(name) {
    return new TypeError(`An answer of fetch is read by text() or json() here, and has no ${name}.`);
  }

  async function fetch(url, options) {
    const text = written(url, options ?? {});
    if (text.length > longestRequest) throw new TypeError(tooLarge);
    if (room === 0) throw new TypeError(`A row may fetch ${mostFetches} times, and no more.`);
    room -= 1;
    return new Response(await new Promise((resolve, reject) => asked.set(ask(text), { resolve, reject })));
  }

  function written(url, { method = "GET", headers = {}, body = null, ...more }) {
    for (const [name, value] of entries(more)) {
      if (value !== undefined && value !== null && !WITHOUT_EFFECT[name]?.includes(value)) throw unknown(name);
    }
    if (body !== null && typeof body !== "string") throw new TypeError("The body of a fetch has to be a string here.");
    return stringify({ url: String(url), method: String(method), headers: pairs(headers), body });
  }

  function unknown(name) {
    const values = WITHOUT_EFFECT[name];
    const instead = values ? `may only be ${values.join(" or ")}` : "is not there: it takes method, headers and body";
    return new TypeError(`The option ${name} of fetch ${instead}.`);
  }

  function pairs(headers) {
    const listed = typeof headers?.[Symbol.iterator] === "function" ? [...headers] : entries(headers ?? {});
    return listed.map(([name, value]) => [String(name), String(value)]);
  }

  // Brings an answer, or the error in its stead, to who waits for it.
  function answered(text) {
    const { id, said, error } = parse(text);
    const { resolve, reject } = asked.get(id);
    asked.delete(id);
    if (said) resolve(said);
    else reject(new TypeError(error));
  }

  return { fetch, answered };
});
