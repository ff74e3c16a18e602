import { headStyle } from "./style-head.ts";

/**
 * The look of report.html. Colours have one meaning each: green held, red violated and failed, amber unknown,
 * violet a fault in force, blue what was measured, grey what was asked for. None of them is ever the only sign.
 */
export const style = `
:root {
  color-scheme: light dark;
  --bg: #f6f7f9; --card: #ffffff; --ink: #1a1f27; --soft: #555e6b; --line: #dfe3e9; --faint: #edf0f4;
  --held: #13692f; --held-bg: #e3f3e7; --violated: #b01c1c; --violated-bg: #fdeaea; --unknown: #855000; --unknown-bg: #fdf1d8;
  --fault: #6b35b5; --band: #7c4dcc1f; --band-bar: #c9b5ec; --data: #0a5cc2; --data-fill: #0a5cc21c; --value-fill: #dbe8f8; --asked: #6b7480; --mark: #ffffff;
  --p50: #5b9bd8; --p95: #1f6fc4; --p99: #0b3c78;
  --h0: #cfe3f8; --h1: #f3e6c4; --h2: #c6ebe7; --h3: #f6d6e7; --h4: #dfe4ea; --h5: #e4eec6; --h6: #d9d5f3; --h7: #f3d9cb;
  --failed-fill: #c93434; --unknown-fill: #e0a63a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --bg: #0e1116; --card: #161b22; --ink: #e8ecf1; --soft: #a3adb9; --line: #2c333d; --faint: #1f252d;
    --held: #6fd68c; --held-bg: #12301c; --violated: #ff9a94; --violated-bg: #3d1618; --unknown: #f0c25a; --unknown-bg: #362808;
    --fault: #c3a4f7; --band: #a57cf02e; --band-bar: #5a4487; --data: #6cb2ff; --data-fill: #6cb2ff24; --value-fill: #1d344f; --asked: #98a2ae; --mark: #0e1116;
    --p50: #3f79b5; --p95: #6cb2ff; --p99: #cfe5ff;
    --h0: #1c416b; --h1: #4f4420; --h2: #13504d; --h3: #58294a; --h4: #3b424c; --h5: #3d4a1c; --h6: #3a3470; --h7: #573528;
    --failed-fill: #d9504a; --unknown-fill: #b98a2c;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--bg); color: var(--ink); font: 400 .9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
a { color: var(--data); }
:focus-visible { outline: 2px solid var(--data); outline-offset: 2px; border-radius: 3px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -99rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }
.skip:focus { left: .5rem; top: .5rem; }

body > header, body > footer { max-width: 82rem; margin: 0 auto; padding: .75rem 1.25rem; color: var(--soft); font-size: .8125rem; }
body > header p { display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin: 0; }
body > header b { color: var(--ink); font-weight: 650; }
body > header time { margin-left: auto; }
.page { max-width: 82rem; margin: 0 auto; padding: 0 1.25rem 2rem; }
nav ul { display: flex; gap: .15rem 1rem; margin: 0 0 .75rem; padding: 0; list-style: none; font-size: .8125rem; overflow-x: auto; white-space: nowrap; }
nav a { display: block; padding: .2rem 0; color: var(--soft); text-decoration: none; }
nav a:hover { color: var(--ink); text-decoration: underline; }
@media (min-width: 68rem) {
  .page { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 1.5rem; }
  nav { position: sticky; top: 1rem; align-self: start; }
  nav ul { display: block; white-space: normal; border-left: 1px solid var(--line); padding-left: .9rem; overflow: visible; }
}

main { min-width: 0; }
section { margin: 0 0 2.25rem; }
h1, h2, h3 { line-height: 1.25; margin: 0; text-wrap: balance; }
h2 { font-size: 1.0625rem; font-weight: 650; margin: 0 0 .65rem; padding-bottom: .35rem; border-bottom: 1px solid var(--line); }
h3 { font-size: .9375rem; font-weight: 600; }
p { margin: .3rem 0; }
.prose { max-width: 46rem; }
.unit, .none { color: var(--soft); font-size: .8125rem; }
.card p { margin: .2rem 0; }
.card .figures { margin: .3rem 0 0; }
.card, .plot { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; margin: 0 0 .6rem; }
.card > :last-child { margin-bottom: 0; }

.shape { flex: none; width: 1.05em; height: 1.05em; vertical-align: -.14em; fill: currentColor; }
.shape .mark { fill: none; stroke: var(--mark); stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
.shape.held, .word.held, .standing.held { color: var(--held); }
.shape.violated, .word.violated, .standing.violated { color: var(--violated); }
.shape.unknown, .word.unknown { color: var(--unknown); }
.badge { display: inline-flex; align-items: center; gap: .35em; padding: .05em .55em .05em .4em; border-radius: 99px; font-size: .8125rem; font-weight: 600; margin-right: .25em; }
.badge.held { color: var(--held); background: var(--held-bg); }
.badge.violated { color: var(--violated); background: var(--violated-bg); }
.badge.unknown { color: var(--unknown); background: var(--unknown-bg); }

.verdict { background: var(--card); border: 1px solid var(--line); border-left: 6px solid; border-radius: 8px; padding: 1.1rem 1.25rem 1rem; }
.verdict.held { border-left-color: var(--held); }
.verdict.violated { border-left-color: var(--violated); border-left-style: double; }
.verdict.caught { border-left-color: var(--held); border-left-style: solid; }
.verdict.unknown { border-left-color: var(--unknown); border-left-style: dashed; }
h1 { font-size: 1.5rem; font-weight: 650; letter-spacing: -.012em; }
h1 .badge[class], h1 .outcome { font-size: 1.5rem; background: none; padding: 0; margin: 0 .45em 0 0; text-transform: capitalize; }
h1 .outcome { display: inline-flex; align-items: baseline; gap: .35em; font-weight: 600; color: var(--held); text-transform: none; }
h1 .outcome + .badge[class] { font-size: .9375rem; text-transform: none; }
h1 .title { font-weight: 500; }
.reasons { margin: .6rem 0; font-size: 1rem; max-width: 54rem; }
ol.reasons { padding-left: 1.4rem; }
.foretold { border-left: 3px solid var(--fault); padding-left: .7rem; }

dl { margin: .5rem 0; }
dd, dt { margin: 0; }
dt { color: var(--soft); font-size: .75rem; line-height: 1.35; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); gap: .5rem 1.25rem; }
.verdict .facts { display: flex; flex-wrap: wrap; gap: .5rem 1.9rem; margin: .8rem 0 0; padding-top: .75rem; border-top: 1px solid var(--line); }
.verdict .facts dd { font-weight: 550; }
.figures { display: flex; flex-wrap: wrap; gap: .15rem 1.4rem; }
.figures div { display: flex; gap: .4rem; align-items: baseline; }
.figures dd { font-weight: 600; font-size: .875rem; }
.scenario-id { margin: 0; }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: .1rem 1rem; }
.spec { color: var(--soft); }
@media (min-width: 62rem) { .fault .facts { grid-template-columns: 1.1fr 1fr 1.7fr .8fr 1.3fr 1.5fr; } }

.slo { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .25rem 1.75rem; }
.slo .figures, .slo .burn-plot, .slo .unburnt { grid-column: 1 / -1; }
.slo p { margin: .15rem 0; }
.measures { display: grid; grid-template-columns: 5rem 5.5rem 9rem 11rem; gap: .25rem 1rem; margin: 0; }
.measures dd { font-size: 1.0625rem; font-weight: 600; }
.measures .of { font-size: .8125rem; font-weight: 400; color: var(--soft); }
.budget .bar { display: block; height: 6px; margin-top: .3rem; border-radius: 3px; background: var(--faint); box-shadow: inset 0 0 0 1px var(--line); overflow: hidden; }
.budget i { display: block; height: 100%; background: var(--held); }
.budget.low i { background: var(--unknown); }
.budget.over i { background: repeating-linear-gradient(135deg, var(--violated) 0 5px, var(--violated-bg) 5px 8px); }
.burn-plot { margin: .4rem 0 0; padding: 0 0 0 3.1rem; }
@media (max-width: 56rem) {
  .slo { grid-template-columns: minmax(0, 1fr); }
  .measures { grid-template-columns: repeat(2, minmax(0, 1fr)); margin: .4rem 0; }
}

.conditions { list-style: none; margin: .5rem 0 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: .55rem 1.5rem; }
.conditions li { display: flex; gap: .55rem; font-size: .875rem; }
.conditions .shape { margin-top: .2rem; }
.conditions strong { font-weight: 600; }
.word { font-size: .8125rem; }

.plot { padding: .75rem 1rem .6rem; }
figcaption .unit { margin: .05rem 0 .25rem; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; margin: .1rem 0 .35rem; padding: 0; list-style: none; font-size: .8125rem; min-height: 1.5em; }
.legend svg { margin-right: .4rem; vertical-align: 0; }
.legend .at { font-weight: 650; margin-left: .4rem; }
.legend .moment { margin-left: auto; color: var(--soft); }
svg.time { display: block; overflow: visible; }
.plot > svg.time { margin-top: 18px; }
.plot > svg.time { width: calc(100% - 3.1rem); margin-left: 3.1rem; }
svg text { font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums; fill: var(--ink); }
svg .tick { fill: var(--soft); font-size: 11px; }
svg .level { stroke: var(--line); }
svg .axis { stroke: var(--asked); }
svg .step { stroke: var(--asked); stroke-dasharray: 1 4; }
svg .band { fill: var(--band); }
svg .band-edge { stroke: var(--fault); }
svg .band-name { fill: var(--fault); font-weight: 650; font-size: 11px; }
svg .cursor { stroke: var(--ink); pointer-events: none; }
.curves path, .legend path { fill: none; stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.curves { overflow: hidden; }
path.offered { stroke: var(--asked); stroke-dasharray: 4 3; }
path.achieved { stroke: var(--data); }
.curves path.achieved-fill { fill: var(--data-fill); stroke: none; }
.curves path.spread { fill: var(--data-fill); stroke: none; }
path.p50 { stroke: var(--p50); }
path.p95 { stroke: var(--p95); stroke-dasharray: 6 2; }
path.p99 { stroke: var(--p99); }
.legend path.p99, .curves path.p99 { stroke-width: 2; }
/* A single value between gaps is a path without length: only its caps are seen. */
.curves path.lone { stroke-width: 5; stroke-linecap: round; stroke-dasharray: none; }
.curves path.failed { fill: var(--failed-fill); stroke: var(--violated); stroke-width: 1; }
.curves path.unknown { fill: var(--unknown-fill); stroke: var(--unknown); stroke-width: 1; }
.legend path.failed { stroke: var(--failed-fill); stroke-width: 8; }
.legend path.unknown { stroke: var(--unknown-fill); stroke-width: 8; }
svg .burn { fill: var(--data); }
svg .burn.fast { fill: var(--failed-fill); }
.hatch-ground { fill: var(--violated-bg); }
.hatch-line { fill: var(--violated); fill-opacity: .35; }
svg .one { stroke: var(--ink); stroke-dasharray: 2 3; }
svg .lane-name { fill: var(--soft); }
.segment rect { fill: var(--faint); stroke: none; }
.segment .edge { fill: var(--asked); }
.segment[class] .top { fill: none; }
.segment-text { container-type: inline-size; height: 20px; padding: 0 4px 0 6px; font-size: 11.5px; line-height: 20px; color: var(--ink); overflow: hidden; }
.segment-text span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; width: fit-content; max-width: 100%; }
@container (max-width: 20px) { .segment-text span { visibility: hidden; } }
.segment.of-step rect { fill: var(--faint); }
.segment.of-step[class] .edge { fill: var(--asked); }
.segment.of-fault rect { fill: var(--band); }
.segment.of-fault .edge { fill: var(--fault); }
.segment.of-fault span { color: var(--fault); font-weight: 600; }
.segment.of-value .segment-text { line-height: 25px; }
.segment.of-value span { line-height: 12px; margin-top: 8px; background: var(--value-fill); }
.segment.of-value rect { fill: var(--value-fill); }
.segment.of-value .edge { fill: none; }
.segment.of-value[class] .top { fill: var(--data); }
.segment.of-nobody rect { fill: url(#hatch); }
.segment.of-nobody .edge { fill: var(--violated); }
.segment.of-nobody span { color: var(--violated); font-weight: 600; background: var(--violated-bg); padding: 0 .25em; border-radius: 3px; }
.segment.h0 rect { fill: var(--h0); } .segment.h1 rect { fill: var(--h1); } .segment.h2 rect { fill: var(--h2); } .segment.h3 rect { fill: var(--h3); }
.segment.h4 rect { fill: var(--h4); } .segment.h5 rect { fill: var(--h5); } .segment.h6 rect { fill: var(--h6); } .segment.h7 rect { fill: var(--h7); }
.segment.of-holder .edge { fill: var(--asked); }

details { margin: .35rem 0 0; }
summary { cursor: pointer; color: var(--soft); font-size: .8125rem; width: fit-content; padding: .1rem 0; }
summary:hover { color: var(--ink); }
details.more { margin-bottom: .6rem; }
.scroll { overflow: auto; max-height: 24rem; margin: .35rem 0; }
table { border-collapse: collapse; font-size: .8125rem; min-width: 20rem; }
th, td { padding: .2rem .9rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); overflow-wrap: normal; }
td code { overflow-wrap: anywhere; }
th { font-weight: 500; }
thead th { color: var(--soft); position: sticky; top: 0; background: var(--card); border-bottom-color: var(--line); }
#environment thead th { background: var(--bg); }
.n { text-align: right; white-space: nowrap; }
pre { margin: .35rem 0; padding: .6rem .75rem; background: var(--faint); border-radius: 6px; overflow: auto; max-height: 26rem; line-height: 1.45; overflow-wrap: normal; }
.log pre b { font-weight: 400; color: var(--soft); }
#logs h3 { margin: .8rem 0 .1rem; }

.fault-name { display: inline-block; padding: 0 .45em; border-radius: 4px; background: var(--band); color: var(--fault); font-weight: 650; }
.asked { font-weight: 400; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: .6rem; }
.pair .card { margin: 0; }
.measured + .measured { border-top: 1px solid var(--faint); margin-top: .5rem; padding-top: .25rem; }
.command { display: flex; gap: .6rem; align-items: start; }
.command pre { flex: 1; min-width: 0; margin: 0; background: var(--card); border: 1px solid var(--line); }
.command button { font: inherit; font-size: .8125rem; padding: .45rem .8rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }

.last { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .45rem; list-style: none; margin: 0 0 .8rem; padding: 0; }
.last .now { margin-left: .4rem; padding-left: .7rem; border-left: 1px solid var(--line); font-weight: 600; }
.last .now .unit { font-weight: 400; }
.trend { margin: 0; }
.trend ul { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: .6rem; }
.trend li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .55rem .8rem; display: flex; flex-direction: column; }
.trend li svg[role] { overflow: visible; margin-top: auto; }
.trend p { margin: 0; font-size: .8125rem; line-height: 1.4; }
.trend-name { color: var(--soft); }
.trend-name strong { color: var(--ink); font-weight: 600; }
.trend .curves { overflow: visible; }
.trend .trace { stroke: var(--data); stroke-width: 1.4; }
.trend .median { stroke: var(--asked); stroke-dasharray: 2 3; }
.trend .now { fill: var(--data); stroke: var(--card); stroke-width: 1.5; }
.standing { white-space: nowrap; }
.broken { border-left: 3px solid var(--unknown); padding-left: .7rem; color: var(--unknown); }
${headStyle}
@media (max-width: 40rem) {
  body > header, .page, body > footer { padding-left: .75rem; padding-right: .75rem; }
  body > header time { margin-left: 0; }
  .card, .plot { padding-left: .75rem; padding-right: .75rem; }
  .verdict { padding: .9rem .9rem .8rem; }
  h1, h1 .badge[class], h1 .outcome { font-size: 1.25rem; }
  h1 .badge[class]:first-child { display: flex; margin-bottom: .2rem; }
  .alternate { display: none; }
  .plot > svg.time { width: calc(100% - 2.6rem); margin-left: 2.6rem; }
  .burn-plot { padding-left: 0; }
  .legend .moment { margin-left: 0; }
  .verdict .facts { gap: .4rem 1.4rem; }
  .facts { grid-template-columns: repeat(auto-fill, minmax(min(100%, 8.25rem), 1fr)); }
}
@media print {
  body { background: #fff; font-size: 9.5pt; }
  nav, .skip, .data, button, .pages { display: none; }
  .page { display: block; }
  .card, .plot, .trend li { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll, pre, .said { max-height: none; overflow: visible; }
  pre { white-space: pre-wrap; }
  svg .band { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
