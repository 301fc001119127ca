// What came of a row: what it says of itself is believed only as far as it can be checked.
import { cut, DEPTH, NOT_KEPT, TOO_DEEP, tooLarge, tooMuchMemory } from "./words.mjs";

const OUT_OF_MEMORY = /^InternalError: out of memory/;
const OURS = /\n +at .*\(prelude:.*/g; // lines of a stack that are none of the author's

export function result({ error, json }, limits) {
  if (error) return { error: OUT_OF_MEMORY.test(error) ? tooMuchMemory(limits.memory) : error.replace(OURS, "").toWellFormed() };
  if (Buffer.byteLength(json) > limits.result) return { error: tooLarge(limits.result) };
  const value = JSON.parse(json);
  return isKept(value) ? { value } : { error: NOT_KEPT };
}

// Whether others can read it: nested no deeper than DEPTH, and all of its text is text.
function isKept(value) {
  let layer = [value];
  for (let depth = 0; layer.length > 0; depth += 1) {
    if (depth > DEPTH || !layer.every((one) => typeof one !== "string" || one.isWellFormed())) return false;
    layer = layer.filter((one) => typeof one === "object" && one !== null).flatMap(parts);
  }
  return true;
}

function parts(value) {
  return Array.isArray(value) ? value : Object.entries(value).flat();
}

// An error of the engine itself. Where its own stack is at an end, the handler's is.
export function inWords(error) {
  return error instanceof RangeError ? TOO_DEEP : `${error.name}: ${error.message}`;
}

// What a row prints, up to so many bytes.
export class Printed {
  #limit;
  #text = "";

  constructor(limit) {
    this.#limit = limit;
  }

  add(text) {
    this.#text += text;
  }

  text() {
    const bytes = Buffer.from(this.#text);
    if (bytes.length <= this.#limit) return this.#text.toWellFormed();
    return bytes.subarray(0, this.#limit).toString() + cut(this.#limit);
  }
}
