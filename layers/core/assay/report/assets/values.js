// How values read: texts as they are, everything else as JSON; scores in percent where they are shares.

function text(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  const keys = typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
  if (keys.length === 1 && typeof value[keys[0]] === "string") return value[keys[0]];
  return JSON.stringify(value, null, 2);
}

function shortText(value) {
  return text(value).slice(0, 300).replace(/\s+/g, " ");
}

function scoreText(value, score) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value !== "number") return Array.isArray(value) ? value.join(", ") : String(value);
  return score && score.share ? `${(100 * value).toFixed(value % 1 ? 1 : 0)}%` : String(Number(value.toPrecision(4)));
}

function changeText(change, score) {
  const size = score.share ? (100 * Math.abs(change)).toFixed(1).replace(/\.0$/, "") : Number(Math.abs(change).toPrecision(3));
  return `${change > 0 ? "▲ +" : "▼ \u2212"}${size}`;
}

// What two sums of the same numbers may differ by is no change.
function isChange(change) {
  return Math.abs(change) > 1e-9;
}

function rowsText(number) {
  return number === 1 ? "1 row" : `${count(number)} rows`;
}

function secondsText(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  if (seconds < 1) return `${Math.round(1000 * seconds)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

// The changes of a row's scores from the base's, turned so that more is better.
function gains(row, scores) {
  return scores
    .filter(({ name, higher }) => higher !== null && name in row.scores && name in row.base_scores)
    .map(({ name, higher }) => (row.scores[name] - row.base_scores[name]) * (higher ? 1 : -1));
}

function isWorse(row, scores) {
  return gains(row, scores).some((gain) => gain < 0 && isChange(gain));
}

function isBetter(row, scores) {
  return !isWorse(row, scores) && gains(row, scores).some((gain) => gain > 0 && isChange(gain));
}

function isFailed(row) {
  return row.trials.some((trial) => trial.failure || trial.scores.some((score) => score.failure));
}

// Whether what failed on a row is that: its task, or the evaluator that is named.
function hasFault(row, { evaluator, kind }) {
  return row.trials.some((trial) => (evaluator === null ? trial.failure?.kind === kind
    : trial.scores.some((score) => score.name === evaluator && score.failure?.kind === kind)));
}

function faultTitle({ evaluator, kind }) {
  return evaluator === null ? `No output: ${kind}` : `${evaluator}: ${kind}`;
}

function isSplit(row) {
  const names = row.trials.flatMap((trial) => trial.scores.map((score) => score.name));
  return [...new Set(names)].some((name) => {
    const said = row.trials.flatMap((trial) => trial.scores).filter((score) => score.name === name && !score.failure);
    return new Set(said.map((score) => JSON.stringify(score.value))).size > 1;
  });
}

function latency(row) {
  const known = row.trials.map((trial) => trial.latency).filter((seconds) => seconds !== null);
  return known.length ? known.reduce((sum, seconds) => sum + seconds, 0) / known.length : null;
}
