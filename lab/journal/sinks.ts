/**
 * The names of a load's sinks in the journal. A load's own sink, where there is no other, has the load's name; any
 * other has the load's and its own, `events@delta`: its reads, and the operations that read it, are journalled under
 * that. What was acknowledged stands under the load's name, whichever sink it is looked for in.
 */

const JOINT = "@";

/** What the journal calls a sink of a load; without a name, the load's own. */
export const sinkName = (load: string, sink?: string): string => (sink === undefined ? load : `${load}${JOINT}${sink}`);
