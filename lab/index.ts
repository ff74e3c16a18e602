/** All that a scenario may import. */
export { check } from "./checks/index.ts";
export { kafkaCluster } from "./clusters/kafka/index.ts";
export { produce } from "./load/index.ts";
export { scenario } from "./rehearsal/scenario.ts";
export { milliseconds, minutes, perSecond, seconds } from "./time.ts";
