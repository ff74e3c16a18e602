/** The look of the first screen: story, impact, overview. Part of the page's style. */
export const headStyle = `
.story { list-style: none; margin: .55rem 0 0; padding: 0; font-size: .9375rem; line-height: 1.45; }
.story li { margin: 0 0 .25rem; }
.story .arrow { color: var(--fault); font-weight: 650; }
.more-story { margin: 0 0 .2rem; }
.impact { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem 1.2rem; margin: .5rem 0 .3rem; padding: .4rem 0 0; border-top: 1px solid var(--line); }
.impact ul { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; list-style: none; margin: 0; padding: 0; }
.impact li { display: flex; gap: .4rem; align-items: baseline; }
.impact p { margin: 0; font-weight: 650; }
.verdict .plot { border: 0; padding: 0; margin: .35rem 0 0; background: none; }
.verdict .plot-title, .verdict .plot .unit { display: inline; }
.verdict .plot .unit { margin-left: .6rem; }
.verdict .plot > svg.time { margin-top: 4px; }
.verdict .legend { gap: 0 .9rem; font-size: .75rem; color: var(--soft); min-height: 1.4em; margin: 0; }
.verdict .legend li { white-space: nowrap; }
svg .band-bar { fill: var(--band-bar); }
.fault-words { display: flex; flex-wrap: wrap; gap: 0 .35em; height: 16px; overflow: hidden; padding: 0 7px; color: var(--ink); font-size: 11px; line-height: 16px; font-weight: 600; white-space: nowrap; text-shadow: 0 0 2px var(--card), 0 0 2px var(--card), 0 0 3px var(--card); }
.fault-words.before { justify-content: flex-end; }
svg .in-effect { fill: var(--fault); stroke: var(--card); stroke-width: 1; }
svg .well { fill: var(--held); stroke: var(--card); stroke-width: 1.5; }
svg .moved { stroke: var(--ink); stroke-width: 2; fill: none; }
svg .role-name { font-size: 11px; }
svg .row-name { fill: var(--soft); font-size: 11px; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
svg .unserved { fill: url(#hatch); }
svg .unserved.some { fill: url(#hatch-some); }
svg .unserved-text { font-size: 11px; font-weight: 600; fill: var(--violated); paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
svg .peak { font-size: 11px; fill: var(--data); font-weight: 600; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
svg .wait { stroke: var(--asked); stroke-width: 1; }
svg .point circle { fill: var(--data); }
svg .point path { fill: none; stroke: var(--violated); stroke-width: 1.8; }
svg .point.unknown path { fill: var(--unknown-fill); stroke: var(--unknown); stroke-width: 1; }
.hatch-some-line { fill: var(--violated); fill-opacity: .3; }
.said { background: var(--faint); border-radius: 6px; padding: .5rem .75rem; margin: .35rem 0; max-height: 26rem; overflow: auto; font: .78rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.said p { margin: 0; padding-left: 5rem; text-indent: -5rem; }
.said b { font-weight: 400; color: var(--soft); display: inline-block; min-width: 4.6rem; text-indent: 0; }
.said .error { color: var(--violated); } .said .error b::after { content: " E"; } .said .warning b::after { content: " W"; }
.said .warning { color: var(--unknown); }
.said i { font-style: normal; font-weight: 700; }
.said details { margin: 0 0 0 5rem; } .said pre { background: none; padding: 0; }
.pages { display: flex; gap: .7rem; align-items: center; font-size: .8125rem; color: var(--soft); }
.pages button { font: inherit; padding: .1rem .6rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
@media screen { .off-page { display: none; } }
h1 .badge[class] { align-items: baseline; }
.why { margin-top: .3rem; }
.whole { white-space: nowrap; }
.verdict .facts[class] { gap: .2rem 1.6rem; margin: .5rem 0 0; padding-top: .45rem; }
.verdict .facts[class] dd { font-size: .8125rem; }
.verdict p.reasons { font-size: .8125rem; margin: .35rem 0 0; color: var(--soft); }
.held-card { padding: .45rem .9rem; margin: 0 0 .35rem; }
.held-card > summary { display: flex; gap: .5rem; color: var(--ink); width: auto; font-size: .875rem; }
.held-card > summary .shape { margin-top: .25em; }
.held-card .found { color: var(--soft); }
.held-card b { font-weight: 600; }
.held-card .card { border: 0; padding: .3rem 0 0; }
.zeros { color: var(--soft); font-size: .8125rem; }
.shown { font-weight: 600; }
.offending { margin: .4rem 0; }
svg.when { display: block; overflow: visible; }
svg .kind-name { fill: var(--soft); font-size: 11.5px; }
svg .offence { fill: var(--violated); stroke: var(--card); stroke-width: 1; }
svg a:focus-visible .offence { stroke: var(--ink); stroke-width: 2; }
.plot-title { font-weight: 600; }
.card .kind { margin: .6rem 0 .1rem; font-size: .875rem; font-weight: 600; }
.kind .unit { font-weight: 400; }
tr:has(:target) { background: var(--unknown-bg); }
`;
