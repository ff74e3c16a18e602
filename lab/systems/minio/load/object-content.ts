/** What an object holds: which write it is from, and bytes of which every one can be checked. Pure. */
import { createCipheriv, createHash } from "node:crypto";

const HEADER_BYTES = 128;

/** The header says the value, the key, the length and the SHA-256 of the rest; the rest follows from the value. */
export function contentOf(key: number, value: number, sizeBytes: number): Buffer {
  const body = bytesOf(value, sizeBytes - HEADER_BYTES);
  const header = `${value} ${key} ${sizeBytes} ${sha256(body)}`.padEnd(HEADER_BYTES - 1);
  return Buffer.concat([Buffer.from(`${header}\n`), body]);
}

/** Whose content it is, or why it is nobody's. */
export function readContent(key: number, content: Buffer): { readonly value: number } | { readonly torn: string } {
  const [value, ofKey, size, hash] = content.subarray(0, HEADER_BYTES).toString("latin1").trim().split(" ");
  if (content.length !== Number(size)) return { torn: `${content.length} bytes, its header says ${size ?? "nothing"}` };
  if (Number(ofKey) !== key) return { torn: `its header says object ${ofKey ?? ""}, not ${key}` };
  if (sha256(content.subarray(HEADER_BYTES)) !== hash) return { torn: "its bytes are not those that its header says" };
  return { value: Number(value) };
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Bytes without a pattern that a wrong shard could fit, quickly: a cipher's stream under the value. */
function bytesOf(value: number, count: number): Buffer {
  const key = createHash("md5").update(String(value)).digest();
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(count));
}
