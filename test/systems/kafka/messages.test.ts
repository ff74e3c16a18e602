import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { Reader, Writer } from "../../../lab/systems/kafka/codec.ts";
import {
  apiVersions,
  describeQuorum,
  KafkaErrorCode,
  leaveGroup,
  metadata,
} from "../../../lab/systems/kafka/messages.ts";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ""), "hex");

/** Answers as Kafka 4.1.1 gave them. */
const quorumAnswer = bytes(`
  0000000100 0000 02 135f5f636c75737465725f6d65746164617461 02 00000000 0000 00000003 00000004 00000000000007f4
  04 00000001 00000000000007f4 000001a20749ff59 000001a20749ff59 00
     00000002 00000000000007f4 000001a20749ff5a 000001a20749ff5a 00
     00000003 00000000000007f4 000001a2074a002b 000001a2074a002b 00
  01 00 00 00`);
const notLeaderAnswer = bytes(`
  0000000100 0000 02 135f5f636c75737465725f6d65746164617461 02 00000000 0006 00000000 00000000 0000000000000000 01 01 00 00 00`);

describe("Kafka's wire format", () => {
  test("requests are the bytes that Kafka 4.1.1 understood", () => {
    expect(apiVersions().bytes.toString("hex")).toBe("000000180012000000000001000e726573696c69656e63652d6c6162");
    expect(describeQuorum().bytes.toString("hex")).toBe(
      "000000350037000100000001000e726573696c69656e63652d6c61620002135f5f636c75737465725f6d657461646174610200000000000000",
    );
    expect(metadata().bytes.toString("hex")).toBe("0000001d0003000700000001000e726573696c69656e63652d6c6162ffffffff00");
    expect(leaveGroup("g", ["m1", "m2"]).bytes.toString("hex")).toBe(
      "0000002b000d000300000001000e726573696c69656e63652d6c61620001670000000200026d31ffff00026d32ffff",
    );
  });

  test("putting members out: only the coordinator obeys, another says so", () => {
    const answer = (code: number): Buffer => new Writer().int32(1).int32(0).int16(code).int32(0).bytes();
    expect(() => leaveGroup("g", ["m"]).read(answer(0))).not.toThrow();
    expect(() => leaveGroup("g", ["m"]).read(answer(16))).toThrow("answered with Kafka's error 16");
  });

  test("the active controller's answer gives leader, epoch and how far each voter is", () => {
    expect(describeQuorum().read(quorumAnswer)).toEqual({
      leader: 3,
      epoch: 4,
      highWatermark: 2036,
      voters: [
        { id: 1, logEnd: 2036 },
        { id: 2, logEnd: 2036 },
        { id: 3, logEnd: 2036 },
      ],
      observers: [],
    });
  });

  test("another controller's answer is an error that says so", () => {
    expect(() => describeQuorum().read(notLeaderAnswer)).toThrow(KafkaErrorCode);
    expect(() => describeQuorum().read(notLeaderAnswer)).toThrow("answered with Kafka's error 6 (not the leader)");
  });

  test("metadata: a partition without a leader is read like any other, Kafka's own topics are left out", () => {
    const answer = new Writer();
    answer.int32(1).int32(0);
    answer.array([2, 1], (id) => {
      answer
        .int32(id)
        .string("127.0.0.1")
        .int32(9000 + id)
        .int16(-1);
    });
    answer.string("cluster").int32(1);
    const topic = (name: string, internal: number, partitions: readonly (readonly [number, number])[]): void => {
      answer.int16(0).string(name).int8(internal);
      answer.array(partitions, ([partition, leader]) => {
        answer
          .int16(leader < 0 ? 5 : 0)
          .int32(partition)
          .int32(leader)
          .int32(7);
        for (const ids of [[1, 2], [2], []]) answer.array(ids, (id) => answer.int32(id));
      });
    };
    answer.int32(2);
    topic("__consumer_offsets", 1, [[0, 1]]);
    topic("events", 0, [
      [1, -1],
      [0, 2],
    ]);
    expect(metadata().read(answer.bytes())).toEqual({
      brokers: [1, 2],
      topics: ["events"],
      partitions: [
        { topic: "events", partition: 0, leader: 2, leaderEpoch: 7, replicas: [1, 2], inSync: [2] },
        { topic: "events", partition: 1, leader: -1, leaderEpoch: 7, replicas: [1, 2], inSync: [2] },
      ],
    });
  });

  test("an answer that is cut short anywhere is an error, never a value", () => {
    for (let length = 0; length < quorumAnswer.length; length += 1) {
      expect(() => describeQuorum().read(quorumAnswer.subarray(0, length))).toThrow(RangeError);
    }
  });

  test("what is written is read back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ text: fc.string({ unit: "grapheme" }), number: fc.nat(2 ** 31 - 1) }), { maxLength: 200 }),
        (values) => {
          const writer = new Writer();
          writer.compactArray(values, ({ text, number }) => {
            writer.compactString(text).string(text).uvarint(number).int32(number).noTags();
          });
          const reader = new Reader(writer.bytes());
          const read = reader.compactArray(() => {
            const text = reader.compactString();
            expect(reader.string()).toBe(text);
            const number = reader.uvarint();
            expect(reader.int32()).toBe(number);
            reader.skipTags();
            return { text, number };
          });
          expect(read).toEqual(values);
          expect(reader.left).toBe(0);
        },
      ),
    );
  });
});
