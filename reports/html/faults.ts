/** Each fault's moments, side by side, and its receipts: what was asked, what that meant, what was measured. */
import { formatDuration } from "../../lab/time.ts";
import { formatMoment } from "../format.ts";
import { overMs } from "../story/force.ts";
import type { FaultStory, Story } from "../story/story.ts";
import { markup, type Child, type Markup } from "./markup.ts";
import { badge, figures, table } from "./parts.ts";

export function faultsPart({ faults }: Story): Markup {
  if (faults.length === 0) return markup`<p class="none">No fault was injected in this run.</p>`;
  return markup`${table(
    "When each fault was ordered, in effect, noticed and recovered from",
    [
      { name: "fault" },
      ...["ordered", "in effect", "first failure", "role moved", "first success", "lasting success", "healed"].map(
        (name) => ({ name, numeric: true }),
      ),
    ],
    faults.map(momentsRow),
  )}
  <p class="unit">Beneath each moment, how long after the order it came. A late operation counts as a failure once it is late.</p>
  <h3>Receipts</h3>
  ${table(
    "What each fault was asked to do, and what was measured",
    ["fault", "asked", "meant", "effect measured", "heal measured"].map((name) => ({ name })),
    faults.map(receiptRow),
  )}`;
}

function momentsRow(told: FaultStory): Child[] {
  const { fault, effects, takeovers, firstFailureMs, firstSuccessMs, lastingMs } = told;
  const after = (atMs: number): Child =>
    // Journals of old do not say when a fault was ordered, apart from when it was in effect.
    atMs === fault.orderedMs
      ? formatMoment(atMs)
      : markup`${formatMoment(atMs)}<br /><span class="unit">+${formatDuration(atMs - fault.orderedMs)}</span>`;
  const noticed = effects.some(({ harm }) => harm !== undefined);
  const calm = effects.length > 0 && effects.every(({ outcome }) => outcome === "not noticed");
  const before = effects.find((effect) => effect.before !== undefined)?.before;
  const nothing = calm ? (before === undefined ? "not noticed" : `not before ${before}`) : "not known";
  const moved = takeovers.filter(({ to }) => to !== "").at(-1);
  const over = overMs(fault);
  return [
    markup`<span class="fault-name">${told.name}</span> ${fault.called}`,
    formatMoment(fault.orderedMs),
    fault.inEffectMs === undefined ? markup`${badge("unknown")} never` : after(fault.inEffectMs),
    firstFailureMs === undefined ? nothing : after(firstFailureMs),
    moved === undefined ? (takeovers.length > 0 ? "to nobody" : "none") : after(moved.atMs),
    firstSuccessMs === undefined
      ? noticed
        ? told.unwellBefore === undefined
          ? "never"
          : `not before ${told.unwellBefore}`
        : "–"
      : after(firstSuccessMs),
    lastingMs === undefined
      ? noticed
        ? `not before ${told.unwellBefore ?? "the load ended"}`
        : "–"
      : after(lastingMs),
    over === undefined ? notHealed(told) : after(over),
  ];
}

function notHealed({ fault: { spec, healVerified } }: FaultStory): Child {
  if (spec?.["permanent"] === true) return "never: permanent";
  return markup`${badge("unknown")} ${healVerified === false ? "not verified" : "never"}`;
}

function receiptRow({ name, fault }: FaultStory): Child[] {
  const { target, targets, receipt, healMeasured, healVerified, spec } = fault;
  return [
    markup`<span class="fault-name">${name}</span> ${fault.kind}`,
    target,
    targets.length === 0 ? "nobody" : targets.join(", "),
    receipt === undefined
      ? markup`${badge("unknown")} none recorded`
      : markup`${receipt.effective ? undefined : markup`${badge("unknown")} `}${receipt.measured}${figures(receipt.figures ?? {})}`,
    healMeasured === undefined
      ? spec?.["permanent"] === true
        ? "permanent"
        : markup`${badge("unknown")} never healed`
      : markup`${healVerified === true ? undefined : markup`${badge("unknown")} not verified: `}${healMeasured}`,
  ];
}
