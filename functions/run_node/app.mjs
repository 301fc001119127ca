// Runs JavaScript and TypeScript that users wrote, shut off from everything: the sandbox's other language.
import { lookup } from "node:dns/promises";

import { runBatch } from "./batch.mjs";
import { Egress } from "./egress.mjs";

const LEVEL = "wasm"; // what holds the code, wherever this runs: see row.mjs
const { ASSAY_SANDBOX_HOSTS: hosts, AWS_LAMBDA_RUNTIME_API: runtime } = process.env;
const egress = new Egress({ hosts, runtime, lookup });

export async function handler(event, context) {
  return { results: await runBatch(event, egress, () => context.getRemainingTimeInMillis() / 1000), level: LEVEL };
}
