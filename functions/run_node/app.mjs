// Runs JavaScript and TypeScript that users wrote, shut off from everything: the sandbox's other language.
import { runBatch } from "./batch.mjs";

const LEVEL = "wasm"; // what holds the code, wherever this runs: see row.mjs

export async function handler(event, context) {
  return { results: await runBatch(event, () => context.getRemainingTimeInMillis() / 1000), level: LEVEL };
}
