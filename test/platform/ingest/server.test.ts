/** What each request is answered, whatever becomes of its events. */
import { afterEach, expect, test } from "vitest";
import { batches } from "../../../lab/platform/ingest/image/batches.ts";
import type { Send } from "../../../lab/platform/ingest/image/batches.ts";
import { eventReader } from "../../../lab/platform/ingest/image/events.ts";
import { metrics } from "../../../lab/platform/ingest/image/metrics.ts";
import { room } from "../../../lab/platform/ingest/image/room.ts";
import { buildServer } from "../../../lab/platform/ingest/image/server.ts";

const open: ReturnType<typeof buildServer>[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

function serve(
  send: Send,
  more: { readonly mostHeld?: number; readonly draining?: boolean; readonly kafka?: boolean } = {},
) {
  const held = room(more.mostHeld ?? 1_000);
  const all = batches({ send, lingerMs: 0, mostEvents: 1, atOnce: 1 });
  const told = metrics({ held: () => held.held, pending: () => all.pending });
  const server = buildServer({
    reader: eventReader({ schema: { type: "object", required: ["k"] }, keyField: "k", mostBytes: 100 }),
    batches: all,
    room: held,
    metrics: told,
    kafka: () => Promise.resolve({ answers: more.kafka ?? true, why: "no broker answers" }),
    draining: () => more.draining ?? false,
    mostBytes: 200,
    limitMs: 50,
    retryAfter: 3,
  });
  open.push(server);
  const post = (payload: string, contentType = "application/json") =>
    server.inject({ method: "POST", url: "/events", payload, headers: { "content-type": contentType } });
  return { server, post, held, told };
}

test("200 when all that was right is acknowledged, with what was wrong by its place", async () => {
  const { post, held, told } = serve(() => Promise.resolve());
  const answer = await post('[{"k":1},{},{"k":2}]');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ accepted: 2, refused: [{ index: 1, code: "wrong-shape" }] });
  expect(held.held).toBe(0);
  expect(await told.text()).toMatch(/^ingest_events_accepted_total 2$/m);
  expect(await told.text()).toMatch(/^ingest_events_refused_total\{reason="wrong-shape"\} 1$/m);
});

test("422 when nothing was right, 413 when it is too large, 404 elsewhere", async () => {
  const { post, held, server } = serve(() => Promise.reject(new Error("nothing is sent")));
  expect((await post("{}")).statusCode).toBe(422);
  expect((await post("nonsense", "application/x-ndjson")).statusCode).toBe(422);
  expect((await post(JSON.stringify({ k: "x".repeat(300) }))).statusCode).toBe(413);
  expect((await server.inject({ method: "GET", url: "/events" })).statusCode).toBe(404);
  expect(held.held).toBe(0);
});

test("503 with Retry-After when Kafka refused: its events may be there or not", async () => {
  const { post, held, told } = serve(() => Promise.reject(new Error("NOT_ENOUGH_REPLICAS")));
  const answer = await post('{"k":1}');
  expect(answer.statusCode).toBe(503);
  expect(answer.headers["retry-after"]).toBe("3");
  expect(answer.json()).toMatchObject({
    accepted: 0,
    error: expect.stringMatching(/NOT_ENOUGH_REPLICAS.*send them again with the same ids/) as string,
  });
  expect(held.held).toBe(0);
  expect(await told.text()).toMatch(/^ingest_events_unsure_total 1$/m);
});

test("504 when Kafka is silent; its room stays taken, and who comes then is refused with 503 before anything is sent", async () => {
  let sent = 0;
  let end = (): void => undefined;
  const { post, held, told } = serve(
    () => {
      sent += 1;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    },
    { mostHeld: 10 },
  );
  const answer = await post('{"k":1}');
  expect(answer.statusCode).toBe(504);
  expect(held.held).toBe(7);
  const next = await post('{"k":2}');
  expect(next.statusCode).toBe(503);
  expect(next.headers["retry-after"]).toBe("3");
  expect(next.json()).toMatchObject({
    accepted: 0,
    error: expect.stringMatching(/nothing of this request was sent/) as string,
  });
  expect(sent).toBe(1);
  expect(await told.text()).toMatch(/^ingest_events_refused_total\{reason="no-room"\} 1$/m);
  end();
  await expect.poll(() => held.held).toBe(0);
});

test("alive is not ready: it is ready when Kafka answers, and no longer when it is about to end", async () => {
  const ask = async (serving: ReturnType<typeof serve>, url: string) => serving.server.inject({ method: "GET", url });
  const well = serve(() => Promise.resolve());
  expect((await ask(well, "/healthz")).statusCode).toBe(200);
  expect((await ask(well, "/readyz")).statusCode).toBe(200);
  expect((await ask(well, "/metrics")).headers["content-type"]).toMatch(/^text\/plain/);
  const alone = serve(() => Promise.resolve(), { kafka: false });
  expect((await ask(alone, "/healthz")).statusCode).toBe(200);
  expect((await ask(alone, "/readyz")).json()).toMatchObject({ why: "no broker answers" });
  const ending = serve(() => Promise.resolve(), { draining: true });
  expect((await ask(ending, "/readyz")).statusCode).toBe(503);
  const answer = await ending.post('{"k":1}');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers.connection).toBe("close");
});
