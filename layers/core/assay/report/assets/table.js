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
    this.texts = new Map();
    this.loaded = new Set(rows.map((row) => row.index));
    this.next = 0;
  }

  start() {
    byId("tools").hidden = false;
    byId("tools").addEventListener("submit", (event) => event.preventDefault());
    byId("query").addEventListener("input", (event) => this.change({ query: event.target.value.toLowerCase() }));
    byId("more").addEventListener("click", () => { this.shown += STEP; this.draw(); });
    byId("load").addEventListener("click", () => this.load());
    byId("detail").addEventListener("keydown", (event) => this.pressed(event));
    byId("detail").addEventListener("close", () => this.closed());
    this.drawFilters();
    this.draw();
    this.openFromAddress();
  }

  change(wanted) {
    Object.assign(this, wanted, { shown: STEP });
    this.draw();
  }

  textOf(row) {
    if (!this.texts.has(row)) {
      const said = row.trials.map((trial) => [trial.output, trial.failure, trial.scores]);
      this.texts.set(row, JSON.stringify([row.id, row.inputs, row.target, row.metadata, row.tags, said]).toLowerCase());
    }
    return this.texts.get(row);
  }

  chosen() {
    const fits = FILTERS.find(([name]) => name === this.filter)[2];
    const query = this.query && JSON.stringify(this.query).slice(1, -1);
    const found = this.rows.filter((row) => fits(row, this.facts) && (!query || this.textOf(row).includes(query)));
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
      { key: "input", title: "Input", style: "", of: (row) => shortText(row.inputs) },
      { key: "output", title: "Output", style: "", of: (row) => outputText(row) },
      { key: "target", title: "Target", style: "", of: (row) => shortText(row.target) },
    ];
    const scores = this.facts.scores.map((score) => (
      { key: `score ${score.name}`, title: score.name, style: "value number", score, of: (row) => row.scores[score.name] ?? null }));
    return [...plain, ...scores, { key: "latency", title: "Latency", style: "quick number", of: latency }];
  }

  drawFilters() {
    const used = FILTERS.map(([name, title, fits]) => [name, title, this.rows.filter((row) => fits(row, this.facts)).length])
      .filter(([name, , number]) => name === "all" || number);
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
    byId("table").style.minWidth = `${40 + 7.5 * this.facts.scores.length}rem`;
    byId("table").replaceChildren(element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...lines));
    const { datapoints } = this.facts;
    const order = this.sort ? "" : this.rows.length < datapoints ? ", the worst first" : ", errors and what changed first";
    const all = this.list.length === datapoints ? "" : ` of ${count(datapoints)}`;
    byId("shown").textContent = `${count(this.list.length)}${all} rows${order}.` +
      (this.rows.length < datapoints ? ` ${count(this.rows.length)} are on this page.` : "");
    byId("more").hidden = this.shown >= this.list.length;
    byId("load").hidden = !this.facts.more || this.rows.length >= datapoints;
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
    const cells = columns.map((column) => {
      if (column.key === "index") {
        return element("td", {}, element("button", { type: "button", "aria-label": `Open row ${row.index + 1}` }, String(row.index + 1)));
      }
      if (column.score) return element("td", { class: "number" }, ...this.scoreCell(row, column.score));
      if (column.key === "latency") return element("td", { class: "number" }, secondsText(latency(row)));
      const failed = column.key === "output" && row.trials.some((trial) => trial.failure);
      return element("td", { class: failed ? "text failed" : "text" }, column.of(row));
    });
    return element("tr", { "data-index": row.index, onclick: () => this.show(row) }, ...cells);
  }

  scoreCell(row, score) {
    const change = row.scores[score.name] - row.base_scores[score.name];
    const better = score.higher === null ? "" : (change > 0) === score.higher ? "up" : "down";
    return [scoreText(row.scores[score.name], score),
      change ? element("span", { class: `shift ${better}` }, changeText(change, score)) : null];
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
      const answer = await fetch(asking({ view: "rows", from: this.next }));
      if (!answer.ok) throw new Error(String(answer.status));
      const { rows, next } = await answer.json();
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

function outputText(row) {
  const trial = row.trials.find((one) => !one.failure) ?? row.trials[0];
  if (!trial) return "";
  return trial.failure ? `${trial.failure.kind}: ${trial.failure.message}` : shortText(trial.output);
}
