// One batch, row after row: the first rows, at least one, and as many as the time and the answer's size allow.
import { Engine } from "./engine.mjs";

const ANSWER_BYTES = 4 * 1024 * 1024; // under Lambda's 6 MB
const RESERVE = 5; // seconds before the deadline after which no row is begun

// `remaining` tells how many seconds there are. The shapes are those of CodeBatch and CodeResult (domain/sandbox.py).
export async function runBatch({ rows, ...setup }, egress, remaining) {
  const session = new Session(setup, egress);
  try {
    return await firstRows(session, rows, Math.max(RESERVE, setup.limits.wall + 3), remaining);
  } finally {
    session.end();
  }
}

async function firstRows(session, rows, needed, remaining) {
  const results = [];
  let room = ANSWER_BYTES;
  for (const row of rows) {
    if (results.length > 0 && remaining() < needed) break;
    const result = { value: null, error: null, stdout: "", ...(await session.answer(row)) };
    room -= Buffer.byteLength(JSON.stringify(result));
    if (results.length > 0 && room < 0) break;
    results.push(result);
  }
  return results;
}

// An engine that is replaced when a row breaks it. Code that does not load once is not tried again.
class Session {
  #setup;
  #egress;
  #engine = null;
  #fault = null;

  constructor(setup, egress) {
    this.#setup = setup;
    this.#egress = egress;
  }

  async answer(row) {
    if (this.#engine === null && this.#fault === null) await this.#begin();
    if (this.#fault !== null) return { error: this.#fault };
    const result = await this.#engine.answer(row);
    if (this.#engine.isLost) this.#engine = null;
    return result;
  }

  async #begin() {
    this.#engine = new Engine(this.#setup, this.#egress);
    this.#fault = await this.#engine.fault();
  }

  end() {
    this.#engine?.end();
  }
}
