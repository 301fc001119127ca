// One row, in a runtime of its own of QuickJS compiled to WebAssembly, which has nothing to reach out with but a way to ask.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import variant from "@jitl/quickjs-ng-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant } from "quickjs-emscripten-core";

import { inWords, Printed, result } from "./outcome.mjs";
import { BODY_BYTES, FETCHES, HEAD_BYTES, missing, NEVER, REQUEST_TOO_LARGE, tooLarge, tooLate } from "./words.mjs";

const PAGE = 64 * 1024;
const OWN_PAGES = 256; // what the engine has before any code runs
const STACK = 256 * 1024;
const NEARLY = 0.8;
const OUT_OF_MEMORY = "InternalError: out of memory"; // the engine throws null where it has none left to make this of
const ESCAPED = 6; // characters that one may take in JSON
const [PRELUDE, FETCH] = ["prelude.js", "fetch.js"].map((name) => readFileSync(new URL(name, import.meta.url), "utf8"));
const wasmModule = new WebAssembly.Module(
  readFileSync(createRequire(import.meta.url).resolve("@jitl/quickjs-ng-wasmfile-release-sync/wasm")),
);

let engine = null;

// Rows that end well share an engine, each in a runtime of its own, until its first memory is used up.
// `way` leads to what fetches for them; null where nothing does.
export async function runRow({ code, function: name, call, limits }, values, way) {
  engine ??= await freshEngine(limits);
  const row = new Row(engine.module, limits, way);
  await row.run(code, name, call === "task" ? [values[0].input] : values);
  if (row.outcome.error === "Error: null" && engine.isFull()) row.outcome = { error: OUT_OF_MEMORY };
  if (row.outcome.error || engine.hasGrown()) engine = null;
  return { ...result(row.outcome, limits), stdout: row.printed.text() };
}

async function freshEngine({ memory }) {
  const wasmMemory = new WebAssembly.Memory({ initial: OWN_PAGES, maximum: OWN_PAGES + Math.ceil(memory / PAGE) });
  const module = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule, wasmMemory }));
  const grown = () => wasmMemory.buffer.byteLength - OWN_PAGES * PAGE;
  return { module, hasGrown: () => grown() > 0, isFull: () => grown() > memory * NEARLY };
}

// Handles of a row's values, and its runtime, are never given back: the engine is dropped with them.
class Row {
  outcome = null;

  constructor(module, limits, way) {
    this.limits = limits;
    this.way = way;
    way?.begin();
    this.printed = new Printed(limits.stdout);
    this.until = Date.now() + limits.wall * 1000;
    this.runtime = module.newRuntime();
    this.runtime.setMemoryLimit(limits.memory);
    this.runtime.setMaxStackSize(STACK);
    this.runtime.setInterruptHandler(() => this.isLate);
    this.context = this.runtime.newContext();
  }

  get isLate() {
    return Date.now() > this.until;
  }

  async run(code, name, values) {
    try {
      const hooks = this.introduced();
      const handler = this.loaded(code, name, hooks);
      if (handler !== null) this.called(hooks, "start", handler, this.context.newString(JSON.stringify(values)));
      await this.settle(hooks);
    } catch (error) {
      this.outcome ??= { error: inWords(error) };
    }
    if (this.isLate) this.outcome = { error: tooLate(this.limits.wall) };
  }

  // What the engine has beside the language.
  introduced() {
    const { context, limits } = this;
    const print = context.newFunction("print", (text) => this.printed.add(context.getString(text)));
    const finish = context.newFunction("finish", (error, json) => {
      this.outcome ??= { error: context.getString(error), json: context.getString(json) };
    });
    const numbers = [limits.stdout, limits.result].map((limit) => context.newNumber(limit));
    const words = context.newString(tooLarge(limits.result));
    const reach = this.way ? context.newFunction("reach", () => this.fetching()) : context.undefined;
    return this.prelude(PRELUDE, print, finish, ...numbers, words, reach);
  }

  // `fetch`, and what brings it the answers: made for the rows that ask for it, since it takes a third of a millisecond.
  fetching() {
    const { context, way } = this;
    const ask = context.newFunction("ask", (text) => context.newNumber(way.ask(context.getString(text))));
    const numbers = [FETCHES, ESCAPED * (BODY_BYTES + HEAD_BYTES)].map((limit) => context.newNumber(limit));
    return this.prelude(FETCH, ask, ...numbers, context.newString(REQUEST_TOO_LARGE));
  }

  // What a program of ours makes of these values in the engine.
  prelude(source, ...values) {
    const { context } = this;
    const program = context.unwrapResult(context.evalCode(source, "prelude"));
    return context.unwrapResult(context.callFunction(program, context.undefined, ...values));
  }

  // The handler; null where loading the code has finished the row.
  loaded(code, name, hooks) {
    const { context } = this;
    this.done(context.evalCode(code, "code"), hooks);
    if (this.outcome) return null;
    const handler = this.done(context.evalCode(`typeof ${name} === "undefined" ? module.exports.${name} : ${name}`), hooks);
    if (context.typeof(handler) === "function") return handler;
    this.outcome = { error: missing(name) };
    return null;
  }

  // Lets promises, timers and fetches go on until the row is finished, or nothing is left to wait for.
  async settle(hooks) {
    while (!this.outcome && !this.isLate) {
      this.done(this.runtime.executePendingJobs(), hooks);
      if (this.outcome) return;
      const wait = this.context.getNumber(this.called(hooks, "wait"));
      const left = this.until + 1 - Date.now();
      if (this.way?.isOpen) await this.answered(hooks, wait < 0 ? left : Math.min(wait, left));
      else if (wait < 0) this.outcome = { error: NEVER };
      else sleep(Math.min(wait, left));
      this.called(hooks, "fire");
    }
  }

  async answered(hooks, milliseconds) {
    const answers = await this.way.answers(milliseconds);
    for (const answer of answers) this.called(hooks, "answered", this.context.newString(JSON.stringify(answer)));
  }

  called(hooks, name, ...values) {
    return this.done(this.context.callFunction(this.context.getProp(hooks, name), this.context.undefined, ...values), hooks);
  }

  // What an evaluation came to. Where it threw, the row is finished with that.
  done({ error, value }, hooks) {
    if (error && !this.isLate) {
      this.context.unwrapResult(this.context.callFunction(this.context.getProp(hooks, "fail"), this.context.undefined, error));
    }
    return value ?? this.context.undefined;
  }
}

function sleep(milliseconds) {
  if (milliseconds > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
