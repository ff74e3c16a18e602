/**
 * The engine sends a container's output and errors through one stream, in frames: one byte that says which, three of
 * nothing, four with the length, then the text (Docker Engine API, "attach to a container").
 */
import { StringDecoder } from "node:string_decoder";

export type Channel = "output" | "error";

/** Takes pieces of the stream as they come, cut anywhere, and gives each frame's text to the listener. */
export function frameReader(listener: (channel: Channel, text: string) => void): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  const decoders = { output: new StringDecoder("utf8"), error: new StringDecoder("utf8") };
  return (piece) => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    while (rest.length >= 8) {
      const end = 8 + rest.readUInt32BE(4);
      if (rest.length < end) return;
      const channel: Channel = rest[0] === 2 ? "error" : "output";
      const text = decoders[channel].write(rest.subarray(8, end));
      if (text !== "") listener(channel, text);
      rest = rest.subarray(end);
    }
  };
}

/** All text of a whole stream, both channels in their order. */
export function allText(stream: Buffer): string {
  const parts: string[] = [];
  frameReader((_, text) => parts.push(text))(stream);
  return parts.join("");
}
