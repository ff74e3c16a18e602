/** The HTTP front: what is asked and what is answered. Sends by what it is given, so that it can be tried without Kafka. */
import fastify from "fastify";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Batches } from "./batches.ts";
import type { EventReader } from "./events.ts";
import { Late, withLimit } from "./limit.ts";
import type { Metrics } from "./metrics.ts";
import type { Room } from "./room.ts";

export interface ServerOptions {
  readonly reader: EventReader;
  readonly batches: Batches;
  readonly room: Room;
  readonly metrics: Metrics;
  /** Whether Kafka answers now; `why` is for people. */
  readonly kafka: () => Promise<{ readonly answers: boolean; readonly why: string }>;
  /** Whether the service is about to end: it still serves, and asks not to be sent more. */
  readonly draining: () => boolean;
  /** The most that one request may be, in bytes. */
  readonly mostBytes: number;
  /** How long a request waits for Kafka, in milliseconds; then its sender is told that it is not known. */
  readonly limitMs: number;
  /** Seconds after which somebody who was refused for want of room should try again. */
  readonly retryAfter: number;
}

/** What `POST /events` answers where it read the request. */
export interface Answer {
  /** Events that Kafka acknowledged. */
  readonly accepted: number;
  /** Those that were not taken, each with its place in the request, from 0. */
  readonly refused: readonly { readonly index: number; readonly code: string; readonly reason: string }[];
  /** Why none could be acknowledged though they were right. */
  readonly error?: string;
}

/**
 * `POST /events`: 200 when all that was right was acknowledged; 422 when nothing was right; 413 for too large a body; 503
 * with `Retry-After` when there is no room (nothing was sent) or Kafka refused (some may have been written); 504 when
 * Kafka did not answer in time (they may still be written). Whoever sends again sends the same ids.
 * `GET /healthz`: the process serves. `GET /readyz`: Kafka answers too, and it is not about to end. `GET /metrics`.
 */
export function buildServer(options: ServerOptions): FastifyInstance {
  const { reader, batches, room, metrics, kafka, draining, mostBytes, limitMs, retryAfter } = options;
  const server = fastify({ bodyLimit: mostBytes, logger: false, forceCloseConnections: "idle" });

  // All bodies come as text: each event of a body is judged by itself.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  server.addHook("onResponse", (request, reply, done) => {
    if (request.routeOptions.url === "/events") metrics.answered(reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
  // Connections that are kept would never leave a replica that is being drained.
  server.addHook("onSend", (_request, reply, _payload, done) => {
    if (draining()) reply.header("connection", "close");
    done();
  });

  server.post("/events", async (request, reply) => {
    const body = typeof request.body === "string" ? request.body : "";
    const seat = room.take(Buffer.byteLength(body));
    if (seat === undefined) {
      metrics.refused("no-room");
      return busy(reply, retryAfter, "too many events wait for Kafka: nothing of this request was sent");
    }
    const { taken, refused } = reader.read(request.headers["content-type"] ?? "application/json", body);
    for (const { code } of refused) metrics.refused(code);
    if (taken.length === 0) {
      seat.release();
      return answer(reply, 422, { accepted: 0, refused });
    }
    // The seat is held until Kafka has answered, however long the sender waits.
    const sent = batches.add(taken).finally(() => seat.release());
    try {
      await withLimit(sent, limitMs, `Kafka did not answer within ${limitMs} ms`);
    } catch (error) {
      metrics.unsure(taken.length);
      const why = error instanceof Error ? error.message : String(error);
      const unsure = "events of this request may have been written or not: send them again with the same ids";
      const failure = { accepted: 0, refused, error: `${why}; ${unsure}` };
      if (error instanceof Late) return answer(reply, 504, failure);
      return answer(reply.header("retry-after", retryAfter), 503, failure);
    }
    metrics.accepted(taken.length);
    return answer(reply, 200, { accepted: taken.length, refused });
  });

  server.get("/healthz", (_request, reply) => reply.send({ status: "alive" }));
  server.get("/readyz", async (_request, reply) => {
    if (draining()) return reply.code(503).send({ status: "not ready", why: "it is about to end" });
    const { answers, why } = await kafka();
    return answers ? reply.send({ status: "ready" }) : reply.code(503).send({ status: "not ready", why });
  });
  server.get("/metrics", async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  return server;
}

const answer = (reply: FastifyReply, status: number, told: Answer): FastifyReply => reply.code(status).send(told);

const busy = (reply: FastifyReply, retryAfter: number, error: string): FastifyReply =>
  answer(reply.header("retry-after", retryAfter), 503, { accepted: 0, refused: [], error });
