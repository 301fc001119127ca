// What a user of `@braintrust/api` does with projects, datasets and experiments, told as one line of JSON.
//
//     node resources.mjs API_URL API_KEY
import Braintrust from "@braintrust/api";

const [baseURL, apiKey] = process.argv.slice(2);
const bt = new Braintrust({ baseURL, apiKey });
const tag = `npm ${Date.now()}`;

const project = await bt.project.create({ name: tag });
const dataset = await bt.dataset.create({ project_id: project.id, name: "d" });
const events = Array.from({ length: 100 }, (_, n) => ({ input: { n }, expected: n }));
const made = (await bt.dataset.insert(dataset.id, { events })).row_ids;

const sizes = [];
const seen = [];
let cursor = null;
for (;;) {
  const page = await bt.dataset.fetchPost(dataset.id, { limit: 40, cursor });
  if (page.events.length === 0) break;
  sizes.push(page.events.length);
  seen.push(...page.events);
  cursor = page.cursor;
}
const version = seen[0]._xact_id;
await bt.dataset.insert(dataset.id, { events: [{ id: made[0], input: "new" }, { id: made[1], _object_delete: true }] });
const old = await bt.dataset.fetch(dataset.id, { limit: 1000, version });
const summary = await bt.dataset.summarize(dataset.id, { summarize_data: true });

const experiment = await bt.experiment.create({ project_id: project.id, name: "e" });
await bt.experiment.insert(experiment.id, { events: [{ id: "r", input: 1, output: 2, scores: { a: 1 } }] });
await bt.experiment.feedback(experiment.id, { feedback: [{ id: "r", scores: { b: 0.5 } }] });
const [row] = (await bt.experiment.fetch(experiment.id, {})).events;

const names = [];
for (let n = 0; n < 5; n += 1) await bt.experiment.create({ project_id: project.id, name: `x${n}` });
for await (const one of bt.experiment.list({ project_name: tag, limit: 2 })) names.push(one.name);

const refused = await bt.project.retrieve(dataset.id).then(
  () => null,
  (error) => error.status,
);

console.log(
  JSON.stringify({
    sizes,
    inOrder: JSON.stringify(seen.map((one) => one.id)) === JSON.stringify([...made].reverse()),
    old: old.events.find((one) => one.id === made[0]).input,
    records: summary.data_summary.total_records,
    scores: row.scores,
    names,
    refused,
  }),
);
