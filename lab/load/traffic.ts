/** The recorded traffic that loads replay (fixtures/README.md), numbered on without end. */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { LabError } from "../errors.ts";

/** A record to be sent. */
export interface TrafficRecord {
  /** The visitor. */
  readonly key: string;
  /** The visitor's number, from 1, in order of first appearance. */
  readonly keyNumber: number;
  /** The event as JSON, with the record's number `n` in front. */
  readonly value: string;
}

export interface Traffic {
  /** How many events there are before they start again. */
  readonly length: number;
  /** Record `n` (0, 1, 2, …): always the same for the same `n`. */
  record(n: number): TrafficRecord;
  /** The number of a visitor; 0 for one that is not in the traffic. */
  keyNumber(visitor: string): number;
}

const recordedTraffic = new URL("../../fixtures/web-access.jsonl.gz", import.meta.url);

export async function loadTraffic(): Promise<Traffic> {
  const lines = gunzipSync(await readFile(recordedTraffic))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  return trafficOf(lines);
}

/** Traffic from lines of JSON, each with a `visitor`. */
export function trafficOf(lines: readonly string[]): Traffic {
  const numbers = new Map<string, number>();
  const events = lines.map((line) => {
    const { visitor } = JSON.parse(line) as { visitor: string };
    const keyNumber = numbers.get(visitor) ?? numbers.size + 1;
    numbers.set(visitor, keyNumber);
    return { key: visitor, keyNumber, rest: line.slice(1) };
  });
  return {
    length: events.length,
    record(n) {
      const event = events[n % events.length];
      if (event === undefined) throw new LabError({ code: "internal", message: `there is no traffic for record ${n}` });
      return { key: event.key, keyNumber: event.keyNumber, value: `{"n":${n},${event.rest}` };
    },
    keyNumber: (visitor) => numbers.get(visitor) ?? 0,
  };
}
