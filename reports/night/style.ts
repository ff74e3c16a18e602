/** What the page of all runs has beside the look of a report. */
export const nightStyle = `
[hidden] { display: none !important; }
.night h1 .badge[class] { text-transform: none; }
p.wake { margin: .5rem 0 0; font-size: 1rem; }
ul.wake { margin: .1rem 0 .3rem; padding-left: 1.1rem; }
.tally { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .9rem; margin: .5rem 0 0; font-size: 1rem; }
.filters p { margin: .8rem 0 .1rem; color: var(--soft); font-size: .75rem; }
.filters a[aria-current] { color: var(--ink); font-weight: 650; }
.filters a[aria-current]::after { content: " ×"; }
.filtered { border-left: 3px solid var(--unknown); padding-left: .7rem; margin-bottom: 1rem; }
.name { display: block; font-weight: 500; }
code.id { color: var(--soft); font-size: .75rem; font-weight: 400; }
.failure h3 a { color: inherit; }
.failure { padding-top: .6rem; padding-bottom: .6rem; }
.failure pre { max-height: 8rem; }
.failure .each { margin: .2rem 0; padding-left: 1.1rem; }
.disturbed:not(:has(li:not([hidden]))) { display: none; }
.changes { list-style: none; margin: 0; padding: 0; }
.changes li { padding: .3rem 0; border-bottom: 1px solid var(--faint); }
/* Words for those who do not see are placed absolutely, and must not widen the page. */
.night .scroll, .night h1, .strip { position: relative; }
.scroll.wide { max-height: none; }
.night .page, .night > header, .night > footer { max-width: 96rem; }
.matrix { width: 100%; }
.matrix th, .matrix td { padding-right: .5rem; }
.matrix th[scope="row"] { min-width: 13rem; max-width: 26rem; text-align: left; }
.matrix tbody tr:hover { background: var(--faint); }
.matrix thead th { white-space: nowrap; background: var(--bg); }
.matrix .night { text-align: center; padding-left: 0; padding-right: .35rem; }
.matrix td.night small { white-space: nowrap; font-size: .6875rem; }
.matrix td:last-child, .matrix th:last-child { padding-right: 0; }
.matrix td { vertical-align: middle; }
.matrix td.n { white-space: nowrap; }
.matrix td.night a, .matrix td.night > span { display: inline-flex; align-items: center; justify-content: center; gap: .2rem; min-width: 1.6rem; min-height: 1.6rem; text-decoration: none; color: var(--soft); }
.matrix td.n small { display: block; color: var(--soft); font-size: .6875rem; }
.strip { display: inline-flex; gap: 1px; white-space: nowrap; vertical-align: middle; }
.strip .shape { width: .68rem; height: .68rem; vertical-align: middle; }
.mutants { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 32rem), 1fr)); gap: .6rem; }
.mutants .card { margin: 0; min-width: 0; }
.mutants td, .mutants thead th { text-align: left; }
.mutants thead th { min-width: 4.5rem; vertical-align: bottom; font-weight: 400; font-size: .75rem; line-height: 1.25; }
.mutants table { min-width: 0; }
.mutants tbody th { min-width: 9rem; }
.night section > .scroll > table:not(.matrix) thead th { background: var(--bg); }
.mutants b { color: var(--held); }
.parts { min-width: 0; }
/* The verdict comes first, and at a desk the contents stand beside it. */
@media (min-width: 68rem) {
  .night .page { grid-template: auto 1fr / 9.5rem minmax(0, 1fr); row-gap: 0; }
  .night nav { grid-area: 1 / 1 / span 2; }
  .night .page > section, .parts { grid-column: 2; }
}
@media (max-width: 67.99rem) { .night nav { margin-bottom: 1.5rem; } .night nav ul { flex-wrap: wrap; } .night .page > section { margin-bottom: .9rem; } }
@media (max-width: 40rem) {
  .matrix th[scope="row"] { min-width: 9.5rem; }
  .filters ul { margin-bottom: .2rem; }
}
@page { size: landscape; margin: 12mm; }
@media print {
  .filters { display: none; }
  .scroll.wide, .mutants .scroll { overflow: visible; }
  .mutants { display: block; }
  .mutants .card { margin: 0 0 .6rem; }
  tr { break-inside: avoid; }
  .night .scroll { white-space: normal; }
  .matrix { font-size: 7.5pt; }
  .matrix code.id, .matrix td.n small, .matrix td.night small { font-size: 6pt; }
  .matrix th[scope="row"] { min-width: 0; }
  .shape { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
