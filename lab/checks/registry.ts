/** All checks, one line each. Unions, builders, the JSON schema, docs and tests derive from this list. */
export { availability } from "./availability.ts";
export { convergence } from "./convergence.ts";
export { delivery } from "./delivery.ts";
export { handover } from "./handover.ts";
export { observed } from "./observed.ts";
export { placement } from "./placement.ts";
export { positions } from "./positions.ts";
export { recovery } from "./recovery.ts";
export { refused } from "./refused.ts";
export { register } from "./register.ts";
export { set } from "./set.ts";
