// The rows that are not on the page: read through, page by page, for those that are looked for.

const MOST_FOUND = 2000;

class Rest {
  constructor(table) {
    this.table = table;
    this.begin();
  }

  // Another search: what an earlier one read through counts for nothing.
  begin() {
    this.turn = {};
    Object.assign(this, { next: 0, found: 0, isReading: false, hasFailed: false });
  }

  get isThrough() {
    return this.next >= this.table.facts.datapoints;
  }

  press() {
    if (this.isReading) this.isReading = false;
    else this.read();
    this.table.tell();
  }

  async read() {
    const { turn, table } = this;
    const [sieve, most] = [table.sieve(), this.found + MOST_FOUND];
    Object.assign(this, { isReading: true, hasFailed: false });
    try {
      while (this.isReading && !this.isThrough && this.found < most) {
        const { rows, next } = await rowsFrom(this.next);
        if (this.turn !== turn) return;
        const fresh = rows.filter((row) => !table.loaded.has(row.index) && sieve(row));
        Object.assign(this, { next, found: this.found + fresh.length });
        if (fresh.length) table.take(fresh);
        else table.tell();
      }
    } catch {
      if (this.turn !== turn) return;
      this.hasFailed = true;
    }
    this.isReading = false;
    table.tell();
  }

  told(shown) {
    const { datapoints } = this.table.facts;
    if (this.isThrough) return `${count(shown)} of ${rowsText(datapoints)}.`;
    const failed = this.hasFailed ? " The rows could not be loaded. Try again." : "";
    const where = this.next ? ` and the first ${count(this.next)} of the run` : "";
    return `${count(shown)} found among the ${rowsText(this.table.rows.length - this.found)} on this page${where}; ` +
      `the run has ${count(datapoints)}.${failed}`;
  }

  draw() {
    const { table } = this;
    byId("rest").hidden = !table.facts.more || table.isWhole || !table.isNarrowed || this.isThrough;
    byId("rest").textContent = this.isReading ? "Stop" : this.next ? "Go on" : "Search the whole run";
  }
}
