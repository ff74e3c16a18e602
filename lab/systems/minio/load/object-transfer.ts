/** How an object is put and got: in one request, in parts that are joined when all are there, or in pieces of its own. */
import type { Client } from "minio";
import { s3ErrorName } from "../client.ts";
import { sleep } from "../../../time.ts";
import type { Duration } from "../../../time.ts";
import { PART_BYTES } from "./objects-spec.ts";
import type { ObjectsSpec } from "./objects-spec.ts";

const PIECES = 3;

/** Where an object lies, and how it is put there. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly object: string;
  readonly upload: ObjectsSpec["upload"];
  readonly partPause: Duration;
}

/** Resolves when MinIO has acknowledged all of it. */
export async function putWhole(s3: Client, place: ObjectPlace, content: Buffer): Promise<void> {
  const { bucket, object, upload } = place;
  if (upload === "put") {
    await s3.putObject(bucket, object, content);
  } else if (upload === "multipart") {
    await putParts(s3, place, content);
  } else {
    for (const [name, piece] of piecesOf(object, content)) {
      await s3.putObject(bucket, name, piece);
      await sleep(place.partPause);
    }
  }
}

/** One part after another, so that a fault finds uploads of which some parts are there. What fails stays unfinished. */
async function putParts(s3: Client, { bucket, object, partPause }: ObjectPlace, content: Buffer): Promise<void> {
  const uploadID = await s3.initiateNewMultipartUpload(bucket, object, {});
  const etags: { part: number; etag: string }[] = [];
  for (let start = 0; start < content.length; start += PART_BYTES) {
    const partNumber = etags.length + 1;
    const part = content.subarray(start, start + PART_BYTES);
    const { etag } = await s3.uploadPart(
      { bucketName: bucket, objectName: object, uploadID, partNumber, headers: {} },
      part,
    );
    etags.push({ part: partNumber, etag });
    await sleep(partPause);
  }
  await s3.completeMultipartUpload(bucket, object, uploadID, etags);
}

function piecesOf(object: string, content: Buffer): readonly (readonly [name: string, piece: Buffer])[] {
  const size = Math.ceil(content.length / PIECES);
  return pieceNames(object).map((name, i) => [name, content.subarray(i * size, (i + 1) * size)] as const);
}

const pieceNames = (object: string): readonly string[] =>
  Array.from({ length: PIECES }, (_, i) => `${object}.${i + 1}`);

/** Whether a listing of the bucket names it, or any of its pieces. */
export async function isListed(s3: Client, { bucket, object, upload }: ObjectPlace): Promise<boolean> {
  const names = upload === "pieces" ? pieceNames(object) : [object];
  for await (const { name } of s3.listObjectsV2(bucket, object, true) as AsyncIterable<{ readonly name?: string }>) {
    if (name !== undefined && names.includes(name)) return true;
  }
  return false;
}

/** All bytes, or undefined when there is no such object. */
export async function getWhole(s3: Client, { bucket, object, upload }: ObjectPlace): Promise<Buffer | undefined> {
  if (upload !== "pieces") return getOne(s3, bucket, object);
  const found: Buffer[] = [];
  for (const name of pieceNames(object)) {
    const piece = await getOne(s3, bucket, name);
    if (piece !== undefined) found.push(piece);
  }
  return found.length === 0 ? undefined : Buffer.concat(found);
}

async function getOne(s3: Client, bucket: string, object: string): Promise<Buffer | undefined> {
  try {
    const pieces: Buffer[] = [];
    for await (const piece of await s3.getObject(bucket, object)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  } catch (error) {
    if (s3ErrorName(error) === "NoSuchKey") return undefined;
    throw error;
  }
}
