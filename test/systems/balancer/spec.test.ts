import { expect, test } from "vitest";
import { balancerCluster, configurationOf } from "../../../lab/systems/balancer/index.ts";
import { parseServers } from "../../../lab/systems/balancer/state.ts";

test("mistakes are named with the field and what would do", () => {
  expect(() => balancerCluster({ backends: {} })).toThrow("balancerCluster: backends has none");
  expect(() => balancerCluster({ backends: { web: { cluster: "web", port: 80 } } })).toThrow(
    "backends.web.listen is 80",
  );
  expect(() => balancerCluster({ backends: { web: { cluster: "web", port: 8404 } } })).toThrow("as of its statistics");
});

test("haproxy.cfg: a server a node, checked by its path", () => {
  const spec = balancerCluster({
    backends: { minio: { cluster: "minio", port: 9000, mode: "http", check: "/minio/health/live" } },
  });
  const configuration = configurationOf(spec, (cluster) => [`${cluster}-1`, `${cluster}-2`]);
  expect(configuration.slice(configuration.indexOf("frontend minio"))).toMatchInlineSnapshot(`
    "frontend minio
      mode http
      bind :9000
      default_backend minio

    backend minio
      mode http
      balance roundrobin
      option httpchk
      http-check send meth GET uri /minio/health/live ver HTTP/1.1 hdr Host balancer
      default-server check inter 500ms fall 2 rise 2 on-marked-down shutdown-sessions
      server minio-1 minio-1:9000
      server minio-2 minio-2:9000
    "
  `);
});

test("the statistics: servers only, their state without the count of checks", () => {
  const csv = [
    "# pxname,svname,stot,status,check_status",
    "minio,FRONTEND,9,OPEN,",
    "minio,minio-1,5,UP 1/2,* L4CON",
    "minio,minio-2,4,DOWN,L7OK",
    "minio,BACKEND,9,UP,",
  ].join("\n");
  expect(parseServers(csv)).toEqual([
    { backend: "minio", name: "minio-1", status: "UP", check: "L4CON", sessions: 5 },
    { backend: "minio", name: "minio-2", status: "DOWN", check: "L7OK", sessions: 4 },
  ]);
});
