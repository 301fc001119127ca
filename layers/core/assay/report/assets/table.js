// The table of rows: filtered, searched, sorted, a hundred at a time.

const STEP = 100;
const FILTERS = [
  ["all", "All", () => true],
  ["worse", "Worse", (row, facts) => isWorse(row, facts.scores)],
  ["better", "Better", (row, facts) => isBetter(row, facts.scores)],
  ["errors", "Errors", (row) => isFailed(row)],
  ["split", "Trials disagree", (row) => isSplit(row)],
];

class Table {
  constructor(facts, rows) {
    Object.assign(this, { facts, rows, query: "", filter: "all", sort: null, shown: STEP, open: null });
    this.filters = [...FILTERS, ...facts.faults.map((fault, place) => (
      [`fault ${place}`, faultTitle(fault), (row) => hasFault(row, fault)]))];
    this.rest = new Rest(this);
    this.texts = new Map();
    this.lines = new Map();
    this.loaded = new Set(rows.map((row) => row.index));
    this.next = 0;
  }

  start() {
    byId("tools").hidden = false;
    byId("tools").addEventListener("submit", (event) => event.preventDefault());
    byId("query").addEventListener("input", (event) => this.change({ query: event.target.value.toLowerCase() }));
    byId("more").addEventListener("click", () => { this.shown += STEP; this.draw(); });
    byId("load").addEventListener("click", () => this.load());
    byId("rest").addEventListener("click", () => this.rest.press());
    for (const link of document.querySelectorAll("[data-fault]")) {
      link.addEventListener("click", () => this.look(`fault ${link.dataset.fault}`));
    }
    byId("detail").addEventListener("keydown", (event) => this.pressed(event));
    byId("detail").addEventListener("close", () => this.closed());
    this.drawFilters();
    this.draw();
    this.openFromAddress();
  }

  change(wanted) {
    Object.assign(this, wanted, { shown: STEP });
    if (!("sort" in wanted)) this.rest.begin();
    this.draw();
  }

  // Shows the rows that have a fault, whatever was looked for before.
  look(filter) {
    byId("query").value = "";
    this.change({ filter, query: "" });
    this.drawFilters();
  }

  get isWhole() {
    return Math.max(this.rows.length, this.next) >= this.facts.datapoints;
  }

  get isNarrowed() {
    return Boolean(this.query) || this.filter !== "all";
  }

  textOf(row) {
    if (!this.texts.has(row)) {
      const said = row.trials.map((trial) => [trial.output, trial.failure, trial.scores]);
      this.texts.set(row, JSON.stringify([row.id, row.inputs, row.target, row.metadata, row.tags, said]).toLowerCase());
    }
    return this.texts.get(row);
  }

  // Whether a row is one of those that are looked for.
  sieve() {
    const fits = this.filters.find(([name]) => name === this.filter)[2];
    const query = this.query && JSON.stringify(this.query).slice(1, -1);
    return (row) => fits(row, this.facts) && (!query || this.textOf(row).includes(query));
  }

  chosen() {
    const found = this.rows.filter(this.sieve());
    if (!this.sort) return found;
    const { of, down } = this.sort;
    const compare = (one, other) => {
      const [mine, theirs] = [of(one), of(other)];
      if (mine === theirs) return 0;
      if (mine === null || mine === undefined) return 1;
      if (theirs === null || theirs === undefined) return -1;
      return (mine < theirs ? -1 : 1) * (down ? -1 : 1);
    };
    return found.sort(compare);
  }

  columns() {
    const plain = [
      { key: "index", title: "Row", style: "place", of: (row) => row.index },
      { key: "input", title: "Input", style: "input", of: (row) => shortText(row.inputs) },
      { key: "output", title: "Output", style: "", of: (row) => outputText(row) },
      { key: "target", title: "Target", style: "", of: (row) => shortText(row.target) },
    ];
    const scores = this.facts.scores.map((score) => (
      { key: `score ${score.name}`, title: score.name, style: "value number", score, of: (row) => row.scores[score.name] ?? null }));
    return [...plain, ...scores, { key: "latency", title: "Latency", style: "quick number", of: latency }];
  }

  drawFilters() {
    const offered = this.filters.filter(([name]) => name === this.filter || !name.startsWith("fault"));
    const used = offered.map(([name, title, fits]) => [name, title, this.rows.filter((row) => fits(row, this.facts)).length])
      .filter(([name, , number]) => name === "all" || name === this.filter || number);
    const labels = used.map(([name, title, number]) => element("label", {},
      element("input", { type: "radio", name: "filter", value: name, checked: name === this.filter, onchange: () => this.change({ filter: name }) }),
      `${title} ${count(number)}`));
    byId("filters").replaceChildren(element("legend", { class: "sr" }, "Show"), ...labels);
  }

