// What a user of `@braintrust/api` does with evals, told as one line of JSON. This client has no methods for functions
// and evals: its own `post` sends them, with its key, its time-out and its retries.
//
//     node evals.mjs API_URL API_KEY
import Braintrust from "@braintrust/api";

const [baseURL, apiKey] = process.argv.slice(2);
const bt = new Braintrust({ baseURL, apiKey });

const ROWS = 100;
const RIGHT = "async function handler({ output, expected }) { return output.includes(expected) ? 1 : 0; }";
const SHORT = "function handler({ output }: { output: string }) { return { name: 'short', score: output.length < 100 }; }";
const runtime = { runtime: "node", version: "20" };
const prompt = (words) => ({
  prompt: { type: "chat", messages: [{ role: "user", content: words }] },
  options: { model: "gpt-x", params: { temperature: 0 } },
});

const project = await bt.project.create({ name: `npm evals ${Date.now()}` });
const dataset = await bt.dataset.create({ project_id: project.id, name: "sums" });
const events = Array.from({ length: ROWS }, (_, n) => ({ input: { a: n, b: 2 }, expected: String(n + 2) }));
await bt.dataset.insert(dataset.id, { events });
const task = await bt.prompt.create({
  project_id: project.id,
  name: "adder",
  slug: "adder",
  prompt_data: prompt("Add {{input.a}} and {{input.b}}."),
});
const scorer = await bt.post("/v1/function", {
  body: {
    project_id: project.id,
    name: "right",
    slug: "right",
    function_type: "scorer",
    function_data: { type: "code", data: { type: "inline", runtime_context: runtime, code: RIGHT } },
  },
});

const wish = {
  project_id: project.id,
  data: { dataset_id: dataset.id },
  task: { function_id: task.id },
  scores: [
    { global_function: "Levenshtein" },
    { function_id: scorer.id },
    { inline_context: runtime, name: "short", code: SHORT },
  ],
  trial_count: 2,
};
const first = await bt.post("/v1/eval", { body: { ...wish, experiment_name: "first" } });
const worse = { inline_prompt: prompt("Add {{input.a}} and {{input.a}}.") };
const second = await bt.post("/v1/eval", { body: { ...wish, task: worse, base_experiment_name: "first" } });

const rows = [];
let cursor = null;
for (;;) {
  const page = await bt.experiment.fetchPost(second.experiment_id, { limit: 50, cursor });
  if (page.events.length === 0) break;
  rows.push(...page.events);
  cursor = page.cursor;
}
const again = await bt.experiment.summarize(second.experiment_id, { summarize_scores: true });

let posts = 0;
const counting = new Braintrust({
  baseURL,
  apiKey,
  fetch: (url, asked) => {
    posts += asked.method.toUpperCase() === "POST" ? 1 : 0;
    return fetch(url, asked);
  },
});
const dear = { inline_prompt: { ...prompt("Add {{input.a}}."), options: { model: "gpt-4o-mini" } } };
const ended = await counting
  .post("/v1/eval", { body: { ...wish, task: dear, max_cost: 1e-9 } })
  .catch(async (error) => ({
    status: error.status,
    body: error.error,
    posts,
    link: (await fetch(error.error.experiment_url)).status,
  }));

console.log(
  JSON.stringify({
    ended,
    first: first.scores,
    second: second.scores,
    base: second.comparison_experiment_name,
    again: again.scores,
    rows: rows.length,
    roots: rows.filter((row) => row.span_id === row.root_span_id).length,
  }),
);
