/** The buckets, policies and users of schemas/minio: read, deployed, and verified on every node. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Client } from "minio";
import type { Node } from "../../engine/types.ts";
import { LabError, messageOf } from "../../errors.ts";
import { milliseconds, seconds, waitFor } from "../../time.ts";
import type { Look } from "../../time.ts";
import { adminGet, failed } from "./admin.ts";
import { ALIAS } from "./layout.ts";

export interface MinioSchema {
  readonly buckets: readonly { readonly name: string; readonly versioning: boolean }[];
  /** Each is a user with the policy of its name. */
  readonly services: readonly { readonly name: string; readonly password: string; readonly policy: unknown }[];
}

/** Reads schemas/FOLDER. @throws LabError `bad-scenario` naming the file. */
export function readMinioSchema(folder: string): MinioSchema {
  const read = (path: string): string => {
    const file = `schemas/${folder}/${path}`;
    try {
      return readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
    } catch (error) {
      throw new LabError({ code: "bad-scenario", message: `${file} can not be read`, cause: error });
    }
  };
  const broken = (what: string): LabError =>
    new LabError({ code: "bad-scenario", message: `schemas/${folder}/buckets.yaml: ${what}` });
  const { buckets = [], services = [] } = parse(read("buckets.yaml")) as {
    readonly buckets?: readonly { readonly name?: unknown; readonly versioning?: unknown }[];
    readonly services?: readonly { readonly name?: unknown; readonly password?: unknown }[];
  };
  return {
    buckets: buckets.map(({ name, versioning = false }) => {
      if (typeof name !== "string" || !/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) {
        throw broken(`${JSON.stringify(name)} is no name of a bucket`);
      }
      if (typeof versioning !== "boolean") throw broken(`versioning of ${name} is true or false`);
      return { name, versioning };
    }),
    services: services.map(({ name, password }) => {
      if (typeof name !== "string" || typeof password !== "string" || password.length < 8) {
        throw broken(`the service ${JSON.stringify(name)} needs a name and a password of 8 characters or more`);
      }
      return { name, password, policy: JSON.parse(read(`policies/${name}.json`)) as unknown };
    }),
  };
}

/** Nodes that must all know the schema in the end; the first is asked to make the buckets. */
type SchemaNodes = readonly { readonly name: string; readonly node: Node; readonly s3: Client }[];

/**
 * Makes what is not there, sets what differs, and proves that every node knows it; what is there already stays.
 * @throws LabError `cluster-not-ready` naming the bucket or the service that could not be made, or what still differs.
 */
export async function deployMinioSchema(schema: MinioSchema, all: SchemaNodes): Promise<void> {
  if ((await differences(schema, all.slice(0, 1))).length > 0) await make(schema, all);
  let looks = 0;
  await waitFor(
    "all nodes to know the buckets, policies and users",
    async () => {
      const left = await differences(schema, all);
      if (left.length === 0) return { reached: true };
      looks += 1;
      // A node that was not heard of yet when the others were told reads it by itself only after minutes: tell all again.
      if (looks % LOOKS_UNTIL_TOLD_AGAIN === 0) await make(schema, all);
      return { seen: left.slice(0, 6).join("; ") };
    },
    { within: seconds(30), every: milliseconds(200) },
  );
}

/** Some three seconds. */
const LOOKS_UNTIL_TOLD_AGAIN = 15;

async function make(schema: MinioSchema, all: SchemaNodes): Promise<void> {
  const [first] = all;
  if (first === undefined) throw new LabError({ code: "internal", message: "there is no node to deploy to" });
  const { s3 } = first;
  await Promise.all([
    ...schema.buckets.map((bucket) =>
      named(`bucket ${bucket.name}`, async () => {
        if (!(await s3.bucketExists(bucket.name))) await s3.makeBucket(bucket.name);
        // A bucket that never had versions has no state at all; "suspended" would be another thing.
        if ((await isVersioned(s3, bucket.name)) !== bucket.versioning) {
          await s3.setBucketVersioning(bucket.name, { Status: bucket.versioning ? "Enabled" : "Suspended" });
        }
      }),
    ),
    // `mc` takes half as much memory as a server: one service a node, side by side, and then the next.
    ...all.map(async ({ node }, place) => {
      for (const service of schema.services.filter((_, i) => i % all.length === place)) {
        await named(`service ${service.name}`, () => makeService(node, service));
      }
    }),
  ]);
}

