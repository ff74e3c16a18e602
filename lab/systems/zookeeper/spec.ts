/** A ZooKeeper ensemble as data: what a scenario says, with defaults filled in and mistakes named. */
import { about, optional, ownSettings, whole } from "../../fields.ts";
import { specKind } from "../spec-kind.ts";
import type { AnySpec } from "../types.ts";

export interface ZooKeeperSpec extends AnySpec {
  readonly system: "zookeeper";
  /** Voting members; one member alone is no ensemble. */
  readonly members: number;
  /** Further lines of every member's zoo.cfg, in ZooKeeper's own names; they win over the lab's. */
  readonly config?: Readonly<Record<string, string>>;
  readonly heapMb: number;
}

export type ZooKeeperOptions = Partial<Omit<ZooKeeperSpec, "system">>;

export const zookeeperSpec = specKind<ZooKeeperSpec>({
  system: "zookeeper",
  builder: "zookeeperCluster",
  fields: {
    members: about("voting members; one alone is no ensemble", whole({ least: 1, most: 9, otherwise: 3 })),
    config: about("further lines of every member's zoo.cfg, in ZooKeeper's own names", optional(ownSettings())),
    heapMb: about("heap of each member, in MiB", whole({ least: 48, most: 4_096, otherwise: 96 })),
  },
});

/** An ensemble of three members. @throws LabError `bad-scenario` naming the field. */
export function zookeeperCluster(options: ZooKeeperOptions = {}): ZooKeeperSpec {
  const spec = zookeeperSpec.fill(options);
  zookeeperSpec.check(spec);
  return spec;
}

/** A cluster in a few words: `3 members`. */
export const describeZooKeeper = ({ members }: ZooKeeperSpec): string => `${members} member${members === 1 ? "" : "s"}`;
