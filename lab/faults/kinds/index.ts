/** Every kind of fault, one line each, by the name of its method in a script. docs/add-a-fault.md adds one. */
export { bandwidth } from "./bandwidth.ts";
export { corrupt } from "./corrupt.ts";
export { delay } from "./delay.ts";
export { fill } from "./fill.ts";
export { kill } from "./kill.ts";
export { loss } from "./loss.ts";
export { partition } from "./partition.ts";
export { pause } from "./pause.ts";
export { reset } from "./reset.ts";
export { restart } from "./restart.ts";
export { slowDisk } from "./slow-disk.ts";
export { terminate } from "./terminate.ts";
export { throttle } from "./throttle.ts";
export { wipe } from "./wipe.ts";
