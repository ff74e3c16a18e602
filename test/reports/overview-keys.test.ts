import { expect, test } from "vitest";
import { overviewKeys } from "../../reports/html/overview-keys.ts";

test("the legend of the overview explains what is drawn, and nothing else", () => {
  const nothing = {
    ...{ offered: false, served: false, unserved: false, partsUnserved: false },
    ...{ fault: false, inEffect: false, well: false, moved: false },
  };
  const words = (drawn: Partial<typeof nothing>): string[] =>
    [...overviewKeys({ ...nothing, ...drawn }).text.matchAll(/<\/svg>([^<]*)<\/li>/g)].map(([, word = ""]) => word);
  expect(words({})).toEqual([]);
  expect(words({ offered: true, served: true, fault: true, well: true })).toEqual([
    "offered",
    "served",
    "fault, from order to heal",
    "well again",
  ]);
  expect(words({ unserved: true, partsUnserved: true, inEffect: true, moved: true })).toEqual([
    "nothing served",
    "parts not served",
    "in effect",
    "role moved",
  ]);
});
