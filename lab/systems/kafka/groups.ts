/** The groups of readers that a cluster knows, and how they are made to go. */
import { addressOf } from "../endpoint.ts";
import { withAdmin } from "./admin.ts";
import { EXTERNAL_PORT } from "./layout.ts";
import { leaveGroup } from "./messages.ts";
import { addressesOf } from "./state.ts";
import type { KafkaNode } from "./state.ts";
import { ask } from "./wire.ts";

/** The names of all groups. @throws when a broker does not answer */
export async function groupsOf(brokers: readonly KafkaNode[]): Promise<readonly string[]> {
  const { groups } = await withAdmin(addressesOf(brokers), (admin) => admin.listGroups());
  return groups.map(({ groupId }) => groupId);
}

/**
 * Deletes all groups, with their members: one that was killed said nothing, and would stay until its session has ended.
 * For a cluster whose readers are gone; one that lives would only join again. @throws when a group could not be deleted
 */
export async function deleteGroups(brokers: readonly KafkaNode[]): Promise<void> {
  await withAdmin(addressesOf(brokers), async (admin) => {
    // In this order: a client of kafkajs that has not listed anything does not find the coordinators either.
    const names = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
    if (names.length === 0) return;
    const { groups } = await admin.describeGroups(names);
    await Promise.all(
      groups.map(async ({ groupId, members }) => {
        if (members.length === 0) return;
        const request = leaveGroup(
          groupId,
          members.map(({ memberId }) => memberId),
        );
        // Only the group's coordinator obeys; whether it did, the deletion shows.
        await Promise.allSettled(brokers.map(({ node }) => ask(addressOf(node, EXTERNAL_PORT), request)));
      }),
    );
    await admin.deleteGroups(names);
  });
}
