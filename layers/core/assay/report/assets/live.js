// A run under way: asked about again and again, until its page can be the finished one.

const SECONDS = 1000;
const WINDOW = 30 * SECONDS;

function asking(query) {
  const address = new URL(location.href);
  address.hash = "";
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address;
}

class Live {
  constructor(first) {
    this.seen = [];
    this.wait = SECONDS;
    this.show(first);
    this.again();
  }

  again() {
    setTimeout(() => this.ask(), this.wait);
  }

  async ask() {
    try {
      const answer = await fetch(asking({ view: "progress" }));
      if (answer.status === 404) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      const now = await answer.json();
      this.wait = document.hidden ? 10 * SECONDS : SECONDS;
      this.show(now);
      if (now.is_over) return await finish();
    } catch {
      this.wait = Math.min(2 * this.wait, 30 * SECONDS);
    }
    return this.again();
  }

  // Rows a second: over the last half minute, and before there is as much, since the run began: workers report in lumps.
  rate(now) {
    this.seen = [...this.seen.filter(({ at }) => at > Date.now() - WINDOW), { at: Date.now(), done: now.done }];
    const [first, last] = [this.seen[0], this.seen.at(-1)];
    const passed = (last.at - first.at) / SECONDS;
    return passed >= 0.9 * WINDOW / SECONDS ? (last.done - first.done) / passed : now.done / Math.max(now.seconds, 1);
  }

  show(now) {
    const rate = this.rate(now);
    const errors = Object.entries(now.errors_by_kind);
    const kinds = errors.map(([kind, number]) => `${count(number)} ${kind}`).join(", ");
    const total = errors.reduce((sum, [, number]) => sum + number, 0);
    const texts = {
      done: `${count(now.done)} of ${count(now.rows)}`,
      rate: rateText(rate),
      left: now.done >= now.rows ? (now.awaits_client ? "ends when its client says so" : "being summed up") : rate > 0 ? `about ${secondsText(Math.ceil((now.rows - now.done) / rate)).replace(".0", "")}` : "–",
      errors: total ? `${count(total)} (${kinds})` : "0",
      cost: now.cost === null ? "not known" : `$${now.cost >= 1 ? now.cost.toFixed(2) : Number(now.cost.toPrecision(3))}`,
    };
    for (const [name, said] of Object.entries(texts)) {
      const place = document.querySelector(`[data-live=${name}]`);
      if (place.textContent !== said) place.textContent = said;
    }
    byId("bar").max = now.rows || 1;
    byId("bar").value = now.done;
    this.scores(now.scores);
  }

  scores(scores) {
    const lines = scores.map((score) => element("tr", {}, element("th", { scope: "row" }, score.name),
      element("td", { class: "number" }, score.mean === null ? "–" : String(Number(score.mean.toPrecision(4)))),
      element("td", { class: "number" }, count(score.n_scored))));
    byId("live-scores").hidden = !lines.length;
    byId("live-scores").tBodies[0].replaceChildren(...lines);
  }
}

function rateText(rate) {
  if (!(rate > 0)) return "–";
  if (rate < 0.5) return `${(60 * rate).toFixed(1)} a minute`;
  return `${rate >= 10 ? Math.round(rate) : rate.toFixed(1)} a second`;
}

// The finished page in the place of this one, without loading anew.
async function finish() {
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = fresh.title;
  byId("page").replaceWith(document.adoptNode(fresh.getElementById("page")));
  begin();
}
