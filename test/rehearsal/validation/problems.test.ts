import { expect, test } from "vitest";
import { hintOf, nearest, pathText } from "../../../lab/rehearsal/validation/problems.ts";

test.each([
  ["evnets", ["orders", "events"], "events"],
  ["event", ["events"], "events"],
  ["kafak", ["kafka", "zookeeper"], "kafka"],
  ["KAFKA", ["kafka"], "kafka"],
  ["x", ["events"], undefined],
  ["orders", ["events"], undefined],
  ["", [], undefined],
])("%j was probably meant to be one of %j", (word, names, meant) => {
  expect(nearest(word, names)).toBe(meant);
});

test("a hint names the nearest and, of few, all", () => {
  expect(hintOf("evnets", ["events"])).toBe('did you mean "events"? there is: events');
  expect(hintOf("evnets", [])).toBe("there is none");
  const many = Array.from({ length: 13 }, (_, place) => `topic-${place}`);
  expect(hintOf("topic-01", many)).toMatch(/^did you mean "topic-\d+"\?$/);
});

test("a path is quoted where a name is more than a word", () => {
  expect(pathText(["expect", "writes recover", "of"])).toBe('expect."writes recover".of');
});
