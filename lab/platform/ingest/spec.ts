/** The ingest service as data: what a scenario says, with defaults filled in and mistakes named. */
import { about, choice, text, whole } from "../../fields.ts";
import { clusterName, specKind } from "../../systems/spec-kind.ts";
import type { AnySpec } from "../../systems/types.ts";

export interface IngestSpec extends AnySpec {
  readonly system: "ingest";
  /** The Kafka cluster of the topology that events go to. */
  readonly kafka: string;
  readonly topic: string;
  readonly replicas: number;
  /** `all`: an event is acknowledged when every in-sync replica has it. `1`: when the leader alone has it. */
  readonly acks: "all" | "1";
  /** The name of a JSON schema in schemas/events, which every event must fit. */
  readonly schema: string;
  /** The event's field that is the record's key. */
  readonly keyField: string;
  /** All requests that wait for Kafka, together, in MiB; more are refused with 503. */
  readonly mostHeldMb: number;
}

export interface IngestOptions extends Pick<AnySpec, "networks">, Partial<Omit<IngestSpec, "system" | "networks">> {}

export const ingestSpec = specKind<IngestSpec>({
  system: "ingest",
  builder: "ingestService",
  fields: {
    kafka: about("the Kafka cluster of the topology that events go to", clusterName("kafka")),
    topic: about("the topic that they go to", text(/^[a-zA-Z0-9._-]{1,249}$/, "name a topic", "events")),
    replicas: about("processes of it, each a node", whole({ least: 1, most: 20, otherwise: 2 })),
    acks: about("who must have an event before it is acknowledged", choice(["all", "1"], "all")),
    schema: about(
      "a JSON schema in schemas/events that every event must fit",
      text(/^[a-z0-9-]+$/, 'name a file of schemas/events: "web-access"', "web-access"),
    ),
    keyField: about("the event's field that is the record's key", text(/^\w+$/, "name a field", "visitor")),
    mostHeldMb: about(
      "all requests that wait for Kafka, together, in MiB; more are refused with 503",
      whole({ least: 1, most: 1_024, otherwise: 16 }),
    ),
  },
});

/** Two replicas that write to topic `events` of `kafka`. @throws LabError `bad-scenario` naming the field. */
export function ingestService(options: IngestOptions = {}): IngestSpec {
  const spec = ingestSpec.fill(options);
  ingestSpec.check(spec);
  return spec;
}

/** A service in a few words: `2 replicas`. */
export const describeIngest = ({ replicas }: IngestSpec): string => `${replicas} replica${replicas === 1 ? "" : "s"}`;
