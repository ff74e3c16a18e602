import { describe, expect, test } from "vitest";
import { engineMessages } from "../../../lab/engine/docker/engine-messages.ts";
import { buildLog, imageError, type EngineMessage } from "../../../lab/engine/image-build/images-messages.ts";
import { whyNotBootstrap } from "../../../lab/engine/image-build/images-debootstrap.ts";
import { imagePolicy, readTrouble } from "../../../lab/engine/image-build/images-policy.ts";

async function read(pieces: readonly (string | Buffer)[]): Promise<EngineMessage[]> {
  const messages: EngineMessage[] = [];
  // eslint-disable-next-line typescript/require-await -- an async source is what the reader takes
  async function* source(): AsyncGenerator<string | Buffer> {
    yield* pieces;
  }
  for await (const message of engineMessages<EngineMessage>(source())) messages.push(message);
  return messages;
}

describe("the engine's messages", () => {
  const text = '{"stream":"Größe\\n"}\r\n{"error":"no"}';

  test("are whole however the pieces fall, also within a letter", async () => {
    const bytes = Buffer.from(text);
    const whole = [{ stream: "Größe\n" }, { error: "no" }];
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(await read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
    }
  });

  test("none are none", async () => {
    expect(await read(["", "\r\n"])).toEqual([]);
  });
});

describe("the log of a build", () => {
  test("shows the step and the latest line, in one line without colours", () => {
    const log = buildLog();
    expect([
      log.take({ stream: "Step 4/9 : RUN apt-get update   && apt-get install -y maven" }),
      log.take({ stream: "\n" }),
      log.take({ stream: " ---> Running in 1ef66c23464b\n" }),
      log.take({ stream: "\u001b[91mdebconf: delaying package configuration\n\u001b[0m" }),
    ]).toEqual([
      "step 4/9: RUN apt-get update && apt-get install -y maven",
      "step 4/9: RUN apt-get update && apt-get install -y maven",
      "step 4/9: RUN apt-get update && apt-get install -y maven | ---> Running in 1ef66c23464b",
      "step 4/9: RUN apt-get update && apt-get install -y maven | debconf: delaying package configuration",
    ]);
  });

  test("shows how far a pull is", () => {
    const log = buildLog();
    expect(log.take({ status: "Downloading", id: "a3ed95", progress: "[==>   ] 4MB/9MB" })).toBe(
      "a3ed95 Downloading [==> ] 4MB/9MB",
    );
  });

  test("keeps the last twenty lines", () => {
    const log = buildLog();
    for (let line = 1; line <= 50; line += 1) log.take({ stream: `line ${line}\n` });
    expect([log.lines.length, log.lines.at(0), log.lines.at(-1)]).toEqual([20, "line 31", "line 50"]);
  });
});

describe("the error of an image that could not be made", () => {
  const failing = (line: string): ReturnType<typeof buildLog> => {
    const log = buildLog();
    log.take({ stream: "Step 7/8 : RUN mvn dependency:copy-dependencies\n" });
    log.take({ stream: `${line}\n` });
    return log;
  };
  const reason = "The command '/bin/sh -c mvn dependency:copy-dependencies' returned a non-zero code: 1";

  test("says which step, how it ended, and its last lines", () => {
    const error = imageError("kafka", "building", reason, failing("[ERROR] PKIX path building failed"));
    expect(`${error.code}\n${error.message}\n${error.hint ?? ""}`).toMatchInlineSnapshot(`
      "image-failed
      building the kafka image failed at step 7/8: RUN mvn dependency:copy-dependencies: exit code 1
      Its last lines:
        Step 7/8 : RUN mvn dependency:copy-dependencies
        [ERROR] PKIX path building failed
      This network seems to inspect TLS. Put its CA certificate as a .crt file into /usr/local/share/ca-certificates and try again."
    `);
  });

  test.each([
    [
      "Could not transfer artifact: Temporary failure in name resolution",
      "image-failed",
      /check that containers reach/,
    ],
    ["write /opt/kafka/libs/rocksdbjni.jar: no space left on device", "not-enough-disk", /^Free some space/],
    ["toomanyrequests: You have reached your pull rate limit", "image-failed", /docker login/],
    ["[ERROR] something nobody has seen yet", "image-failed", /^no hint$/],
  ])("%s", (line, code, hint) => {
    const error = imageError("kafka", "building", reason, failing(line));
    expect(error.code).toBe(code);
    expect(error.hint ?? "no hint").toMatch(hint);
  });
});

describe("the policy", () => {
  test("is to look, unless the environment says otherwise", () => {
    expect(imagePolicy({})).toEqual({ take: "auto", registry: undefined });
    expect(imagePolicy({ RESILIENCE_LAB_IMAGES: "registry", RESILIENCE_LAB_REGISTRY: "mirror:5000" })).toEqual({
      take: "registry",
      registry: "mirror:5000",
    });
    expect(imagePolicy({ RESILIENCE_LAB_REGISTRY: "" }).registry).toBeUndefined();
  });

  test("a word that is none is refused, with those that are", () => {
    expect(() => imagePolicy({ RESILIENCE_LAB_IMAGES: "docker" })).toThrow('RESILIENCE_LAB_IMAGES is "docker"');
  });
});

describe("a registry that does not give images", () => {
  test.each([
    ["(HTTP code 401) no such image - unauthorized: authentication required", 401, true],
    ["(HTTP code 500) server error - toomanyrequests: You have reached your pull rate limit.", 500, true],
    ["(HTTP code 429) unexpected - Too Many Requests", 429, true],
    ["(HTTP code 403) unexpected - denied", 403, true],
    ['(HTTP code 500) server error - Get "https://hub.example.org/v2/": dial tcp: no such host', 500, false],
    ["the registry's answer did not come within 5 s", undefined, false],
  ])("%s", (message, status, refused) => {
    const trouble = readTrouble(message, status, undefined);
    expect(trouble.refused).toBe(refused);
    expect(trouble.reason).not.toContain("HTTP code");
  });

  test("that refuses is the reason, not that building takes root", () => {
    const trouble = readTrouble(
      "(HTTP code 429) unexpected - toomanyrequests: slow down",
      429,
      "docker-credential-x did not answer",
    );
    const error = whyNotBootstrap("ID=debian", false, trouble);
    expect(`${error?.message}; ${error?.hint}`).toMatchInlineSnapshot(
      `"the image registry refused (toomanyrequests: slow down; docker-credential-x did not answer); images would have to be built from packages, which takes root here; The registry refuses: log in with \`docker login\`, name a mirror in RESILIENCE_LAB_REGISTRY, or, as root on a Debian, set RESILIENCE_LAB_IMAGES=packages."`,
    );
    expect(whyNotBootstrap("ID=debian", true, trouble)).toBeUndefined();
  });

  test("that is out of reach is named too", () => {
    const error = whyNotBootstrap("ID=fedora", false, readTrouble("no route to host", undefined, undefined));
    expect(error?.message).toMatchInlineSnapshot(
      `"no image registry is in reach (no route to host); images would have to be built from packages, which takes a Debian and root here"`,
    );
    expect(whyNotBootstrap("ID=fedora", true, undefined)?.message).toBe(
      "images would have to be built from packages, which takes a Debian here",
    );
  });
});
