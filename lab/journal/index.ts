/** The journal: the recorded history of one rehearsal. Written once, read by checks, SLOs and reports. */
export { openJournal } from "./writer.ts";
export type { JournalWriter } from "./writer.ts";
export { readJournal } from "./reader.ts";
export { journalOf } from "./memory.ts";
export type { JournalParts } from "./memory.ts";
export { dumpJournal, operationAt, readAt } from "./dump.ts";
export { faultTimes } from "./fault-times.ts";
export type { FaultTimes } from "./fault-times.ts";
export type { Recorder } from "./recorder.ts";
export type {
  Journal,
  JournalEvent,
  JournalHead,
  Operation,
  OperationTable,
  Outcome,
  Phase,
  ReadRecord,
  ReadTable,
  Receipt,
} from "./types.ts";
