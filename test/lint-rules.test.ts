/** The house's own bans are seen to fire, and their exceptions not to. */
import { expect, test } from "vitest";
import { complaintsAbout } from "./lint-texts.ts";

/** What must not be written, by what it is: its text, and the rule that says so. */
const BANNED: Readonly<Record<string, readonly [text: string, rule: string]>> = {
  "the time of day": ["export const now = (): number => Date.now();", "eslint(no-restricted-globals)"],
  "a clock": ["export const now = (): number => performance.now();", "eslint(no-restricted-globals)"],
  "a clock by another name": [
    "export const now = (): bigint => process.hrtime.bigint();",
    "eslint(no-restricted-properties)",
  ],
  "a timer": ["setTimeout(() => undefined, 5);", "eslint(no-restricted-globals)"],
  "an imported timer": [
    `import { setTimeout as sleep } from "node:timers/promises"; await sleep(5);`,
    "eslint(no-restricted-imports)",
  ],
  dice: ["export const roll = (): number => Math.random();", "eslint(no-restricted-properties)"],
  "imported dice": [
    `import { randomInt } from "node:crypto"; export const roll = (): number => randomInt(6);`,
    "eslint(no-restricted-imports)",
  ],
  "a promise that nobody awaits": ["Promise.resolve(1);", "typescript(no-floating-promises)"],
  any: ["export const value: any = 1;", "typescript(no-explicit-any)"],
  "a claim that something is there": [
    "export const first = (of: string[]): string => of[0]!;",
    "typescript(no-non-null-assertion)",
  ],
  "a case left out": [
    `export const word = (of: "a" | "b"): number => { switch (of) { case "a": return 1; } return 2; };`,
    "typescript(switch-exhaustiveness-check)",
  ],
  "numbers sorted as words": [
    "export const sorted = (of: number[]): number[] => of.toSorted();",
    "typescript(require-array-sort-compare)",
  ],
  "another type": [`export const count: number = "1";`, "typescript(TS2322)"],
  "an excuse for nothing": [
    "// eslint-disable-next-line no-var -- there is none\nexport const value = 1;",
    "directive (no problems",
  ],
};

/** What may be written where it stands. */
const ALLOWED: Readonly<Record<string, string>> = {
  "lab/time.ts": "export const now = (): number => performance.now();\n",
  "lab/checks/hash.ts": `import { createHash } from "node:crypto";\nexport const sum = (): string => createHash("sha256").digest("hex");\n`,
};

const fileOf = (name: string): string => `${name.replaceAll(" ", "-")}.ts`;
const complaints = complaintsAbout(
  new Map([
    ...Object.entries(BANNED).map(([name, [text]]) => [`lab/checks/${fileOf(name)}`, `${text}\n`] as const),
    ...Object.entries(ALLOWED),
  ]),
);

test.each(Object.entries(BANNED))("%s is refused", (name, [, rule]) => {
  const told = complaints.filter(({ file }) => file === fileOf(name)).map((each) => each.rule || each.message);
  expect(told.join()).toContain(rule);
});

test("time.ts may read clocks, and a hash is no die", () => {
  expect(complaints.filter(({ file }) => ["time.ts", "hash.ts"].includes(file))).toEqual([]);
});
