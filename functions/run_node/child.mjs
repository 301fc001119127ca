// The program of the process that holds the engine: told of the code first, then of one row after another.
import { javascript } from "./javascript.mjs";
import { runRow } from "./row.mjs";
import { Way } from "./way.mjs";

process.once("message", ({ reachesOut, ...setup }) => {
  const { code, error } = javascript(setup.code);
  const way = reachesOut ? new Way((fetch) => process.send({ fetch })) : null;
  process.on("message", async ({ row, answer }) => {
    if (answer) way.hear(answer);
    else process.send({ result: await runRow({ ...setup, code }, row, way) });
  });
  process.send({ result: { error } });
});
process.on("disconnect", () => process.exit());
