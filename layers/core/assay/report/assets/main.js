function begin() {
  if (byId("choose")) return choose();
  if (!byId("facts")) return undefined;
  const facts = embedded("facts");
  if (facts.live) return new Live(facts.live);
  return byId("table") ? new Table(facts, embedded("rows-data")).start() : undefined;
}

// On a project's page: two experiments to lay side by side, the older one as the base.
function choose() {
  const form = byId("choose");
  const button = form.querySelector("button");
  const chosen = () => [...form.querySelectorAll("input:checked")];
  const look = () => {
    button.disabled = chosen().length !== 2;
    const full = chosen().length >= 2;
    for (const input of form.querySelectorAll("input:not(:checked)")) input.disabled = full;
  };
  form.addEventListener("change", look);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [newer, older] = chosen();
    const address = new URL(newer.dataset.address, location.href);
    address.searchParams.set("base", older.value);
    location.href = address;
  });
  look();
}

begin();
