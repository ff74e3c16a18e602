/** What each member says of itself right now: the command `srvr`, answered without a session. */
import { connect } from "node:net";
import type { Node } from "../../engine/types.ts";
import { messageOf } from "../../errors.ts";
import { seconds, withLimit } from "../../time.ts";
import { addressOf, textOf } from "../endpoint.ts";
import type { Address } from "../endpoint.ts";
import { CLIENT_PORT } from "./layout.ts";

export type Mode = "leader" | "follower" | "standalone" | "observer";

/** A member that serves, or why it does not. */
export type MemberState =
  | { readonly node: Node; readonly mode: Mode; readonly zxid: bigint; readonly epoch: number }
  | { readonly node: Node; readonly mode: undefined; readonly seen: string };

export type ServingMember = Extract<MemberState, { readonly mode: Mode }>;

/** Asks every member, each at most for a second; does not throw. */
export const askMembers = (nodes: readonly Node[]): Promise<readonly MemberState[]> =>
  Promise.all(nodes.map(askMember));

export async function askMember(node: Node): Promise<MemberState> {
  try {
    return { node, ...readSrvr(await fourLetters(addressOf(node, CLIENT_PORT), "srvr")) };
  } catch (error) {
    return { node, mode: undefined, seen: messageOf(error) };
  }
}

/** Reads the answer to `srvr`. A transaction's number holds the leader's epoch in its upper 32 bits. */
export function readSrvr(
  text: string,
): Omit<ServingMember, "node"> | { readonly mode: undefined; readonly seen: string } {
  const mode = /^Mode: (leader|follower|standalone|observer)$/m.exec(text)?.[1];
  const zxid = /^Zxid: (0x[0-9a-f]+)$/m.exec(text)?.[1];
  if (mode === undefined || zxid === undefined) return { mode: undefined, seen: text.trim() || "no answer" };
  return { mode: mode as Mode, zxid: BigInt(zxid), epoch: Number(BigInt(zxid) >> 32n) };
}

export const serving = (states: readonly MemberState[]): readonly ServingMember[] =>
  states.filter((state): state is ServingMember => state.mode !== undefined);

/** Who leads; of several that think so (one of them cut off), the one of the latest epoch. One alone leads itself. */
export const leaderOf = (states: readonly MemberState[]): ServingMember | undefined =>
  serving(states)
    .filter(({ mode }) => mode === "leader" || mode === "standalone")
    .toSorted((a, b) => b.epoch - a.epoch)[0];

/** Each member in a word: `zookeeper-1 leads, zookeeper-2 follows, zookeeper-3: ECONNREFUSED`. */
export const describeMembers = (states: readonly MemberState[]): string =>
  states.map((state) => `${state.node.name}: ${"seen" in state ? state.seen : state.mode}`).join(", ");

/** Sends a four-letter word and gives the whole answer. */
async function fourLetters(address: Address, word: string): Promise<string> {
  const socket = connect({ ...address });
  try {
    const answer = new Promise<string>((resolve, reject) => {
      let text = "";
      socket.setEncoding("utf8");
      socket.on("data", (chunk: Buffer | string) => {
        text += chunk.toString();
      });
      socket.on("end", () => {
        resolve(text);
      });
      socket.on("error", reject);
      socket.write(word);
    });
    return await withLimit(`${word} to ${textOf(address)}`, seconds(1), answer);
  } finally {
    socket.destroy();
  }
}
