// The fetches of one row, made in the function's process: so many, so many at once, and none that outlives the row.
import http from "node:http";
import https from "node:https";

import { destination, Refusal } from "./egress.mjs";
import { redirected, request } from "./request.mjs";
import { ANSWER_BYTES, ANSWER_TOO_LARGE, COMPRESSED, FETCHES, HEAD_BYTES, HOPS, NO_REQUEST, TOO_MANY_HOPS, unreachable } from "./words.mjs";

const AT_ONCE = 4;

export class Fetches {
  #egress;
  #tell;
  #asked = 0;
  #underWay = 0;
  #queue = [];
  #end = new AbortController();

  // `tell` takes each answer: an id, and what it says or the error.
  constructor(egress, tell) {
    this.#egress = egress;
    this.#tell = tell;
  }

  // What comes from the engine's process; it may be anything. That asks for no more than it may, or is not heard.
  ask(said) {
    const isOver = this.#end.signal.aborted || this.#asked === FETCHES;
    if (!this.#egress.isOn || isOver || !Number.isSafeInteger(said?.id)) return;
    this.#asked += 1;
    this.#queue.push(said);
    this.#next();
  }

  end() {
    this.#queue.length = 0;
    this.#end.abort();
  }

  async #next() {
    if (this.#underWay === AT_ONCE || this.#queue.length === 0) return;
    this.#underWay += 1;
    const { id, text } = this.#queue.shift();
    const answer = await answered(text, this.#egress, this.#end.signal);
    this.#underWay -= 1;
    if (!this.#end.signal.aborted) this.#tell({ id, ...answer });
    this.#next();
  }
}

async function answered(text, egress, signal) {
  try {
    return { said: await fetched(request(text), egress, signal) };
  } catch (error) {
    return { error: error instanceof Refusal ? error.message : NO_REQUEST };
  }
}

// The last answer, each hop to which is allowed by itself.
async function fetched(asked, egress, signal) {
  let wanted = asked;
  for (let hop = 0; hop <= HOPS; hop += 1) {
    const answer = await reached(wanted, egress, signal);
    const next = redirected(wanted, answer);
    if (next === null) return await read(answer, wanted.url, hop > 0);
    answer.destroy();
    wanted = next;
  }
  throw new Refusal(TOO_MANY_HOPS);
}

async function reached(wanted, egress, signal) {
  try {
    return await sent(wanted, await egress.addresses(wanted.url), signal);
  } catch (error) {
    throw inWords(error, wanted.url);
  }
}

// The beginning of an answer, from one of these addresses and no other.
function sent({ url, method, headers, body }, addresses, signal) {
  const { request } = url.protocol === "https:" ? https : http;
  const length = body === null ? [] : [["content-length", Buffer.byteLength(body)]];
  const options = {
    method,
    headers: Object.fromEntries([...headers, ...length]),
    agent: false, // a connection of its own, which no other row is given
    autoSelectFamily: true,
    lookup: (_host, _options, found) => found(null, addresses),
    maxHeaderSize: HEAD_BYTES,
    signal,
  };
  return new Promise((resolve, reject) => {
    request(url, options).on("response", resolve).on("error", reject).on("close", () => reject(new Error("it was closed"))).end(body ?? undefined);
  });
}

async function read(answer, url, isRedirected) {
  if ((answer.headers["content-encoding"] ?? "identity") !== "identity") {
    answer.destroy();
    throw new Refusal(COMPRESSED);
  }
  const body = await text(answer, url);
  const { statusCode: status, statusMessage: statusText } = answer;
  return { status, statusText, url: url.href, redirected: isRedirected, headers: pairs(answer), body };
}

async function text(answer, url) {
  const parts = [];
  let room = ANSWER_BYTES;
  try {
    for await (const part of answer) {
      room -= part.length;
      if (room < 0) throw new Refusal(ANSWER_TOO_LARGE);
      parts.push(part);
    }
  } catch (error) {
    throw inWords(error, url);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

// Names are in order, and each stands once.
function pairs({ headersDistinct }) {
  return Object.entries(headersDistinct).map(([name, values]) => [name, values.join(", ")]).sort();
}

function inWords(error, url) {
  return error instanceof Refusal ? error : new Refusal(unreachable(...destination(url), error.message || error.code));
}
