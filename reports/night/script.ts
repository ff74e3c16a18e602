/** What JavaScript adds where it runs: filters, which stand in the page's address (`?system=kafka&verdict=violated`). */
export const nightScript = `
(() => {
  "use strict";
  const wanted = new URLSearchParams(location.search);
  const asked = ["system", "verdict"].filter((name) => wanted.get(name));
  for (const box of document.querySelectorAll(".filters")) box.hidden = false;
  // Each link keeps the other filter, and takes its own off where that is on.
  for (const link of document.querySelectorAll("[data-filter]")) {
    const { filter, value } = link.dataset;
    const next = new URLSearchParams(wanted);
    const on = wanted.get(filter) === value;
    if (on) next.delete(filter);
    else next.set(filter, value);
    link.href = "?" + next;
    if (on) link.setAttribute("aria-current", "true");
  }
  if (asked.length === 0) return;
  const items = [...document.querySelectorAll("[data-system]")];
  let shown = 0;
  for (const item of items) {
    item.hidden = asked.some((name) => item.dataset[name] !== wanted.get(name));
    if (!item.hidden) shown++;
  }
  const note = document.querySelector(".filtered");
  if (!note) return;
  note.hidden = false;
  note.append("Filtered: " + asked.map((name) => name + " " + wanted.get(name)).join(", ") + "; " + shown + " of " + items.length + " items are shown. ");
  const all = note.appendChild(document.createElement("a"));
  all.href = "?";
  all.textContent = "Show all";
})();
`;
