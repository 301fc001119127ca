// The process that holds the engine, seen from the function. It has no environment of ours, and is killed when it is late.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { ENDED, tooLate, UNLOADABLE } from "./words.mjs";

const START = 10; // seconds for starting and for making JavaScript of the code
const GRACE = 0.5; // seconds after a row's time, for what the engine does not interrupt
const HERE = fileURLToPath(new URL(".", import.meta.url));
const PERMISSION = process.allowedNodeEnvironmentFlags.has("--permission") ? "" : "experimental-";
const ENVIRONMENT = { TZ: "UTC", LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH ?? "" }; // where node finds its own libraries

export class Engine {
  #wall;
  #process;
  #hears = () => {};
  isLost = false;

  constructor(setup) {
    this.#wall = setup.limits.wall;
    this.#process = fork(`${HERE}child.mjs`, [], {
      cwd: HERE,
      env: ENVIRONMENT,
      execArgv: [`--${PERMISSION}permission`, `--allow-fs-read=${HERE}*`, "--max-old-space-size=256", "--no-warnings"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#process.on("message", (said) => this.#hears(said));
    this.#process.on("error", () => this.#lose(ENDED)).on("exit", () => this.#lose(ENDED));
    this.#tell(setup);
  }

  // Why no row can run; null where rows can.
  async fault() {
    return (await this.#said(START, UNLOADABLE)).error;
  }

  // What came of one row.
  async answer(row) {
    this.#tell({ row });
    return await this.#said(this.#wall + GRACE, tooLate(this.#wall));
  }

  end() {
    this.isLost = true;
    this.#process.kill("SIGKILL");
  }

  #tell(message) {
    this.#process.send(message, () => {}); // whether it is still there its silence will tell
  }

  // The next thing that it says, or, where it says nothing in so many seconds, that error.
  #said(seconds, error) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#lose(error), seconds * 1000);
      this.#hears = (said) => {
        clearTimeout(timer);
        resolve(said);
      };
    });
  }

  #lose(error) {
    this.end();
    this.#hears({ error });
  }
}
