/** What was not well in a night: what failed, and what was not decided. */
import { markup, whole, type Markup } from "../html/markup.ts";
import { badness, cameTo, expectationsIn, failingFor, isWell, runsIn, worstRun, type Subject } from "./night.ts";
import { cameBadge, described, filtered, linked, MEANING, none, reportOf } from "./parts.ts";
import type { Nights } from "./sections.ts";
import type { NightRun } from "./types.ts";

/** Some runs of a subject in a night in which it ran `ran` times. */
interface Bad {
  readonly subject: Subject;
  readonly runs: readonly NightRun[];
  readonly ran: number;
}

/** The runs of the night that are so, by subject, the worst first. */
const badOf = ({ tonight, subjects }: Nights, isSo: (run: NightRun) => boolean): readonly Bad[] =>
  subjects
    .map((subject): Bad => {
      const all = runsIn(tonight, subject);
      return { subject, runs: all.filter(isSo), ran: all.length };
    })
    .filter(({ runs }) => runs.length > 0)
    .toSorted((a, b) => worstOf(a.runs) - worstOf(b.runs));

const worstOf = (runs: readonly NightRun[]): number => Math.min(...runs.map(({ entry }) => badness(cameTo(entry))));

const isOpen = ({ entry }: NightRun): boolean => cameTo(entry) === "unknown";

/** Scenarios that were violated and mutants that survived, each with the reasons and the way to its runs. */
export function failuresPart(nights: Nights): Markup {
  const failed = badOf(nights, (run) => !isWell(cameTo(run.entry)) && !isOpen(run));
  if (failed.length === 0) return none("Nothing: no scenario was violated, and no mutant survived.");
  return markup`${failed.map(failureCard)}`;
}

/** Runs that came to neither: first those that something speaks against, then all that were only disturbed, in one card. */
export function undecidedPart(nights: Nights): Markup {
  const open = badOf(nights, (run) => isOpen(run) && run.disturbed === undefined);
  const disturbed = badOf(nights, (run) => isOpen(run) && run.disturbed !== undefined);
  if (open.length + disturbed.length === 0) return none("Nothing: each run came to a verdict.");
  return markup`${open.map(failureCard)}${disturbed.length > 0 && disturbedCard(disturbed)}`;
}

/** Runs that nothing speaks against but the machine, or the lab itself: a line each. */
function disturbedCard(bad: readonly Bad[]): Markup {
  const runs = bad.flatMap((each) => each.runs);
  const lines = bad.flatMap(({ subject, runs: of }) =>
    of.map(
      (run) => markup`<li ${filtered(subject, "unknown")}>
        ${linked(run, subject.mutant ?? subject.title, described(run))} ${idOf(subject)}
        <span class="unit">${run.disturbed}</span>
      </li>`,
    ),
  );
  return markup`<article class="card failure disturbed">
    <h3>${cameBadge("unknown")} Disturbed: ${runs.length === 1 ? "1 run" : `${runs.length} runs`}</h3>
    <p>
      Other programs had most of the machine, or the lab itself stood still, and what was late meanwhile was left
      undecided. Nothing else speaks against ${runs.length === 1 ? "this run: it is" : "these runs: they are"} to be
      repeated on a quiet machine.
    </p>
    <ul class="each">${lines}</ul>
    ${repeatOf(runs)}
  </article>`;
}

const idOf = ({ scenario, mutant }: Subject): Markup =>
  markup`<code class="id">${mutant === undefined ? scenario : `mutant of ${scenario}`}</code>`;

function repeatOf(runs: readonly NightRun[]): Markup | false {
  const repeats = runs.flatMap(({ repeat }) => (repeat === undefined ? [] : [repeat]));
  return (
    repeats.length > 0 &&
    markup`<details><summary>Repeat ${repeats.length === 1 ? "it" : "them"}</summary>
      <pre tabindex="0"><code>${whole(repeats.join("\n"))}</code></pre>
    </details>`
  );
}

function failureCard({ subject, runs, ran }: Bad): Markup {
  const worst = worstRun(runs);
  if (worst === undefined) return none("");
  const came = cameTo(worst.entry);
  const { mutant, title } = subject;
  return markup`<article class="card failure" ${filtered(subject, came)}>
    <div class="head">
      <h3>${cameBadge(came)} ${linked(worst, mutant ?? title)} ${idOf(subject)}</h3>
      <span class="unit">${sinceOf(subject, runs.length, ran)}</span>
    </div>
    ${mutantNote(worst)}
    ${reasonsOf(runs)}
    ${repeatOf(runs)}
  </article>`;
}

/** What a mutant's run means that was not killed, and what is to be done; lines of old do not say enough. */
function mutantNote({ entry }: NightRun): Markup | false {
  const { mutant, violates, violated = [] } = entry;
  if (mutant === undefined || violates === undefined) return false;
  const isJudged = cameTo(entry) === "survived";
  const others = expectationsIn(entry).filter((name) => name !== violates && violated.includes(name));
  if (!isJudged && (others.length === 0 || violated.includes(violates))) return false;
  const wanted = `“${violates}” was to be violated, and ${isJudged ? "was not" : "it is not known whether it is"}`;
  if (others.length === 0) return markup`<p>${MEANING.survived} ${wanted}.</p>`;
  const named = others.map((name) => `“${name}”`).join(", ");
  return markup`<p>
    ${wanted}; another expectation was: ${named}. Name the other expectation in the scenario, or find out why
    “${violates}” ${isJudged ? "held" : "could not be judged"}.
  </p>`;
}

function reasonsOf(runs: readonly NightRun[]): Markup {
  const told = runs.map((run) => {
    const { reason, verdict } = run.entry;
    if (verdict === "held") return markup`Its run held.`;
    if (reportOf(run) !== undefined) return markup`${reason ?? "Its verdict gives no reason."}`;
    return reason === undefined
      ? markup`Its folder is gone, and its line of the history gives no reason.`
      : markup`${reason} <span class="unit">(its folder is gone)</span>`;
  });
  if (told.length === 1) return markup`<p>${told}</p>`;
  return markup`<ul class="each">
    ${runs.map((run, place) => markup`<li>${linked(run, run.entry.startedAt.slice(11, 16), described(run))} ${told[place]}</li>`)}
  </ul>`;
}

/** How often, and since when: `2 of 3 runs · well in the run before`. */
function sinceOf(subject: Subject, failed: number, ran: number): string {
  const often = ran === 1 ? [] : [`${failed} of ${ran} runs`];
  const times = failingFor(subject);
  const before = subject.runs.length - times;
  const since =
    times === 0
      ? "well again in its last run"
      : before === 0
        ? times === 1
          ? "its first run"
          : "never well yet"
        : times === 1
          ? "well in the run before"
          : `not well for ${times} runs`;
  return [...often, since].join(" · ");
}
