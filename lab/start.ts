/** What `npm start` runs: the command line, and without arguments the default rehearsal. */
import { main } from "./cli/main.ts";

const words = process.argv.slice(2);
await main(words.length === 0 ? ["run"] : words);