/** What is deployed and not as it is written, by node. */
export async function differences(schema: MinioSchema, all: SchemaNodes): Promise<readonly string[]> {
  const found = await Promise.all(
    all.map(({ name, s3 }) => differencesOn(schema, name, s3).catch((error: unknown) => silent(name, error))),
  );
  return found.flat();
}

function silent(node: string, cause: unknown): never {
  throw new LabError({
    code: "cluster-not-ready",
    message: `${node} could not be asked for its buckets: ${messageOf(cause)}`,
    hint: "when it answers again, ask again",
    cause,
  });
}

async function differencesOn(schema: MinioSchema, node: string, s3: Client): Promise<readonly string[]> {
  const found: string[] = [];
  const there = (await s3.listBuckets()).map(({ name }) => name);
  const wanted = schema.buckets.map(({ name }) => name);
  for (const name of there) if (!wanted.includes(name)) found.push(`${node}: bucket ${name} is not in the schema`);
  for (const { name, versioning } of schema.buckets) {
    if (!there.includes(name)) found.push(`${node}: bucket ${name} is not there`);
    else if ((await isVersioned(s3, name)) !== versioning) found.push(`${node}: bucket ${name} has other versioning`);
  }
  for (const { name, policy } of schema.services) {
    const deployed = await adminGet(s3, "info-canned-policy", `name=${name}`).catch(() => undefined);
    if (deployed === undefined) found.push(`${node}: policy ${name} is not there`);
    else if (canonical(deployed) !== canonical(policy)) found.push(`${node}: policy ${name} differs`);
    const user = (await adminGet(s3, "user-info", `accessKey=${name}`).catch(() => undefined)) as
      { readonly policyName?: string; readonly status?: string } | undefined;
    if (user === undefined) found.push(`${node}: user ${name} is not there`);
    else if (user.policyName !== name) found.push(`${node}: user ${name} has the policy ${user.policyName ?? "none"}`);
    else if (user.status !== "enabled") found.push(`${node}: user ${name} is ${user.status ?? "of no status"}`);
  }
  return found;
}

async function isVersioned(s3: Client, bucket: string): Promise<boolean> {
  const { Status } = (await s3.getBucketVersioning(bucket)) as { readonly Status?: unknown };
  return Status === "Enabled";
}

/** The same for the same content, however lists of sets and fields are ordered. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).toSorted().join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`);
  return `{${fields.toSorted().join()}}`;
}

/**
 * All three in one go: each start of `mc` costs a tenth of a second of a core. What is attached already is an error to
 * `mc`, and none to whoever tries again.
 */
const MAKE_SERVICE = `set -e
policy=$(mktemp)
printf %s "$3" > "$policy"
mc admin policy create ${ALIAS} "$1" "$policy"
mc admin user add ${ALIAS} "$1" "$2"
attached=$(mc admin policy attach ${ALIAS} "$1" --user "$1" 2>&1) || case $attached in
  *"already in effect"*) ;;
  *) echo "$attached" >&2; exit 1 ;;
esac
rm "$policy"`;

async function makeService(
  node: Node,
  { name, password, policy }: { readonly name: string; readonly password: string; readonly policy: unknown },
): Promise<void> {
  const command = ["sh", "-c", MAKE_SERVICE, "sh", name, password, JSON.stringify(policy)];
  const result = await node.exec(command, { within: seconds(12) });
  if (result.exitCode !== 0) throw failed(`making ${name}`, node, result);
}

/**
 * Each making is idempotent, and tried again: a server that has just come up reads its policies and users anew, and
 * may for a moment not know what it has just been told.
 */
async function named(what: string, make: () => Promise<void>): Promise<void> {
  try {
    const look = async (): Promise<Look<true>> => {
      await make();
      return { reached: true };
    };
    await waitFor(`${what} to be made`, look, { within: seconds(45), every: milliseconds(500) });
  } catch (error) {
    throw new LabError({
      code: "cluster-not-ready",
      message: `${what} could not be deployed: ${messageOf(error)}`,
      hint: "what was made stays; starting again completes it",
      cause: error,
    });
  }
}
