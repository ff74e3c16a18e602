import { expect, test } from "vitest";
import { describeEngine } from "../../lab/engine/index.ts";

test("an engine is told by its version, who named it, and where it is", () => {
  const engine = { version: "28.5.2", apiVersion: "1.51", from: "DOCKER_HOST", endpoint: "unix:///run/d.sock" };
  expect(describeEngine(engine)).toBe("Docker 28.5.2 (API 1.51), DOCKER_HOST, unix:///run/d.sock");
});
