/** One question to one Kafka node over a connection of its own, with a limit. */
import { connect } from "node:net";
import { LabError } from "../../errors.ts";
import { seconds, withLimit } from "../../time.ts";
import type { Duration } from "../../time.ts";
import { textOf } from "../endpoint.ts";
import type { Address } from "../endpoint.ts";
import type { Request } from "./messages.ts";

const ANSWER_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Asks the node behind an address, and closes the connection.
 * @throws LabError `wait-timeout` after `within` (1 s); the connection's error; KafkaErrorCode for an error in the answer.
 */
export async function ask<T>(address: Address, request: Request<T>, within: Duration = seconds(1)): Promise<T> {
  const socket = connect({ ...address });
  try {
    const answer = new Promise<Buffer>((resolve, reject) => {
      let received: Buffer = Buffer.alloc(0);
      socket.on("error", reject);
      socket.on("close", () => {
        reject(
          new LabError({ code: "node-failed", message: `${textOf(address)} closed the connection without an answer` }),
        );
      });
      socket.on("data", (chunk) => {
        received = Buffer.concat([received, chunk]);
        if (received.length < 4) return;
        const size = received.readInt32BE(0);
        if (size < 0 || size > ANSWER_LIMIT_BYTES) {
          reject(new LabError({ code: "node-failed", message: `${textOf(address)} does not speak Kafka's protocol` }));
        } else if (received.length >= 4 + size) {
          resolve(received.subarray(4, 4 + size));
        }
      });
      socket.write(request.bytes);
    });
    return request.read(await withLimit(`${request.name} to ${textOf(address)}`, within, answer));
  } finally {
    socket.destroy();
  }
}