  draw() {
    this.list = this.chosen();
    const columns = this.columns();
    const heads = columns.map((column) => this.head(column));
    const lines = this.list.slice(0, this.shown).map((row) => this.line(row, columns));
    byId("table").style.minWidth = `${44 + 7 * this.facts.scores.length}rem`;
    byId("table").replaceChildren(element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...lines));
    this.tell();
    byId("more").hidden = this.shown >= this.list.length;
    byId("load").hidden = !this.facts.more || this.isWhole || this.isNarrowed;
  }

  // What the table shows, and of which rows: nobody is to take a part for the whole.
  tell() {
    const { datapoints } = this.facts;
    const all = this.list.length === datapoints ? rowsText(datapoints) : `${count(this.list.length)} of ${rowsText(datapoints)}`;
    if (this.isWhole) {
      byId("shown").textContent = `${all}${this.sort ? "" : ", errors and what changed first"}.`;
    } else if (this.isNarrowed) {
      byId("shown").textContent = this.rest.told(this.list.length);
    } else {
      const order = this.sort ? "sorted among themselves" : "the worst first";
      byId("shown").textContent = `The ${count(this.rows.length)} of ${rowsText(datapoints)} that are on this page, ${order}.`;
    }
    this.rest.draw();
  }

  head(column) {
    const sorted = this.sort?.key === column.key;
    const turn = () => {
      this.change({ sort: sorted && this.sort.down ? null : { key: column.key, of: column.of, down: sorted } });
      byId("table").querySelector(`[data-key="${CSS.escape(column.key)}"]`).focus();
    };
    const mark = sorted ? (this.sort.down ? " ↓" : " ↑") : "";
    return element("th", { scope: "col", class: column.style, "aria-sort": sorted ? (this.sort.down ? "descending" : "ascending") : null },
      element("button", { type: "button", "data-key": column.key, title: column.title, onclick: turn }, column.title + mark));
  }

  line(row, columns) {
    if (!this.lines.has(row)) this.lines.set(row, this.newLine(row, columns));
    return this.lines.get(row);
  }

  newLine(row, columns) {
    const cells = columns.map((column) => {
      if (column.key === "index") {
        return element("td", {}, element("button", { type: "button", "aria-label": `Open row ${row.index + 1}` }, String(row.index + 1)));
      }
      if (column.score) return element("td", { class: "number" }, ...this.scoreCell(row, column.score));
      if (column.key === "latency") return element("td", { class: "number" }, secondsText(latency(row)));
      const failed = column.key === "output" && row.trials.some((trial) => trial.failure);
      return element("td", { class: failed ? "failed" : null }, element("div", { class: "text" }, column.of(row)));
    });
    return element("tr", { "data-index": row.index, onclick: () => this.show(row) }, ...cells);
  }

  scoreCell(row, score) {
    const change = row.scores[score.name] - row.base_scores[score.name];
    const better = score.higher === null ? "" : (change > 0) === score.higher ? "up" : "down";
    return [scoreText(row.scores[score.name], score),
      isChange(change) ? element("span", { class: `shift ${better}` }, changeText(change, score)) : null];
  }

  show(row) {
    this.open = row;
    history.replaceState(null, "", `#row-${row.index + 1}`);
    openDetail(row, this.facts, (by) => this.step(by));
  }

  step(by) {
    const next = this.list[this.list.indexOf(this.open) + by];
    if (next) this.show(next);
  }

  pressed(event) {
    if (event.target.closest("input, .box, pre") && !event.altKey) return;
    if (event.key === "ArrowLeft" || event.key === "k") this.step(-1);
    else if (event.key === "ArrowRight" || event.key === "j") this.step(1);
    else return;
    event.preventDefault();
  }

  closed() {
    history.replaceState(null, "", location.pathname + location.search);
    const place = this.list.indexOf(this.open);
    if (place >= this.shown) { this.shown = place + 1; this.draw(); }
    byId("table").querySelector(`tr[data-index="${this.open.index}"] button`)?.focus();
  }

  openFromAddress() {
    const wanted = /^#row-(\d+)$/.exec(location.hash);
    const row = wanted && this.rows.find((one) => one.index === Number(wanted[1]) - 1);
    if (row) this.show(row);
  }

  // Rows that were not on the page, in the order of the dataset.
  async load() {
    const button = byId("load");
    button.disabled = true;
    try {
      while (this.loaded.has(this.next)) this.next += 1;
      const { rows, next } = await rowsFrom(this.next);
      this.next = next;
      this.take(rows);
    } catch {
      byId("shown").textContent = "The rows could not be loaded. Try again.";
    }
    button.disabled = false;
  }

  take(rows) {
    const fresh = rows.filter((row) => !this.loaded.has(row.index));
    fresh.forEach((row) => this.loaded.add(row.index));
    this.rows.push(...fresh);
    this.shown += fresh.length;
    this.drawFilters();
    this.draw();
  }
}

async function rowsFrom(first) {
  const answer = await fetch(asking({ view: "rows", from: first }));
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function outputText(row) {
  const trial = row.trials.find((one) => !one.failure) ?? row.trials[0];
  if (!trial) return "";
  return trial.failure ? `${trial.failure.kind}: ${trial.failure.message}` : shortText(trial.output);
}
