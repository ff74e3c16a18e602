/** What `npm start` runs: the command line, and without arguments the default rehearsal. */
import { main } from "./cli/main.ts";

const given = process.argv.slice(2);
await main(given.length === 0 ? ["run"] : given);
