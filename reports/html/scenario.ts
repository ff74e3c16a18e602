/** What was tried: the scenario, its mutant, and topology and load as planned. */
import type { RunRecord } from "../types.ts";
import { markup, whole, type Markup } from "./markup.ts";
import { facts } from "./parts.ts";

export function scenarioPart({ plan }: RunRecord): Markup {
  return markup`<p class="scenario-id"><code>${plan.scenario}</code></p>
    ${plan.description
      .split(/\n\s*\n/)
      .filter((paragraph) => paragraph.trim() !== "")
      .map((paragraph) => markup`<p class="prose">${paragraph}</p>`)}${mutantPart(plan)}
    <details>
      <summary>Topology and load, as planned</summary>
      <pre tabindex="0">${whole(JSON.stringify({ topology: plan.topology, load: plan.load }, null, 2))}</pre>
    </details>`;
}

const mutantPart = ({ mutant }: RunRecord["plan"]): Markup | false =>
  mutant !== undefined &&
  markup`<div class="card mutant">
    <h3>Mutant: ${mutant.name}</h3>
    <p>One protection is taken away, and the run must be judged violated by <strong>${mutant.violates}</strong>.</p>
    ${facts(Object.entries(mutant.change).map(([path, value]) => [path, markup`<code>${JSON.stringify(value)}</code>`]))}
  </div>`;
