// One row, in a runtime of its own of QuickJS compiled to WebAssembly, which has nothing to reach out with.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import variant from "@jitl/quickjs-ng-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant } from "quickjs-emscripten-core";

import { inWords, Printed, result } from "./outcome.mjs";
import { missing, NEVER, tooLarge, tooLate } from "./words.mjs";

const PAGE = 64 * 1024;
const OWN_PAGES = 256; // what the engine has before any code runs
const STACK = 256 * 1024;
const NEARLY = 0.8;
const OUT_OF_MEMORY = "InternalError: out of memory"; // the engine throws null where it has none left to make this of
const PRELUDE = readFileSync(new URL("prelude.js", import.meta.url), "utf8");
const wasmModule = new WebAssembly.Module(
  readFileSync(createRequire(import.meta.url).resolve("@jitl/quickjs-ng-wasmfile-release-sync/wasm")),
);

let engine = null;

// Rows that end well share an engine, each in a runtime of its own, until its first memory is used up.
export async function runRow({ code, function: name, call, limits }, values) {
  engine ??= await freshEngine(limits);
  const row = new Row(engine.module, limits);
  row.run(code, name, call === "task" ? [values[0].input] : values);
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

  constructor(module, limits) {
    this.limits = limits;
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

  run(code, name, values) {
    try {
      const hooks = this.introduced();
      const handler = this.loaded(code, name, hooks);
      if (handler !== null) this.called(hooks, "start", handler, this.context.newString(JSON.stringify(values)));
      this.settle(hooks);
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
    const prelude = context.unwrapResult(context.evalCode(PRELUDE, "prelude"));
    const words = context.newString(tooLarge(limits.result));
    return context.unwrapResult(context.callFunction(prelude, context.undefined, print, finish, ...numbers, words));
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

  // Lets promises and timers go on until the row is finished, or nothing is left to wait for.
  settle(hooks) {
    while (!this.outcome && !this.isLate) {
      this.done(this.runtime.executePendingJobs(), hooks);
      if (this.outcome) return;
      const wait = this.context.getNumber(this.called(hooks, "wait"));
      if (wait < 0) this.outcome = { error: NEVER };
      sleep(Math.min(wait, this.until + 1 - Date.now()));
      this.called(hooks, "fire");
    }
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
