/** Talking to one ClickHouse server over HTTP: statements, rows, and errors by their name. */
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { createClient } from "@clickhouse/client";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Node } from "../../engine/types.ts";
import { messageOf } from "../../errors.ts";
import { milliseconds, seconds, sleep } from "../../time.ts";
import type { Duration } from "../../time.ts";
import { assertQuiet, LateException, rowsOf } from "./answer.ts";
import { addressOf, textOf } from "../endpoint.ts";
import { HTTP_PORT } from "./layout.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface AskOptions {
  /** Default 10 s. */
  readonly within?: Duration;
  readonly settings?: Settings;
  /** Settings that only some versions have: sent where the server knows them, which it is asked once a connection. */
  readonly whereKnown?: Settings;
}

export type Settings = Readonly<Record<string, string | number>>;

/** The connections to one server. */
export interface Connection extends AsyncDisposable {
  /**
   * The answer's rows, all of them. Whole numbers of 64 bits come as text. @throws what `errorName` can name; among it
   * an exception that came behind the first rows
   */
  rows(query: string, options?: AskOptions): Promise<readonly Row[]>;
  /** Runs a statement to its end. */
  run(statement: string, options?: AskOptions): Promise<void>;
  /** Inserts these rows as one block. */
  insert(table: string, rows: readonly Row[], options?: AskOptions): Promise<void>;
}

export function connect(node: Node): Connection {
  const client: ClickHouseClient = createClient({
    url: `http://${textOf(addressOf(node, HTTP_PORT))}`,
    username: "default",
    // Each question brings its own limit; this one only keeps a forgotten socket from staying for ever.
    request_timeout: seconds(120),
    max_open_connections: 8,
    keep_alive: { enabled: true, idle_socket_ttl: milliseconds(2_500) },
    log: { level: 127 },
  });
  const within = async <T>(options: AskOptions, ask: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const limit = new AbortController();
    const answered = new AbortController();
    void sleep(options.within ?? seconds(10), answered.signal).then(
      () => limit.abort(),
      () => undefined,
    );
    return ask(limit.signal).finally(() => answered.abort());
  };
  const rows = (query: string, options: AskOptions = {}): Promise<readonly Row[]> =>
    within(options, async (abort_signal) => {
      const clickhouse_settings = { ...options.settings };
      const answer = await client.query({ query, format: "JSONEachRow", abort_signal, clickhouse_settings });
      return rowsOf(await answer.text());
    });
  /** A statement's answer is read to its end: an exception may come behind headers that said that all is well. */
  const execute = async (query: string, options: AskOptions, values?: string): Promise<void> => {
    const known = options.whereKnown === undefined ? {} : await only(options.whereKnown, options);
    await within(options, async (abort_signal) => {
      const clickhouse_settings = { ...options.settings, ...known };
      const given = values === undefined ? {} : { values: Readable.from([values], { objectMode: false }) };
      const { stream } = await client.exec({ query, abort_signal, clickhouse_settings, ...given });
      assertQuiet(await text(stream));
    });
  };
  const asked = new Map<string, boolean>();
  const only = async (settings: Settings, options: AskOptions): Promise<Settings> => {
    const unasked = Object.keys(settings).filter((name) => !asked.has(name));
    if (unasked.length > 0) {
      const names = unasked.map((name) => `'${name}'`).join(", ");
      const found = await rows(`SELECT name FROM system.settings WHERE name IN (${names})`, options);
      for (const name of unasked)
        asked.set(
          name,
          found.some((row) => row["name"] === name),
        );
    }
    return Object.fromEntries(Object.entries(settings).filter(([name]) => asked.get(name) === true));
  };
  return {
    rows,
    run: (statement, options = {}) => execute(statement, options),
    insert: (table, values, options = {}) =>
      execute(
        `INSERT INTO ${table} FORMAT JSONEachRow`,
        options,
        values.map((row) => `${JSON.stringify(row)}\n`).join(""),
      ),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** Errors that the lab's loads meet, by ClickHouse's own numbers (src/Common/ErrorCodes.cpp). */
const NAMES: Readonly<Record<string, string>> = {
  "159": "TIMEOUT_EXCEEDED",
  "198": "DNS_ERROR",
  "209": "SOCKET_TIMEOUT",
  "210": "NETWORK_ERROR",
  "225": "NO_ZOOKEEPER",
  "242": "TABLE_IS_READ_ONLY",
  "279": "ALL_CONNECTION_TRIES_FAILED",
  "285": "TOO_FEW_LIVE_REPLICAS",
  "286": "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE",
  "319": "UNKNOWN_STATUS_OF_INSERT",
  "999": "KEEPER_EXCEPTION",
};

/**
 * A stable name of what went wrong: ClickHouse's own, `connection-refused`, `connection` or `timeout`; `view` for
 * whatever befell a materialized view after the table itself had taken the rows; `late-` and its name for what came
 * after the server had said that all is well.
 */
export function errorName(error: unknown): string {
  const text = errorText(error);
  if (error instanceof LateException) return `late-${nameIn(text, undefined)}`;
  return nameIn(text, codeOf(error));
}

function nameIn(text: string, given: string | undefined): string {
  if (text.includes("while pushing to view")) return "view";
  const code = /Code: (\d+)/.exec(text)?.[1] ?? given;
  if (code !== undefined && /^\d+$/.test(code)) return NAMES[code] ?? `CODE_${code}`;
  if (code === "ECONNREFUSED") return "connection-refused";
  if (/abort|timeout/i.test(text)) return "timeout";
  return "connection";
}

const codeOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;

function errorText(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? ` ${messageOf(error.cause)}` : "";
  return `${messageOf(error)}${cause}`;
}

/** Errors of which each proves that the insert was not begun. */
const REFUSALS = new Set([
  "connection-refused",
  "TABLE_IS_READ_ONLY",
  "NO_ZOOKEEPER",
  "TOO_FEW_LIVE_REPLICAS",
  "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE",
]);

/** Whether an insert that ended so surely left nothing behind; what came late never is that sure. */
export const isRefusal = (name: string): boolean => REFUSALS.has(name);
