// What must go from one text and come into it to make the other, word by word.

const MOST_WORDS = 3000;

function words(value) {
  return value.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

// The steps from `before` to `after`: ["same" | "cut" | "add", text]; null where the texts are too long for it.
function difference(before, after) {
  const old = words(before);
  const fresh = words(after);
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  const middle = [old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)];
  if (middle[0].length > MOST_WORDS || middle[1].length > MOST_WORDS) return null;
  const steps = [["same", old.slice(0, start).join("")], ...changes(...middle)];
  steps.push(["same", old.slice(old.length - end).join("")]);
  return joined(steps.filter(([, said]) => said));
}

// The longest common subsequence, by the table that everybody knows.
function changes(old, fresh) {
  const wide = fresh.length + 1;
  const table = new Uint16Array((old.length + 1) * wide);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      table[i * wide + j] = old[i] === fresh[j]
        ? table[(i + 1) * wide + j + 1] + 1
        : Math.max(table[(i + 1) * wide + j], table[i * wide + j + 1]);
    }
  }
  const steps = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      steps.push(["same", old[i]]);
      i += 1;
      j += 1;
    } else if (i < old.length && (j === fresh.length || table[(i + 1) * wide + j] >= table[i * wide + j + 1])) {
      steps.push(["cut", old[i]]);
      i += 1;
    } else {
      steps.push(["add", fresh[j]]);
      j += 1;
    }
  }
  return steps;
}

function joined(steps) {
  const result = [];
  for (const [kind, said] of steps) {
    if (result.length && result.at(-1)[0] === kind) result.at(-1)[1] += said;
    else result.push([kind, said]);
  }
  return result;
}

const MARKED = { same: "span", cut: "del", add: "ins" };

function differenceBox(before, after, label) {
  const steps = difference(before, after);
  if (!steps) return element("p", { class: "soft" }, "These texts are too long to lay side by side.");
  const said = steps.map(([kind, part]) => element(MARKED[kind], {}, part));
  return element("div", { class: "box", tabindex: "0", role: "region", "aria-label": label }, ...said);
}
