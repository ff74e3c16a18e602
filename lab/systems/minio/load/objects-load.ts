/** Objects of a bucket as registers: each client puts and gets at one node; what it gets it checks to the last byte. */
import type { Client } from "minio";
import { s3ErrorName, surelyNotDone } from "../client.ts";
import type { MinioCluster } from "../cluster.ts";
import type { Node } from "../../../engine/types.ts";
import { LabError } from "../../../errors.ts";
import { seconds, withLimit } from "../../../time.ts";
import { contentOf, readContent } from "./object-content.ts";
import { getWhole, isListed, putWhole } from "./object-transfer.ts";
import type { ObjectPlace } from "./object-transfer.ts";
import type { ObjectsSpec } from "./objects-spec.ts";
import { startOperations } from "../../../load/operations.ts";
import type { Invocation, Outcomes } from "../../../load/operations.ts";
import { operationRandom, placeOf, type LoadStart } from "../../../load/index.ts";
import type { StartedLoad } from "../../../load/index.ts";

/** Read where nothing that was written is: no write ever wrote it, so a register check fires. */
const TORN = -2;
const ABSENT = -1;

interface Intent {
  readonly action: "write" | "read";
  readonly key: number;
  /** Of a write. */
  readonly value: number;
}

interface Intents {
  /** How many names there are so far that an operation is to write. */
  readonly written: number;
  of(number: number): Intent;
}

/**
 * What each operation is to do: it follows from the seed, the load's name and the operation's number alone. With `once`
 * a read's choice are the names that operations before it by number were to write.
 */
export function intentsOf({ random, spec }: Pick<LoadStart<ObjectsSpec, MinioCluster>, "random" | "spec">): Intents {
  const intents: Intent[] = [];
  let written = 0;
  const next = (): Intent => {
    const number = intents.length;
    const own = operationRandom(random, number);
    const writes = own.fraction() < spec.mix.puts;
    if (!spec.once)
      return { action: writes ? "write" : "read", key: own.integer(spec.keys), value: writes ? number : ABSENT };
    if (!writes && written > 0) return { action: "read", key: own.integer(written), value: ABSENT };
    written += 1;
    return { action: "write", key: written - 1, value: number };
  };
  return {
    get written(): number {
      return written;
    },
    of(number: number): Intent {
      while (intents.length <= number) intents.push(next());
      const intent = intents[number];
      if (intent === undefined) throw new LabError({ code: "internal", message: `operation ${number} has no intent` });
      return intent;
    },
  };
}

interface ObjectClient {
  readonly name: string;
  readonly s3: Client;
  signal: AbortSignal | undefined;
}

/** Begins at once. @throws LabError `bad-scenario` when there is no such bucket. */
export function startObjectsLoad({
  name,
  spec,
  cluster: minio,
  recorder,
  clock,
  random,
  part,
}: LoadStart<ObjectsSpec, MinioCluster>): Promise<StartedLoad> {
  const bucket = placeOf(spec);
  minio.requireBucket(bucket);

  const open = (client: string, node: Node): ObjectClient & Disposable => {
    const state: { signal: AbortSignal | undefined } = { signal: undefined };
    const opened = minio.client(node, { signal: () => state.signal });
    return Object.assign(state, { name: client, s3: opened.s3, [Symbol.dispose]: () => opened[Symbol.dispose]() });
  };
  const clients = Array.from({ length: spec.clients }, (_, i) => {
    const node = minio.nodes[i % (spec.nodes === 0 ? minio.nodes.length : spec.nodes)];
    if (node === undefined)
      throw new LabError({ code: "bad-scenario", message: `objects: there are no ${spec.nodes} nodes` });
    return open(`client-${i + 1} at ${node.name}`, node);
  });
  const readers = minio.nodes.map((node) => open(`reader at ${node.name}`, node));

  const intents = intentsOf({ random, spec });

  const whereIs = (key: number): ObjectPlace => ({
    bucket,
    object: nameOf(key),
    upload: spec.upload,
    partPause: spec.partPause,
  });

  const torn = (reader: string, key: number, why: string): void => {
    recorder.event({ type: "note", level: "error", text: `${reader} read a torn object ${key} of ${name}: ${why}` });
  };

  const readOf = async (client: ObjectClient, key: number): Promise<number> => {
    const place = whereIs(key);
    // Absent when it was listed, or read later: both lie within this read.
    if (spec.find === "listing" && !(await isListed(client.s3, place))) return ABSENT;
    const content = await getWhole(client.s3, place);
    if (content === undefined) return ABSENT;
    const seen = readContent(key, content);
    if ("value" in seen) return seen.value;
    torn(client.name, key, seen.torn);
    return TORN;
  };

  const perform = async ({ number, client: place, signal }: Invocation): Promise<Outcomes> => {
    const { action, key, value } = intents.of(number);
    const client = clients[place];
    if (client === undefined) throw new LabError({ code: "internal", message: `there is no client ${place}` });
    client.signal = signal;
    try {
      if (action === "read") return [{ action, outcome: "ok", key, value: await readOf(client, key) }];
      await putWhole(client.s3, whereIs(key), contentOf(key, value, spec.sizeBytes));
      return [{ action, outcome: "ok", key, value }];
    } catch (error) {
      const named = s3ErrorName(error);
      // A read changes nothing, so a read without an answer surely did nothing.
      const outcome = action === "read" || surelyNotDone(named) ? "failed" : "unknown";
      return [{ action, outcome, error: named, key, value }];
    }
  };

  const finalRead = async (reader: ObjectClient, key: number): Promise<void> => {
    const startMs = clock.now();
    const value = await withLimit(`a read of ${nameOf(key)}, ${reader.name}`, seconds(5), readOf(reader, key));
    recorder.operation({
      load: name,
      client: reader.name,
      action: "read",
      outcome: "ok",
      error: "",
      value,
      key,
      partition: -1,
      offset: -1,
      intendedMs: startMs,
      startMs,
      endMs: clock.now(),
    });
  };

  const finalReads = async (): Promise<string> => {
    const keys = spec.once ? intents.written : spec.keys;
    await Promise.all(
      readers.map(async (reader, place) => {
        for (let key = 0; key < keys; key += 1) {
          // Nobody has the others' view of an object that was written once; so many of them are read once too.
          if (!spec.once || key % readers.length === place) await finalRead(reader, key);
        }
      }),
    );
    return `${keys} objects read from ${spec.once ? "one" : "each"} of ${readers.length} nodes`;
  };

  return Promise.resolve(
    startOperations({
      name,
      part,
      rate: spec.rate,
      clients: clients.map((client) => client.name),
      timeout: spec.timeout,
      recorder,
      clock,
      perform,
      unfinished: ({ number }, outcome, error) => {
        const { action, key, value } = intents.of(number);
        return [{ action, outcome: action === "read" ? "failed" : outcome, error, key, value }];
      },
      sinks: [{ finalReads }],
      close: () => {
        for (const client of [...clients, ...readers]) client[Symbol.dispose]();
        return Promise.resolve();
      },
    }),
  );
}

const nameOf = (key: number): string => `object-${key}`;
