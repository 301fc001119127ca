// The process that holds the engine, seen from the function. It has no environment of ours, and is killed when it is late.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { Fetches } from "./fetching.mjs";
import { ENDED, tooLate, UNLOADABLE } from "./words.mjs";

const START = 10; // seconds for starting and for making JavaScript of the code
const GRACE = 0.5; // seconds after a row's time, for what the engine does not interrupt
const HERE = fileURLToPath(new URL(".", import.meta.url));
const PERMISSION = process.allowedNodeEnvironmentFlags.has("--permission") ? "" : "experimental-";
const ENVIRONMENT = { TZ: "UTC", LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH ?? "" }; // where node finds its own libraries

export class Engine {
  #wall;
  #egress;
  #process;
  #hears = () => {};
  #fetches = null;
  isLost = false;

  constructor(setup, egress) {
    this.#wall = setup.limits.wall;
    this.#egress = egress;
    this.#process = fork(`${HERE}child.mjs`, [], {
      cwd: HERE,
      env: ENVIRONMENT,
      execArgv: [`--${PERMISSION}permission`, `--allow-fs-read=${HERE}*`, "--max-old-space-size=256", "--no-warnings"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#process.on("message", (said) => this.#heard(said));
    this.#process.on("error", () => this.#lose(ENDED)).on("exit", () => this.#lose(ENDED));
    this.#tell({ ...setup, reachesOut: egress.isOn });
  }

  // Why no row can run; null where rows can.
  async fault() {
    return (await this.#said(START, UNLOADABLE)).error;
  }

  // What came of one row. Nothing that it fetches goes on when it is over.
  async answer(row) {
    this.#fetches = new Fetches(this.#egress, (answer) => this.#tell({ answer }));
    this.#tell({ row });
    try {
      return await this.#said(this.#wall + GRACE, tooLate(this.#wall));
    } finally {
      this.#fetches.end();
    }
  }

  end() {
    this.isLost = true;
    this.#process.kill("SIGKILL");
  }

  #tell(message) {
    this.#process.send(message, () => {}); // whether it is still there its silence will tell
  }

  // Something that it says: a wish of the row's, or what it came to.
  #heard(said) {
    if (said?.fetch) this.#fetches?.ask(said.fetch);
    else this.#hears(said?.result ?? { error: ENDED });
  }

  // The next result that it says, or, where it says nothing in so many seconds, that error.
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
