/** Events of many requests go out together, each request is told of its own, and the end waits for all. */
import { expect, test } from "vitest";
import { batches } from "../../../lab/platform/ingest/image/batches.ts";
import { room } from "../../../lab/platform/ingest/image/room.ts";
import type { Event } from "../../../lab/platform/ingest/image/events.ts";

const event = (n: number): Event => ({ index: 0, key: "k", value: String(n) });

/** Sends that end when they are told to. */
function sends() {
  const under: { readonly values: readonly string[]; readonly end: (error?: Error) => void }[] = [];
  const send = (events: readonly Event[]): Promise<void> =>
    new Promise((resolve, reject) => {
      under.push({
        values: events.map(({ value }) => value),
        end: (error) => {
          if (error === undefined) resolve();
          else reject(error);
        },
      });
    });
  return { under, send };
}

test("what comes while a send is under way goes together in the next, in order", async () => {
  const { under, send } = sends();
  const all = batches({ send, lingerMs: 10_000, mostEvents: 1, atOnce: 1 });
  const first = all.add([event(1)]);
  const second = all.add([event(2), event(3)]);
  const third = all.add([event(4)]);
  expect(under.map(({ values }) => values)).toEqual([["1"]]);
  expect(all.pending).toBe(4);
  under[0]?.end();
  await first;
  expect(under.map(({ values }) => values)).toEqual([["1"], ["2", "3", "4"]]);
  expect(all.pending).toBe(3);
  under[1]?.end();
  await Promise.all([second, third, all.idle()]);
  expect(all.pending).toBe(0);
});

test("a send that fails is told to each whose events were in it, and to nobody else", async () => {
  const { under, send } = sends();
  const all = batches({ send, lingerMs: 10_000, mostEvents: 1, atOnce: 1 });
  const first = all.add([event(1)]);
  const second = all.add([event(2)]);
  const third = all.add([event(3)]);
  under[0]?.end();
  await first;
  const failed = Promise.allSettled([second, third]);
  under[1]?.end(new Error("gone"));
  expect((await failed).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await all.idle();
});

test("a first event waits for company no longer than the linger", async () => {
  const { under, send } = sends();
  const all = batches({ send, lingerMs: 1, mostEvents: 100, atOnce: 1 });
  const both = Promise.all([all.add([event(1)]), all.add([event(2)])]);
  expect(under).toEqual([]);
  await expect.poll(() => under.length).toBe(1);
  expect(under[0]?.values).toEqual(["1", "2"]);
  under[0]?.end();
  await both;
});

test("nothing to send is acknowledged at once, and nobody waits for it", async () => {
  const all = batches({ send: () => Promise.reject(new Error("never")), lingerMs: 1, mostEvents: 1, atOnce: 1 });
  await all.add([]);
  await all.idle();
});

test("a room is full to the byte, and what is given back twice is given back once", () => {
  const place = room(10);
  const six = place.take(6);
  expect(place.take(5)).toBeUndefined();
  const four = place.take(4);
  expect(place.held).toBe(10);
  six?.release();
  six?.release();
  expect(place.held).toBe(4);
  four?.release();
  expect(place.take(11)).toBeUndefined();
  expect(place.held).toBe(0);
});
