import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allText, frameReader } from "../../lab/engine/docker/output.ts";

const frame = (channel: 1 | 2, content: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head[0] = channel;
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
};

function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (stream.length + 1)), stream.length].sort((a, b) => a - b);
  return ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
}

describe("a container's output", () => {
  test("is the same however the stream is cut", () => {
    const frames = fc.array(fc.tuple(fc.constantFrom<1 | 2>(1, 2), fc.string({ unit: "grapheme" })));
    fc.assert(
      fc.property(frames, fc.array(fc.nat()), (said, places) => {
        const heard = { output: "", error: "" };
        const read = frameReader((channel, text) => {
          heard[channel] += text;
        });
        for (const piece of cut(
          Buffer.concat(said.map(([channel, text]) => frame(channel, Buffer.from(text)))),
          places,
        ))
          read(piece);
        const of = (channel: 1 | 2): string => said.flatMap(([one, text]) => (one === channel ? [text] : [])).join("");
        expect(heard).toEqual({ output: of(1), error: of(2) });
      }),
    );
  });

  test("a letter whose bytes lie in two frames is whole", () => {
    const bytes = Buffer.from("ü");
    expect(allText(Buffer.concat([frame(1, bytes.subarray(0, 1)), frame(1, bytes.subarray(1))]))).toBe("ü");
  });

  test("both channels are kept in their order", () => {
    expect(
      allText(
        Buffer.concat([frame(1, Buffer.from("a\n")), frame(2, Buffer.from("b\n")), frame(1, Buffer.from("c\n"))]),
      ),
    ).toBe("a\nb\nc\n");
  });
});
