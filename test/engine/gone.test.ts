import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect, isGone } from "../../lab/engine/docker/engine-address.ts";

const folder = mkdtempSync(join(tmpdir(), "lab-gone-"));

async function whileAnswering(
  answer: (response: ServerResponse) => void,
  look: (url: string) => Promise<void>,
): Promise<void> {
  const path = join(folder, "engine.sock");
  const server: Server = createServer((_, response) => answer(response)).listen(path);
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    await look(`unix://${path}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test("an engine is gone when nobody listens, not when it says no or breaks off", async () => {
  try {
    const docker = connect({ url: `unix://${join(folder, "engine.sock")}`, from: "the test" });
    await whileAnswering(
      (response) => response.end("OK"),
      async () => expect(await isGone(docker)).toBe(false),
    );
    const no = (response: ServerResponse) => response.writeHead(500).end("no");
    await whileAnswering(no, async () => expect(await isGone(docker)).toBe(false));
    await whileAnswering(
      (response) => response.destroy(),
      async () => expect(await isGone(docker)).toBe(false),
    );
    expect(await isGone(docker)).toBe(true);
    expect(await isGone(connect({ url: "tcp://127.0.0.1:1", from: "the test" }))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
