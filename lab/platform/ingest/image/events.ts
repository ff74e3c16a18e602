/** What a request holds: one event, a list, or one a line; each taken or refused with a reason of its own. Pure. */
import { Ajv } from "ajv";

/** One event as it goes into Kafka. */
export interface Event {
  /** Its place in the request, from 0. */
  readonly index: number;
  readonly key: string;
  /** Its JSON, without the white space that it came with. */
  readonly value: string;
}

export interface Refusal {
  /** Its place in the request, from 0. */
  readonly index: number;
  /** For machines and metrics: `not-json`, `wrong-shape`, `too-large`. */
  readonly code: RefusalCode;
  /** For people: which field is wrong, and how. */
  readonly reason: string;
}

export type RefusalCode = "not-json" | "wrong-shape" | "too-large";

export interface Parsed {
  readonly taken: readonly Event[];
  readonly refused: readonly Refusal[];
}

/** Tells the events of a request's body apart. */
export interface EventReader {
  /**
   * @param contentType `application/x-ndjson`: an event a line, empty lines left out; anything else: JSON, one event or an
   *   array of them. Never throws: a body that is no JSON is one refusal.
   */
  read(contentType: string, body: string): Parsed;
}

export interface EventReaderOptions {
  /** The JSON schema (draft 7) of an event. */
  readonly schema: object;
  /** The event's field whose value is the record's key: events of one key stay in order. */
  readonly keyField: string;
  /** The most that one event may be, in bytes of UTF-8. */
  readonly mostBytes: number;
}

/** @throws Error when the schema is none */
export function eventReader({ schema, keyField, mostBytes }: EventReaderOptions): EventReader {
  // The schema may name keywords of its author's own; they say nothing of validity.
  const validate = new Ajv({ allErrors: false, strict: false }).compile(schema);

  const readOne = (index: number, event: unknown): Event | Refusal => {
    if (!validate(event)) {
      const [error] = validate.errors ?? [];
      const where = error === undefined || error.instancePath === "" ? "the event" : error.instancePath;
      return { index, code: "wrong-shape", reason: `${where} ${error?.message ?? "does not fit the schema"}` };
    }
    const key = (event as Readonly<Record<string, unknown>>)[keyField];
    if (typeof key !== "string" && typeof key !== "number") {
      return { index, code: "wrong-shape", reason: `/${keyField} must be a text or a number: it is the record's key` };
    }
    const value = JSON.stringify(event);
    const bytes = Buffer.byteLength(value);
    return bytes > mostBytes
      ? { index, code: "too-large", reason: `it is ${bytes} bytes, and ${mostBytes} are allowed` }
      : { index, key: String(key), value };
  };

  const readText = (index: number, text: string): Event | Refusal => {
    try {
      return readOne(index, JSON.parse(text));
    } catch (error) {
      return { index, code: "not-json", reason: error instanceof Error ? error.message : String(error) };
    }
  };

  return {
    read(contentType, body) {
      if (isNdjson(contentType)) {
        const lines = body.split(/\r?\n/).filter((line) => line.trim() !== "");
        return parted(lines.map((line, index) => readText(index, line)));
      }
      try {
        const parsed: unknown = JSON.parse(body);
        const events: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
        return parted(events.map((event, index) => readOne(index, event)));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { taken: [], refused: [{ index: 0, code: "not-json", reason }] };
      }
    },
  };
}

const isNdjson = (contentType: string): boolean =>
  /^application\/(x-)?(ndjson|jsonl|json-lines)\b/i.test(contentType.trim());

function parted(read: readonly (Event | Refusal)[]): Parsed {
  const taken: Event[] = [];
  const refused: Refusal[] = [];
  for (const each of read) {
    if ("code" in each) refused.push(each);
    else taken.push(each);
  }
  return { taken, refused };
}
