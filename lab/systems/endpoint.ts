/** Where clients outside a run's networks reach its nodes, and what they need to get in. The one place that knows how. */
import type { Node } from "../engine/types.ts";

/** Nodes that tell their clients where they are say this host: their ports are published there, and nowhere else. */
export const CLIENT_HOST = "127.0.0.1";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What a person or a client is told of a way in. */
export interface Endpoint extends Address {
  /** Cluster and what is there: `kafka: broker kafka-1`. */
  readonly name: string;
  /** The certificate, as PEM, that vouches for what answers there. Absent: it is spoken to in the clear. */
  readonly tls?: { readonly authority: string };
  /** Whom one has to be. Absent: it asks nobody. */
  readonly identity?: { readonly user: string; readonly password: string };
  /** A command line that reaches it. */
  readonly example: string;
}

/** Where clients on the host reach a port of a node. @throws LabError `internal` for a port that was not planned */
export const addressOf = (node: Node, port: number): Address => node.endpoint(port);

/** `127.0.0.1:32768` */
export const textOf = ({ host, port }: Address): string => `${host}:${port}`;
