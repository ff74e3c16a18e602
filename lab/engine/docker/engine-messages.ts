/** The engine's long answers: one JSON value a line. Pure. */

/** Cuts an answer into its messages, however its pieces fall. */
export async function* engineMessages<Message>(answer: AsyncIterable<Buffer | string>): AsyncGenerator<Message> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of answer) {
    rest += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as Message;
  }
  if (rest.trim() !== "") yield JSON.parse(rest) as Message;
}
