/** MinIO's own client, set up for rehearsals: each request is made once, can be ended, and its error is named. */
import { Agent, request } from "node:http";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { Client } from "minio";
import type { ClientOptions } from "minio";
import type { Address } from "../endpoint.ts";

export interface MinioClientOptions {
  readonly server: Address;
  readonly user: string;
  readonly password: string;
  readonly region: string;
  /** Ends the requests that are under way; asked anew for each request. */
  readonly signal?: () => AbortSignal | undefined;
}

export interface MinioClient extends Disposable {
  readonly s3: Client;
}

/** A client of one node. Disposing closes its connections. */
export function minioClient({ server, user, password, region, signal }: MinioClientOptions): MinioClient {
  const agent = new Agent({ keepAlive: true });
  const s3 = new Client({
    endPoint: server.host,
    port: server.port,
    useSSL: false,
    accessKey: user,
    secretKey: password,
    region,
    transport: { request: (options: RequestOptions, done: Done) => once({ ...options, agent }, done, signal?.()) },
    retryOptions: { disableRetry: true },
  } as ClientOptions);
  return { s3, [Symbol.dispose]: () => agent.destroy() };
}

type Done = (response: IncomingMessage) => void;

/**
 * The client throws away the answers that it would try again for, although it is told not to try again, and with
 * them the error's name. Under a number that it does not know it reads them.
 */
const READ_THE_ERROR = 501;

function once(options: RequestOptions, done: Done, signal: AbortSignal | undefined): ClientRequest {
  const limited = signal === undefined ? options : { ...options, signal };
  return request(limited, (response) => {
    const { statusCode = 0 } = response;
    if (statusCode >= 500 || statusCode === 408 || statusCode === 429) response.statusCode = READ_THE_ERROR;
    done(response);
  });
}

/** The error's stable name: S3's (`SlowDownWrite`), the connection's (`ECONNREFUSED`), or `no-answer`. */
export function s3ErrorName(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code !== "" ? code : "no-answer";
}

/** Errors with which a request surely had no effect: nobody took it, or it was refused before anything was written. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "AccessDenied",
  "InvalidAccessKeyId",
  "NoSuchBucket",
  "RequestTimeTooSkewed",
  "XMinioServerNotInitialized",
]);

/** Whether a write that ended with this error surely did not happen. Below quorum some drives may have it: not sure. */
export const surelyNotDone = (errorName: string): boolean => WITHOUT_EFFECT.has(errorName);
