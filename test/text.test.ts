import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { cutText, plainLine, plainText, shellWord } from "../lab/text.ts";

describe("text from elsewhere", () => {
  test.each([
    ["colours", "\u001b[31mred\u001b[0m", "red"],
    ["a link", "\u001b]8;;http://example.org\u0007click\u001b]8;;\u0007", "click"],
    ["a cleared screen", "a\u001b[2J\u001b[Hb", "ab"],
    ["a lone escape, a bell, a backspace", "a\u001b\u0007\b", "a\ufffd\ufffd\ufffd"],
    ["the eight-bit introducer", "a\u009b31mb", "ab"],
    ["a turned direction", "a\u202eb", "a\ufffdb"],
    ["half a pair", "a\ud800", "a\ufffd"],
    ["lines and tabs", "a\tb\r\nc\n", "a\tb\nc\n"],
    ["a line written over another", "held\rviolated", "held\ufffdviolated"],
  ])("without %s", (_, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  test("in one line", () => {
    expect(plainLine("a\nb\t\u2028c")).toBe("a b c");
  });

  test("is cut where it is longer than its bound, and says by how much", () => {
    expect(cutText("12345", 5)).toBe("12345");
    expect(cutText("123456", 5)).toBe("12345 … (1 more characters were cut)");
    expect(cutText("1234😀6", 5)).toBe("1234 … (3 more characters were cut)");
  });
});

describe("a word for the shell", () => {
  test("is quoted only where that is needed", () => {
    expect(
      ["kafka/leader-kill", "./my.scenario.ts", "--seed", "one replica", "", "it's", "$HOME"].map(shellWord),
    ).toEqual(["kafka/leader-kill", "./my.scenario.ts", "--seed", "'one replica'", "''", "'it'\\''s'", "'$HOME'"]);
  });

  test("comes out of a shell as it went in", () => {
    const words = [
      "one replica",
      "it's",
      '"$(touch /tmp/x)"',
      "`id`",
      "a\nb",
      "!!",
      "~",
      "*",
      "\\",
      "é☃",
      "#x",
      "a;b&c|d",
    ];
    const shown = execFileSync("sh", ["-c", `printf '%s\\0' ${words.map(shellWord).join(" ")}`], { encoding: "utf8" });
    expect(shown.split("\0").slice(0, -1)).toEqual(words);
  });
});
