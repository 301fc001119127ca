// What came of a row, in words for the author of its code; the same as for Python (adapters/sandbox/outcome.py).
export const ENDED = "The code ended the sandbox it ran in.";
export const UNLOADABLE = "The code could not be loaded: reading it took too much.";
export const NEVER = "The handler's promise was never settled: nothing is left to wait for.";
export const TOO_DEEP = "RangeError: Maximum call stack size exceeded";

export const DEPTH = 100;
export const NOT_KEPT = `The result is not JSON that can be kept: it is nested more than ${DEPTH} deep, or holds half a character.`;

export const missing = (name) => `${name} is not defined: the code must define a function called \`${name}\`.`;
export const tooLate = (seconds) => `The code took longer than ${seconds} s.`;
export const tooMuchMemory = (bytes) => `The code needed more than ${size(bytes)} of memory.`;
export const tooLarge = (bytes) => `The result is too large: more than ${size(bytes)} of JSON.`;
export const cut = (bytes) => `\n… (cut at ${size(bytes)})`;

// Of fetches: how many a row may make and how often each may be sent elsewhere, and bytes.
export const FETCHES = 16;
export const HOPS = 5;
export const HEAD_BYTES = 16 * 1024; // of a request with its URL, and of an answer
export const BODY_BYTES = 256 * 1024;
export const ANSWER_BYTES = 1024 * 1024;

export const NO_REQUEST = "That is no request of fetch.";
export const REQUEST_TOO_LARGE = `A request of fetch may have ${size(BODY_BYTES)} of body, and ${size(HEAD_BYTES)} of URL and headers.`;
export const ANSWER_TOO_LARGE = `The answer is too large: more than ${size(ANSWER_BYTES)}.`;
export const COMPRESSED = "The answer came compressed, which fetch does not ask for here and does not read.";
export const TOO_MANY_HOPS = `The answer was a redirection more than ${HOPS} times.`;
export const WITH_PASSWORD = "fetch takes no URL with a user or a password: use the header authorization.";
export const BODY_OF_GET = "A request with the method GET or HEAD has no body.";

export const noUrl = (text) => `${text} is no URL.`;
export const noMethod = (method) => `fetch has no method ${method} here.`;
export const noHeader = (name) => `fetch sets the header ${name} itself.`;
export const notWeb = (protocol) => `fetch knows http: and https:, and not ${protocol}`;
export const noEntry = (text) => `'${text}' is none of host, host:port, *.host and *.host:port`;
export const notListed = (host, port) => `The sandbox may not connect to ${host}:${port}: the stack's parameter SandboxHosts does not name it.`;
export const notOpen = (host, port) => `The sandbox may not connect to ${host}:${port}: it has an address that is not public.`;
export const unreachable = (host, port, why) => `${host}:${port} gave no answer: ${why}`;

function size(bytes) {
  const [unit, scale] = bytes >= 1 << 20 ? ["MB", 1 << 20] : ["KB", 1 << 10];
  return bytes < 1 << 10 ? `${bytes} bytes` : `${Number((bytes / scale).toPrecision(6))} ${unit}`;
}
