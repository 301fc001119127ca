// One row in full: what went in, what came out, what it should have been, what each evaluator made of it.

const SHORT_TALK = 2;

function box(value, label) {
  return element("div", { class: "box", tabindex: "0", role: "region", "aria-label": label }, text(value) || "–");
}

function part(title, ...content) {
  return element("section", {}, element("h3", {}, title), ...content);
}

function turns(messages) {
  const said = messages.map((message) => element("div", { class: "turn" },
    element("b", {}, message.name ? `${message.role} (${message.name})` : message.role),
    typeof message.content === "string" ? message.content : text({ ...message, role: undefined })));
  return element("div", { class: "box", tabindex: "0", role: "region", "aria-label": "Messages" }, ...said);
}

function failureText(failure) {
  const tries = failure.attempts > 1 ? `, after ${failure.attempts} attempts` : "";
  return element("p", { class: "failed" }, `${failure.kind}${tries}: ${failure.message}`);
}

function scoreLine(said, scores) {
  const score = scores.find((one) => one.name === said.name);
  const value = said.failure ? element("span", { class: "failed" }, "failed") : scoreText(said.value, score);
  const why = [];
  if (said.failure) why.push(failureText(said.failure));
  if (said.reason) why.push(element("div", { class: "said", tabindex: "0" }, said.reason));
  if (said.stdout) why.push(element("details", {}, element("summary", {}, "stdout"), element("pre", { tabindex: "0" }, said.stdout)));
  return element("tr", {}, element("th", { scope: "row" }, said.name), element("td", { class: "number" }, value),
    element("td", {}, ...why));
}

function scoreTable(trial, scores) {
  if (!trial.scores.length) return element("p", { class: "soft" }, "No evaluator ran on it.");
  const head = ["Score", "Value", "Reason"].map((name) => element("th", { scope: "col", class: name === "Value" ? "number" : null }, name));
  return element("table", {}, element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...trial.scores.map((said) => scoreLine(said, scores))));
}

function costText(trial) {
  const said = [secondsText(trial.latency)];
  if (trial.prompt_tokens !== null || trial.output_tokens !== null) {
    said.push(`${count(trial.prompt_tokens ?? 0)} tokens in, ${count(trial.output_tokens ?? 0)} out`);
  }
  if (trial.attempts > 1) said.push(`${trial.attempts} attempts`);
  if (trial.finish_reason) said.push(trial.finish_reason);
  return said.join(" · ");
}

function trialPart(title, trial, row, scores, kind = "") {
  const parts = [element("h3", {}, title)];
  if (trial.failure) parts.push(failureText(trial.failure));
  else parts.push(box(trial.output, `${title}: output`));
  if (trial.message) parts.push(part("Message", box(trial.message, "Message")));
  if (!trial.failure && row.target !== null) {
    const [wanted, said] = [text(row.target), text(trial.output)];
    parts.push(part("From target to output", wanted === said
      ? element("p", { class: "soft" }, "They are the same.")
      : differenceBox(wanted, said, `${title}: from target to output`)));
  }
  parts.push(part("Scores", scoreTable(trial, scores)), element("p", { class: "cost" }, costText(trial)));
  return element("div", { class: `trial ${kind}` }, ...parts);
}

function detailParts(row, facts) {
  const isAsked = row.messages.length > 0;
  const isGiven = !isAsked || text(row.inputs) !== "{}";
  const parts = [];
  parts.push(element("div", { class: "pair" }, isGiven ? part("Input", box(row.inputs, "Input")) : null,
    row.target === null ? null : part("Target", box(row.target, "Target"))));
  if (isAsked) parts.push(asked(row.messages));
  const trials = row.trials.map((trial, place) =>
    trialPart(row.trials.length > 1 ? `Trial ${place + 1}` : "Output", trial, row, facts.scores));
  const base = row.base.map((trial, place) =>
    trialPart(`${facts.base ?? "Base"}${row.base.length > 1 ? `, trial ${place + 1}` : ""}`, trial, row, facts.scores, "base"));
  parts.push(element("div", { class: "pair" }, ...trials, ...base));
  if (Object.keys(row.metadata).length) parts.push(fold("Metadata", row.metadata));
  if (row.tags.length) parts.push(part("Tags", row.tags.join(", ")));
  return parts;
}

// Long talks are folded: what the row itself has brought stands above.
function asked(messages) {
  return element("details", { open: messages.length <= SHORT_TALK }, element("summary", {}, `Messages (${messages.length})`), turns(messages));
}

function fold(title, value) {
  return element("details", {}, element("summary", {}, title), element("pre", { tabindex: "0" }, JSON.stringify(value, null, 2)));
}

// Opens a row; `step` goes to the one before or after it in the table as it stands.
function openDetail(row, facts, step) {
  const dialog = byId("detail");
  const move = (by) => () => step(by);
  dialog.replaceChildren(
    element("div", { class: "bar" },
      element("h2", { id: "detail-title", tabindex: "-1" }, `Row ${row.index + 1} `, element("small", {}, row.id)),
      element("button", { type: "button", onclick: move(-1) }, "Previous"),
      element("button", { type: "button", onclick: move(1) }, "Next"),
      element("button", { type: "button", onclick: () => dialog.close() }, "Close")),
    element("div", { class: "inside" }, ...detailParts(row, facts)));
  if (!dialog.open) dialog.showModal();
  byId("detail-title").focus();
  dialog.scrollTop = 0;
}
