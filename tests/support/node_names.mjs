// The function run_node where names mean what the test says (NAMES): each time one is looked up, the next of its addresses.
import { runBatch } from "../../functions/run_node/batch.mjs";
import { Egress } from "../../functions/run_node/egress.mjs";

const { ASSAY_SANDBOX_HOSTS: hosts, NAMES } = process.env;
const names = JSON.parse(NAMES);
const lookup = async (name) => names[name].shift().map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
const egress = new Egress({ hosts, lookup });

export async function handler(event) {
  return { results: await runBatch(event, egress, () => Infinity), level: "wasm" };
}
