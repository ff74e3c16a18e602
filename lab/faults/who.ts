/** Whom a fault means. */

/**
 * Who is meant, in words that are resolved at the moment of injection:
 * `kafka-1`, `leader of events/0`, `a follower of events/0`, `followers of events/0`, `active controller`,
 * `a standby controller`, `a minority`, `a majority`, `all`, `clients`, `others`, `reader-1`.
 * With several clusters in a topology a phrase may start with the cluster's name: `kafka: a minority`.
 */
export type Target = string;

/** Whom a scenario means: a phrase, or somebody whom it already holds in its hands. */
export type Who = Target | { readonly name: string } | readonly { readonly name: string }[];

export const targetOf = (who: Who): Target => {
  if (typeof who === "string") return who;
  return "name" in who ? who.name : who.map((one) => one.name).join(", ");
};
