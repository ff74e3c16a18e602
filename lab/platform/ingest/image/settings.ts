/** What the service is told by its environment. */

export interface Settings {
  readonly port: number;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly clientId: string;
  readonly acks: -1 | 1;
  /** The file of the event's JSON schema. */
  readonly schema: string;
  readonly keyField: string;
  readonly mostEventBytes: number;
  readonly mostRequestBytes: number;
  /** All requests that wait for Kafka together. */
  readonly mostHeldBytes: number;
  readonly lingerMs: number;
  readonly limitMs: number;
  /** From the order to end until no new connection is taken: long enough for a balancer to notice. */
  readonly drainMs: number;
}

const KIB = 1_024;

/** @throws Error naming the variable that is missing or wrong */
export function settingsOf(environment: Readonly<Record<string, string | undefined>>): Settings {
  const text = (name: string, otherwise?: string): string => {
    const value = environment[name] ?? otherwise;
    if (value === undefined || value === "") throw new Error(`${name} is not set`);
    return value;
  };
  const whole = (name: string, otherwise: number, least = 0): number => {
    const value = environment[name] ?? String(otherwise);
    const number = Number(value);
    if (Number.isSafeInteger(number) && number >= least) return number;
    throw new Error(`${name} is ${JSON.stringify(value)}: use a whole number from ${least} on`);
  };
  const acks = text("INGEST_ACKS", "all");
  if (acks !== "all" && acks !== "1") throw new Error(`INGEST_ACKS is ${JSON.stringify(acks)}: use all or 1`);
  return {
    port: whole("INGEST_PORT", 8_080, 1),
    brokers: text("INGEST_BROKERS").split(","),
    topic: text("INGEST_TOPIC", "events"),
    clientId: text("INGEST_CLIENT_ID", "ingest"),
    acks: acks === "all" ? -1 : 1,
    schema: text("INGEST_SCHEMA", "/opt/lab/ingest/event.schema.json"),
    keyField: text("INGEST_KEY", "visitor"),
    mostEventBytes: whole("INGEST_MOST_EVENT_BYTES", 64 * KIB, 1),
    mostRequestBytes: whole("INGEST_MOST_REQUEST_BYTES", 1_024 * KIB, 1),
    mostHeldBytes: whole("INGEST_MOST_HELD_BYTES", 16 * 1_024 * KIB, 1),
    lingerMs: whole("INGEST_LINGER_MS", 5),
    limitMs: whole("INGEST_LIMIT_MS", 15_000, 1),
    drainMs: whole("INGEST_DRAIN_MS", 2_000),
  };
}
