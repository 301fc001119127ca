// What a user of npm's `humanloop@0.5.36` does: flow A of the guides (contract §4.1), and flow C as far as this client
// has the calls (it knows no logs and no evaluators that are added later), side by side. Told as one line of JSON.
//
//     node flows.mjs HOST API_KEY
import { Humanloop, HumanloopError } from "humanloop";

const [basePath, apiKey] = process.argv.slice(2);
const hl = new Humanloop({ basePath, apiKey, useFetch: false });
const patience = Date.now() + 90_000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const rows = Array.from({ length: 5 }, (_, n) => ({
  inputs: { a: String(n), b: "2" },
  target: { answer: String(2 * n) },
}));
const project = (await hl.projects.create({ name: `npm ${Date.now()}` })).data;
const registered = (
  await hl.modelConfigs.register({
    project_id: project.id,
    provider: "mock",
    model: "mock",
    endpoint: "chat",
    chat_template: [{ role: "user", content: "{{a}} times {{b}}" }],
  })
).data;
const dataset = (await hl.datasets.create({ projectId: project.id, name: "d", description: "" })).data;
await hl.datasets.createDatapoint({ datasetId: dataset.id, requestBody: rows });
const evaluator = async (wish) => (await hl.evaluators.create({ description: "", ...wish })).data.id;
const [right, external] = await Promise.all([
  evaluator({
    name: "right",
    type: "python",
    arguments_type: "target_required",
    return_type: "boolean",
    code: "def judge(log, testcase):\n    return testcase['target']['answer'] in log['output']\n",
  }),
  evaluator({ name: "external", type: "external", arguments_type: "target_free", return_type: "number" }),
]);

const evaluate = async (...evaluators) =>
  (
    await hl.evaluations.create({
      projectId: project.id,
      config_id: registered.config.id,
      dataset_id: dataset.id,
      evaluator_ids: evaluators,
    })
  ).data;
const get = async (id) => (await hl.evaluations.get({ id, evaluatorAggregates: true })).data;
const until = async (id, condition) => {
  for (;;) {
    const found = await get(id);
    if (condition(found)) return found;
    if (Date.now() > patience) throw new Error("It did not come to pass.");
    await pause(300);
  }
};
const aggregates = (found) => found.evaluator_aggregates.map((one) => one.aggregate_value);

async function flowA() {
  const made = await evaluate(right);
  const found = await until(made.id, (one) => one.status === "completed");
  const pages = [];
  let page = await hl.evaluations.listDatapoints({ id: made.id, page: 1, size: 2 });
  for (;;) {
    pages.push(page.data.records.map((row) => [row.log.output, row.evaluation_results[0].value]));
    if (!page.hasNext()) break;
    page = await page.next();
  }
  const listed = (await hl.evaluations.listAllForProject({ projectId: project.id })).data;
  return { status: found.status, aggregates: aggregates(found), pages, listed: listed.some((one) => one.id === made.id) };
}

async function flowC() {
  const made = await evaluate(right, external);
  await until(made.id, (one) => aggregates(one)[0] !== null);
  const { records } = (await hl.evaluations.listDatapoints({ id: made.id, size: 10 })).data;
  await Promise.all(
    records.map((row, n) =>
      hl.evaluations.logResult({
        evaluationRunExternalId: made.id,
        log_id: row.log.id,
        evaluator_id: external,
        result: n,
      }),
    ),
  );
  const status = (await hl.evaluations.updateStatus({ id: made.id, status: "completed" })).data.status;
  return { aggregates: aggregates(await get(made.id)), status };
}

async function refused(call) {
  try {
    await call();
  } catch (error) {
    return { known: error instanceof HumanloopError, status: error.status, body: Object.keys(error.responseBody) };
  }
  return null;
}

const [a, c, unknown] = await Promise.all([
  flowA(),
  flowC(),
  refused(() => hl.evaluations.get({ id: "ev_0" })),
]);
console.log(JSON.stringify({ A: a, C: c, refused: unknown }));
