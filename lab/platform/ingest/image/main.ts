/**
 * Takes events over HTTP and answers when Kafka has them. Told by its environment (settings.ts). SIGTERM drains: it says
 * that it is not ready, serves until the balancer has noticed, answers all that it took, and ends with 0.
 */
import { readFileSync } from "node:fs";
import { batches } from "./batches.ts";
import { eventReader } from "./events.ts";
import { kafkaSide } from "./kafka.ts";
import { metrics } from "./metrics.ts";
import { room } from "./room.ts";
import { buildServer } from "./server.ts";
import { settingsOf } from "./settings.ts";

/** An engine waits 30 s between SIGTERM and SIGKILL. */
const END_LIMIT_MS = 25_000;

const tell = (what: string, more: object = {}): void => console.log(JSON.stringify({ level: "info", what, ...more }));

const settings = settingsOf(process.env);
const kafka = kafkaSide(settings);
const held = room(settings.mostHeldBytes);
// One send at a time keeps the events of a key in the order in which they came.
const sends = batches({
  send: (events) => kafka.send(events),
  lingerMs: settings.lingerMs,
  mostEvents: 2_000,
  atOnce: 1,
});
let draining = false;

const server = buildServer({
  reader: eventReader({
    schema: JSON.parse(readFileSync(settings.schema, "utf8")) as object,
    keyField: settings.keyField,
    mostBytes: settings.mostEventBytes,
  }),
  batches: sends,
  room: held,
  metrics: metrics({ held: () => held.held, pending: () => sends.pending }),
  kafka: () => kafka.answers(),
  draining: () => draining,
  mostBytes: settings.mostRequestBytes,
  limitMs: settings.limitMs,
  retryAfter: 1,
});

async function drain(): Promise<void> {
  if (draining) return;
  draining = true;
  tell("draining", { pending: sends.pending });
  setTimeout(() => process.exit(1), END_LIMIT_MS).unref();
  await new Promise((resolve) => setTimeout(resolve, settings.drainMs));
  await server.close();
  await sends.idle();
  await kafka.disconnect();
  tell("ended");
  process.exit(0);
}

process.on("SIGTERM", () => void drain());
process.on("SIGINT", () => void drain());

await server.listen({ host: "0.0.0.0", port: settings.port });
tell("listening", { port: settings.port, brokers: settings.brokers, topic: settings.topic });
// It serves from now on; ready it is when Kafka answers.
for (;;) {
  try {
    await kafka.connect();
    break;
  } catch (error) {
    tell("Kafka does not answer yet", { why: error instanceof Error ? error.message : String(error) });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
tell("connected");
