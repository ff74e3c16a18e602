import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { chooseEngine, explainSilence, type ClientSettings } from "../../lab/engine/docker/choose.ts";
import { refusal } from "../refusal.ts";

const id = (context: string): string => createHash("sha256").update(context).digest("hex");
const meta = (context: string): string => `/home/someone/.docker/contexts/meta/${id(context)}/meta.json`;
const tls = (context: string, name: string): string =>
  `/home/someone/.docker/contexts/tls/${id(context)}/docker/${name}`;

function settings(
  environment: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): ClientSettings {
  return { environment, home: "/home/someone", privateSocket: "/lab/docker.sock", read: (path) => files[path] };
}

const named = (url: string, from: string, certificates?: string): object => ({
  how: "named",
  address: { url, from, ...(certificates === undefined ? {} : { certificates }) },
});

const CONFIG = "/home/someone/.docker/config.json";
const remote = JSON.stringify({ Name: "box", Endpoints: { docker: { Host: "tcp://127.0.0.1:2376" } } });

describe("an engine that is named is that engine", () => {
  test("by DOCKER_HOST, whatever context there is", () => {
    const files = { [CONFIG]: '{"currentContext":"box"}', [meta("box")]: remote };
    expect(chooseEngine(settings({ DOCKER_HOST: "unix:///a.sock", DOCKER_CONTEXT: "box" }, files))).toEqual(
      named("unix:///a.sock", "DOCKER_HOST"),
    );
    expect(chooseEngine(settings({ DOCKER_HOST: "localhost:2375" }))).toEqual(
      named("tcp://localhost:2375", "DOCKER_HOST"),
    );
  });

  test("by DOCKER_CONTEXT, before the one that was chosen", () => {
    const files = { [CONFIG]: '{"currentContext":"other"}', [meta("box")]: remote, [tls("box", "ca.pem")]: "x" };
    expect(chooseEngine(settings({ DOCKER_CONTEXT: "box" }, files))).toEqual(
      named("tcp://127.0.0.1:2376", 'DOCKER_CONTEXT "box"', `/home/someone/.docker/contexts/tls/${id("box")}/docker`),
    );
    expect(chooseEngine(settings({ DOCKER_CONTEXT: "default" }, files))).toEqual(
      named("unix:///var/run/docker.sock", 'DOCKER_CONTEXT "default"'),
    );
  });

  test("by `docker context use`, in the folder that DOCKER_CONFIG names", () => {
    const files = {
      "/etc/ci/config.json": '{"currentContext":"box"}',
      [meta("box").replace("/home/someone/.docker", "/etc/ci")]: remote,
    };
    expect(chooseEngine(settings({ DOCKER_CONFIG: "/etc/ci" }, files))).toEqual(
      named("tcp://127.0.0.1:2376", 'docker context "box"'),
    );
  });

  test.each([
    [
      "a context that is not there",
      { DOCKER_CONTEXT: "bxo" },
      { [meta("box")]: remote },
      'DOCKER_CONTEXT is "bxo", and there is no such context in /home/someone/.docker/contexts',
    ],
    [
      "a chosen context that is not there",
      {},
      { [CONFIG]: '{"currentContext":"gone"}' },
      'the current docker context is "gone", and there is no such context',
    ],
    [
      "a context without an engine",
      { DOCKER_CONTEXT: "box" },
      { [meta("box")]: '{"Endpoints":{}}' },
      "names no engine",
    ],
    ["a context's broken file", { DOCKER_CONTEXT: "box" }, { [meta("box")]: "{" }, "meta.json cannot be read"],
    ["a broken config.json", {}, { [CONFIG]: '{"auths":' }, `${CONFIG} cannot be read`],
  ])("%s is an error, never another engine", (_, environment, files, message) => {
    const said = refusal(() => chooseEngine(settings(environment, files)));
    expect(said).toMatch(/^engine-failed: /);
    expect(said).toContain(message);
  });

  test("a broken config.json is of no interest to DOCKER_HOST", () => {
    expect(chooseEngine(settings({ DOCKER_HOST: "unix:///a.sock" }, { [CONFIG]: "{" }))).toEqual(
      named("unix:///a.sock", "DOCKER_HOST"),
    );
  });
});

