// A request as `fetch` has it: read from what a row says, and what becomes of it where an answer sends it elsewhere.
import { validateHeaderName, validateHeaderValue } from "node:http";

import { Refusal } from "./egress.mjs";
import { BODY_OF_GET, BODY_BYTES, HEAD_BYTES, noHeader, noMethod, noUrl, NO_REQUEST, REQUEST_TOO_LARGE } from "./words.mjs";

const NO_METHODS = new Set(["CONNECT", "TRACE", "TRACK"]);
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Z-]+$/;
const BODILESS = new Set(["GET", "HEAD"]);
const DEFAULTS = { accept: "*/*", "accept-encoding": "identity", "user-agent": "assay" };
const TEXT = "text/plain;charset=UTF-8";
// What would frame a request differently, or bring it to another host than the one that is on the list.
const NO_HEADERS = /^(accept-encoding|connection|content-length|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;
const REDIRECTIONS = new Set([301, 302, 303, 307, 308]);
const OF_A_BODY = /^content-/;
const OF_AN_ORIGIN = /^(authorization|cookie)$/;

// The request that a text says, of whom it may be. Throws a Refusal.
export function request(text) {
  const said = shaped(text);
  const method = said.method.toUpperCase();
  if (NO_METHODS.has(method) || !TOKEN.test(method)) throw new Refusal(noMethod(method));
  if (said.body !== null && BODILESS.has(method)) throw new Refusal(BODY_OF_GET);
  if (bytes(said.url, ...said.headers.flat()) > HEAD_BYTES || bytes(said.body ?? "") > BODY_BYTES) throw new Refusal(REQUEST_TOO_LARGE);
  return { url: address(said.url), method, headers: headers(said), body: said.body };
}

// What to ask next; null where the answer is the last.
export function redirected({ url, method, headers, body }, { statusCode, headers: { location } }) {
  if (!REDIRECTIONS.has(statusCode) || location === undefined) return null;
  const target = address(location, url);
  const isRewritten = statusCode === 303 ? !BODILESS.has(method) : statusCode <= 302 && method === "POST";
  const kept = [...headers].filter(
    ([name]) => !(isRewritten && OF_A_BODY.test(name)) && !(target.origin !== url.origin && OF_AN_ORIGIN.test(name)),
  );
  return { url: target, method: isRewritten ? "GET" : method, headers: new Map(kept), body: isRewritten ? null : body };
}

// The engine is not believed: what it sends has the shape of a request, or is refused.
function shaped(text) {
  const { url, method, headers, body } = JSON.parse(text) ?? {};
  const arePairs = Array.isArray(headers) && headers.every((one) => Array.isArray(one) && one.length === 2);
  const isShaped = arePairs && [url, method, body ?? "", ...headers.flat()].every((one) => typeof one === "string");
  if (!isShaped) throw new Refusal(NO_REQUEST);
  return { url, method, headers, body: body ?? null };
}

function headers({ headers, body }) {
  const read = new Map();
  for (const [name, value] of headers.map(([name, value]) => [name.toLowerCase(), value.trim()])) {
    if (NO_HEADERS.test(name)) throw new Refusal(noHeader(name));
    read.set(name, read.has(name) ? `${read.get(name)}, ${value}` : value);
  }
  for (const [name, value] of read) checked(name, value);
  return new Map([...Object.entries(DEFAULTS), ...(body === null ? [] : [["content-type", TEXT]]), ...read]);
}

function checked(name, value) {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (error) {
    throw new Refusal(error.message);
  }
}

function address(text, base) {
  if (!URL.canParse(text, base)) throw new Refusal(noUrl(text));
  const url = new URL(text, base);
  url.hash = "";
  return url;
}

function bytes(...texts) {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
