// The program of the process that holds the engine: told of the code first, then of one row after another.
import { javascript } from "./javascript.mjs";
import { runRow } from "./row.mjs";

process.once("message", (setup) => {
  const { code, error } = javascript(setup.code);
  process.on("message", async ({ row }) => process.send(await runRow({ ...setup, code }, row)));
  process.send({ error });
});
process.on("disconnect", () => process.exit());