describe("TLS", () => {
  const pem = (folder: string): Record<string, string> =>
    Object.fromEntries(["ca.pem", "cert.pem", "key.pem"].map((name) => [`${folder}/${name}`, "x"]));
  const host = { DOCKER_HOST: "tcp://127.0.0.1:2376", DOCKER_TLS_VERIFY: "1" };

  test("takes the certificates that DOCKER_CERT_PATH names, else those of Docker's client", () => {
    expect(chooseEngine(settings({ ...host, DOCKER_CERT_PATH: "/certs" }, pem("/certs")))).toEqual(
      named("tcp://127.0.0.1:2376", "DOCKER_HOST", "/certs"),
    );
    expect(chooseEngine(settings(host, pem("/home/someone/.docker")))).toEqual(
      named("tcp://127.0.0.1:2376", "DOCKER_HOST", "/home/someone/.docker"),
    );
  });

  test("without certificates is an error, and never goes on without", () => {
    expect(refusal(() => chooseEngine(settings(host)))).toMatchInlineSnapshot(
      `"engine-failed: DOCKER_TLS_VERIFY is set for DOCKER_HOST tcp://127.0.0.1:2376, and DOCKER_CERT_PATH is not; /home/someone/.docker has no ca.pem, no cert.pem, no key.pem; Set DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem, or unset DOCKER_TLS_VERIFY for an engine without TLS."`,
    );
    expect(
      refusal(() => chooseEngine(settings({ ...host, DOCKER_CERT_PATH: "/certs" }, { "/certs/ca.pem": "x" }))),
    ).toMatchInlineSnapshot(
      `"engine-failed: DOCKER_TLS_VERIFY is set for DOCKER_HOST tcp://127.0.0.1:2376, and DOCKER_CERT_PATH, /certs, has no cert.pem, no key.pem; Set DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem, or unset DOCKER_TLS_VERIFY for an engine without TLS."`,
    );
  });

  test.each([
    ["is switched off", { ...host, DOCKER_TLS_VERIFY: "0" }],
    ["is set to nothing", { ...host, DOCKER_TLS_VERIFY: "" }],
  ])("%s", (_, environment) => {
    expect(chooseEngine(settings(environment))).toEqual(named("tcp://127.0.0.1:2376", "DOCKER_HOST"));
  });
});

describe("where none is named", () => {
  test("the usual sockets are looked at, the lab's own last", () => {
    const choice = chooseEngine(
      settings({ DOCKER_HOST: "", XDG_RUNTIME_DIR: "/run/user/1000" }, { [CONFIG]: '{"currentContext":"default"}' }),
    );
    expect(choice.how === "looked for" ? choice.addresses.map(({ url }) => url) : choice).toEqual([
      "unix:///var/run/docker.sock",
      "unix:///run/user/1000/docker.sock",
      "unix:///home/someone/.docker/run/docker.sock",
      "unix:///lab/docker.sock",
    ]);
  });
});

describe("an engine that does not answer", () => {
  const address = { url: "unix:///var/run/docker.sock", from: "the default socket" };
  const owner = { user: "ann", groupId: 998, groups: "root:x:0:\ndocker:x:998:bob\n" };
  const denied = { code: "EACCES", message: "connect EACCES /var/run/docker.sock" };
  const said = (...words: Parameters<typeof explainSilence>): string =>
    refusal(() => {
      throw explainSilence(...words);
    });

  test("says for whom its socket is, and how to become one", () => {
    expect(said(address, denied, owner)).toMatchInlineSnapshot(
      `"engine-failed: ann may not use the engine at unix:///var/run/docker.sock (the default socket): its socket is for members of the group docker; \`sudo usermod -aG docker ann\`, then log in again; \`newgrp docker\` does it for one shell."`,
    );
    expect(said(address, denied, { ...owner, groupId: 7 })).toContain("usermod -aG 7 ann");
    expect(said(address, denied, { ...owner, groupId: 0 })).toContain("for root alone");
  });

  test("says what was tried, and how to let the lab look for one", () => {
    const refused = { code: "ECONNREFUSED", message: "connect ECONNREFUSED 127.0.0.1:2375" };
    expect(said({ url: "tcp://127.0.0.1:2375", from: "DOCKER_HOST" }, refused, undefined)).toMatchInlineSnapshot(
      `"engine-failed: DOCKER_HOST names the engine at tcp://127.0.0.1:2375, and none answers there: connect ECONNREFUSED 127.0.0.1:2375; Start that engine, or unset DOCKER_HOST to let the lab look for one."`,
    );
    expect(
      said({ url: "tcp://127.0.0.1:2375", from: 'docker context "box"' }, refused, undefined),
    ).toMatchInlineSnapshot(
      `"engine-failed: docker context "box" names the engine at tcp://127.0.0.1:2375, and none answers there: connect ECONNREFUSED 127.0.0.1:2375; Start that engine, or run \`docker context use default\` to let the lab look for one."`,
    );
  });
});
