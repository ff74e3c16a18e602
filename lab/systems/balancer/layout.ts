/** A balancer's node and its haproxy.cfg. Pure. */
import type { PlanContext, PlannedNode } from "../types.ts";
import { STATISTICS_PORT } from "./spec.ts";
import type { Backend, BalancerSpec } from "./spec.ts";

export const ADMIN_SOCKET = "/opt/lab/haproxy/admin.sock";
export const CONFIGURATION_PATH = "/opt/lab/haproxy/haproxy.cfg";

/** One node, named as the cluster. */
export function planBalancer(spec: BalancerSpec, { name, nodesOf, hostPort }: PlanContext): readonly PlannedNode[] {
  const listens = [STATISTICS_PORT, ...Object.values(spec.backends).map(({ listen }) => listen)];
  const content = configurationOf(spec, nodesOf);
  return [
    {
      name,
      component: "haproxy",
      command: ["/opt/lab/haproxy/start"],
      files: [{ path: CONFIGURATION_PATH, content, mode: 0o644 }],
      ports: listens.map((container) => ({ container, host: hostPort() })),
      memoryMb: 128,
    },
  ];
}

/** The haproxy.cfg. Servers are named as their nodes. */
export function configurationOf(spec: BalancerSpec, nodesOf: (cluster: string) => readonly string[]): string {
  const backends = Object.entries(spec.backends).map(([name, backend]) =>
    backendLines(name, backend, nodesOf(backend.cluster)),
  );
  return `global
  log stdout format raw daemon notice
  stats socket ${ADMIN_SOCKET} mode 600 level admin
  maxconn 4000

# Docker's own names: a node that comes later, or elsewhere, is found.
resolvers docker
  nameserver docker 127.0.0.11:53
  resolve_retries 2
  timeout resolve 500ms
  timeout retry 500ms
  hold valid 5s

defaults
  log global
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout check 1s
  # A server that refuses a connection costs the caller another try elsewhere, not an error.
  retries 2
  option redispatch 1
  default-server init-addr last,libc,none resolvers docker

frontend statistics
  mode http
  bind :${STATISTICS_PORT}
  http-request use-service prometheus-exporter if { path /metrics }
  stats enable
  stats uri /stats
  stats refresh 5s

${backends.join("\n")}`;
}

function backendLines(name: string, backend: Backend, nodes: readonly string[]): string {
  const { port, listen, mode, check } = backend;
  return `frontend ${name}
  mode ${mode}
  bind :${listen}
  default_backend ${name}

backend ${name}
  mode ${mode}
  balance roundrobin
${check === "" ? "" : `  option httpchk\n  http-check send meth GET uri ${check} ver HTTP/1.1 hdr Host balancer\n`}  default-server ${serverSettings(backend)}
${nodes.map((node) => `  server ${node} ${node}:${port}\n`).join("")}`;
}

/** How a server is checked; one that is added later is not given the backend's defaults and must be told. */
export const serverSettings = ({ checkEvery, fall, rise }: Backend): string =>
  `check inter ${checkEvery}ms fall ${fall} rise ${rise} on-marked-down shutdown-sessions`;
