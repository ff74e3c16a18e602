import { describe, expect, test } from "vitest";
import { credentialSource, helperAuth, serverOf } from "../../lab/engine/docker/credentials.ts";

/** An engine's default registry, as it tells it. */
const HUB = "https://hub.example.org/v1/";
const coded = (text: string): string => Buffer.from(text).toString("base64");

describe("the server of an image", () => {
  test.each([
    ["apache/kafka:4.1.1", HUB],
    ["library/debian:bookworm-slim", HUB],
    ["debian", HUB],
    ["docker.io/library/debian", HUB],
    ["localhost/debian", "localhost"],
    ["localhost:5000/debian:12", "localhost:5000"],
    ["mirror.example.org/hub/library/debian:bookworm-slim", "mirror.example.org"],
  ])("%s", (reference, server) => expect(serverOf(reference, HUB)).toBe(server));
});

describe("credentials", () => {
  const source = (reference: string, config: unknown): unknown =>
    credentialSource(serverOf(reference, HUB), JSON.stringify(config));

  test("are what `docker login` wrote down for that server, and no other's", () => {
    const auths = {
      [HUB]: { auth: coded("ann:pass:word") },
      "mirror.example.org": { auth: coded("bob:secret"), identitytoken: "" },
      "https://old.example.org/v1/": { username: "eve", password: "old" },
      "token.example.org": { auth: coded("<token>:"), identitytoken: "t0ken" },
    };
    expect(source("apache/kafka:4.1.1", { auths })).toEqual({
      how: "stored",
      auth: { serveraddress: HUB, username: "ann", password: "pass:word" },
    });
    expect(source("mirror.example.org/debian", { auths })).toMatchObject({ auth: { username: "bob" } });
    expect(source("old.example.org/debian", { auths })).toMatchObject({ auth: { username: "eve", password: "old" } });
    expect(source("token.example.org/debian", { auths })).toMatchObject({ auth: { identitytoken: "t0ken" } });
    expect(source("example.org/debian", { auths })).toEqual({ how: "none" });
  });

  test("are asked of the registry's own helper before the store for all, and of that before the file", () => {
    const auths = { [HUB]: { auth: coded("ann:secret") } };
    const config = { auths, credsStore: "desktop", credHelpers: { "gcr.io": "gcloud", "hub.example.org": "hub" } };
    expect(source("gcr.io/a/b", config)).toEqual({
      how: "helper",
      program: "docker-credential-gcloud",
      server: "gcr.io",
    });
    expect(source("debian", config)).toMatchObject({ program: "docker-credential-hub", server: HUB });
    expect(source("debian", { ...config, credHelpers: {} })).toMatchObject({ program: "docker-credential-desktop" });
  });

  test.each([
    ["no file", undefined],
    ["an empty one", "{}"],
    ["a mark of a store's", JSON.stringify({ auths: { [HUB]: {} } })],
    ["nonsense", JSON.stringify({ auths: [1], credsStore: 7 })],
    ["code that is none", JSON.stringify({ auths: { [HUB]: { auth: "????" } } })],
  ])("%s gives none", (_, config) => expect(credentialSource(HUB, config)).toEqual({ how: "none" }));

  test("of a broken file are an error that says so", () => {
    expect(() => credentialSource(HUB, '{"auths":')).toThrow("JSON");
  });

  test("of a helper are user and secret, or a token", () => {
    expect(helperAuth(HUB, '{"ServerURL":"x","Username":"ann","Secret":"s"}')).toEqual({
      serveraddress: HUB,
      username: "ann",
      password: "s",
    });
    expect(helperAuth(HUB, '{"Username":"<token>","Secret":"t"}')).toEqual({ serveraddress: HUB, identitytoken: "t" });
    expect(helperAuth(HUB, "{}")).toBeUndefined();
  });
});
