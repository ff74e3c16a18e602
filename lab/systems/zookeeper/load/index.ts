/** The load of ZooKeeper ensembles. */
import { defineLoad } from "../../../load/index.ts";
import { milliseconds } from "../../../time.ts";
import type { ZooKeeperCluster } from "../cluster.ts";
import { startRegisterLoad } from "./register-load.ts";
import { registerSpec, type RegisterSpec } from "./register-spec.ts";

export const registersLoad = defineLoad<RegisterSpec, ZooKeeperCluster>({
  spec: registerSpec,
  system: "zookeeper",
  operation: "a request to a register",
  part: { one: "register", column: "key", unit: "request" },
  words: {
    // Half of a writer's operations are writes; see `planOf`.
    actions({ clients, readers }) {
      const writers = (clients - readers) / clients;
      return { read: 1 - 0.8 * writers, write: 0.5 * writers, cas: 0.3 * writers };
    },
    checks: ["register"],
  },
  usual: () => milliseconds(20),
  side: ({ clients }) => clients,
  start: startRegisterLoad,
});
