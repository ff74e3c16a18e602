/** What was lost, from the expectations that judge what was acknowledged. */
import type { Journal } from "../../lab/journal/types.ts";
import type { ExpectationResult, VerdictFile } from "../../lab/run-folder/run-folder.ts";
import { cutText } from "../../lab/text.ts";
import { formatNumber } from "../format.ts";
import { countOf, listed, unitOf } from "./words.ts";

export interface Loss {
  readonly state: "none" | "lost" | "wrong" | "not known" | "not judged";
  /** `no acknowledged row was lost`, `511 acknowledged records lost, 2,423 never read`, `20 rows seen twice, none lost`. */
  readonly told: string;
}

const JUDGES: readonly string[] = ["delivery", "set", "register"];
/** Figures that count acknowledged operations of which nothing is there any more, or nothing was to be seen. */
const LOST = { lost: "lost", unseen: "never read" } as const;

/** What the run says of data loss: the worst of all its expectations about it. */
export function lossOf({ expectations }: VerdictFile, journal: Journal): Loss {
  const judged = expectations.filter(({ spec }) => JUDGES.includes(spec.check));
  const lost = judged.flatMap((result) => lostIn(result, journal));
  if (lost.length > 0) return { state: "lost", told: listed(lost) };
  const broken = judged.filter(({ verdict }) => verdict === "violated");
  if (broken.length > 0) {
    const found = listed(broken.map(foundIn));
    return {
      state: "wrong",
      told: broken.every(({ figures }) => figures["lost"] === 0) ? `${found}, none lost` : found,
    };
  }
  if (judged.length === 0) return { state: "not judged", told: "loss was not judged" };
  if (judged.some(({ verdict }) => verdict === "unknown"))
    return { state: "not known", told: "whether anything was lost is not known" };
  const units = new Set(judged.map(({ spec }) => unitOf(journal, loadOf(spec))));
  const what = units.size === 1 ? `no acknowledged ${[...units].join()}` : "nothing acknowledged";
  return { state: "none", told: `${what} was lost` };
}

/** Whether anything acknowledged was lost or is not as promised: what `lossOf` says of it, without its journal. */
export const isDataBroken = ({ expectations }: Pick<VerdictFile, "expectations">): boolean =>
  expectations.some(({ spec, verdict }) => JUDGES.includes(spec.check) && verdict === "violated");

const LONGEST_FOUND = 160;

/** What was found, without the counts that come before a colon. */
const foundIn = ({ summary }: ExpectationResult): string =>
  cutText(summary.replace(/^[^:]*\backnowledged[^:]*: /, ""), LONGEST_FOUND);

function lostIn({ verdict, spec, figures }: ExpectationResult, journal: Journal): readonly string[] {
  if (verdict !== "violated") return [];
  const counts = Object.entries(LOST).flatMap(([figure, word]) => {
    const count = figures[figure] ?? 0;
    return count === 0 ? [] : [{ count, word }];
  });
  const unit = `acknowledged ${unitOf(journal, loadOf(spec))}`;
  const told = counts.map(({ count, word }, place) =>
    place === 0 ? `${countOf(count, unit)} ${word}` : `${formatNumber(count)} ${word}`,
  );
  return told.length === 0 ? [] : [told.join(", ")];
}

/** The load that an expectation is about, without an action or a sink. */
const loadOf = (spec: ExpectationResult["spec"]): string => ("of" in spec ? (/^[^.@]*/.exec(spec.of)?.[0] ?? "") : "");
