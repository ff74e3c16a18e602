/**
 * What JavaScript adds where it runs: one cursor over all plots with the values under it, by pointer or by
 * keyboard; pages for long tables; folds that paper wants open; a copy button.
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
  for (const { svg, values } of plots) {
    // The arrow keys move the cursor where a pointer would: a fiftieth of the axis, with Shift a five-hundredth.
    if (values.length === 0) continue;
    let at;
    svg.tabIndex = 0;
    svg.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight Home End Escape");
    svg.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 0.002 : 0.02;
      const to = { ArrowLeft: (at ?? 0.5) - step, ArrowRight: (at ?? 0.5) + step, Home: 0, End: 0.999, Escape: undefined };
      if (!(event.key in to)) return;
      event.preventDefault();
      at = to[event.key] === undefined ? undefined : Math.min(0.999, Math.max(0, to[event.key]));
      point(at);
    });
    svg.addEventListener("blur", () => { at = undefined; point(undefined); });
  }
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
  // Long tables show a page at a time; on paper, and without JavaScript, they are whole.
  const PAGE = 50;
  for (const table of document.querySelectorAll("table")) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length <= PAGE * 1.5) continue;
    const name = table.caption.textContent;
    const turner = document.createElement("p");
    turner.className = "pages";
    const label = document.createElement("span");
    label.setAttribute("aria-live", "polite");
    let first = 0;
    const turn = (to) => {
      first = Math.max(0, Math.min(to, Math.floor((rows.length - 1) / PAGE) * PAGE));
      rows.forEach((row, place) => row.classList.toggle("off-page", place < first || place >= first + PAGE));
      label.textContent = "rows " + (first + 1) + " to " + Math.min(first + PAGE, rows.length) + " of " + rows.length;
    };
    const button = (text, by) => {
      const one = document.createElement("button");
      one.type = "button";
      one.textContent = text;
      one.setAttribute("aria-label", text + " rows of " + name);
      one.addEventListener("click", () => turn(first + by));
      return one;
    };
    turner.append(button("Earlier", -PAGE), label, button("Later", PAGE));
    table.closest(".scroll").after(turner);
    turn(0);
  }
  // A link into what is folded, or off the page, opens it.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target?.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  // Paper has what is violated open, and what held folded.
  let before = [];
  addEventListener("beforeprint", () => {
    before = [...document.querySelectorAll("details[data-print]")].map((details) => [details, details.open]);
    for (const [details] of before) details.open = details.dataset.print === "open" && !details.closest(".held-card");
  });
  addEventListener("afterprint", () => {
    for (const [details, open] of before) details.open = open;
  });
})();
`;
