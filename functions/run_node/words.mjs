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

function size(bytes) {
  const [unit, scale] = bytes >= 1 << 20 ? ["MB", 1 << 20] : ["KB", 1 << 10];
  return bytes < 1 << 10 ? `${bytes} bytes` : `${Number((bytes / scale).toPrecision(6))} ${unit}`;
}
