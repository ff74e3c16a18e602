/**
 * What JavaScript adds where it runs: one cursor over all plots with the values under it, and a copy button.
 * The values are read from the plots' own tables, so that a picture and its table can not disagree.
 */
export const script = `
(() => {
  "use strict";
  const svgName = "http://www.w3.org/2000/svg";
  const plots = [...document.querySelectorAll("svg.time")].map((svg) => {
    const cursor = svg.appendChild(document.createElementNS(svgName, "line"));
    cursor.setAttribute("class", "cursor");
    cursor.setAttribute("y1", "0");
    cursor.setAttribute("y2", svg.dataset.height);
    cursor.setAttribute("visibility", "hidden");
    const figure = svg.closest("figure");
    const values = [...figure.querySelectorAll("[data-column]")];
    const rows = values.length > 0 ? figure.querySelector("tbody").rows : [];
    return { svg, cursor, values, rows, moment: figure.querySelector(".moment") };
  });
  // The picture's name would pop up as a tooltip over the cursor's values: it moves to where only assistive technology reads it.
  for (const { svg } of plots) {
    const title = svg.querySelector(":scope > title");
    svg.addEventListener("pointerenter", () => {
      if (!title.isConnected) return;
      svg.setAttribute("aria-label", title.textContent);
      svg.removeAttribute("aria-labelledby");
      title.remove();
    });
  }
  const point = (fraction) => {
    for (const { svg, cursor, values, rows, moment } of plots) {
      cursor.setAttribute("visibility", fraction === undefined ? "hidden" : "visible");
      if (fraction !== undefined) {
        cursor.setAttribute("x1", fraction * 100 + "%");
        cursor.setAttribute("x2", fraction * 100 + "%");
      }
      const row = fraction === undefined || rows.length === 0 ? undefined : rows[Math.min(rows.length - 1, Math.floor((fraction * (svg.dataset.to - svg.dataset.from)) / svg.dataset.row))];
      for (const value of values) value.textContent = row ? row.cells[value.dataset.column].textContent : "";
      if (moment) {
        const { from, to } = svg.dataset;
        moment.textContent = fraction === undefined ? "" : "at " + ((+from + fraction * (to - from)) / 1000).toFixed(2) + " s";
      }
    }
  };
  for (const { svg } of plots) {
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const fraction = (event.clientX - box.left) / box.width;
      point(fraction >= 0 && fraction < 1 ? fraction : undefined);
    });
    svg.addEventListener("pointerleave", () => point(undefined));
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Select it by hand";
      }
    });
  }
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details.evidence")) details.open = true;
  });
})();
`;
