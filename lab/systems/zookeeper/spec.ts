/** A ZooKeeper ensemble as data: what a scenario says, with defaults filled in and mistakes named. */
import { boundsOf } from "../../bounds.ts";

const { wholeNumber } = boundsOf("zookeeperCluster");

export interface ZooKeeperSpec {
  readonly system: "zookeeper";
  /** Voting members; one member alone is no ensemble. */
  readonly members: number;
  /** Further lines of every member's zoo.cfg, in ZooKeeper's own names; they win over the lab's. */
  readonly config?: Readonly<Record<string, string>>;
  readonly heapMb: number;
}

export type ZooKeeperOptions = Partial<Omit<ZooKeeperSpec, "system">>;

/** An ensemble of three members. @throws LabError `bad-scenario` naming the field. */
export function zookeeperCluster(options: ZooKeeperOptions = {}): ZooKeeperSpec {
  const spec: ZooKeeperSpec = {
    system: "zookeeper",
    members: options.members ?? 3,
    ...(options.config === undefined ? {} : { config: options.config }),
    heapMb: options.heapMb ?? 96,
  };
  checkZooKeeperSpec(spec);
  return spec;
}

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkZooKeeperSpec(spec: ZooKeeperSpec): void {
  wholeNumber("members", spec.members, 1, 9);
  wholeNumber("heapMb", spec.heapMb, 48, 4_096);
}
