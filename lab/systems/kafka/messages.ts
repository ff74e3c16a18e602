/**
 * The requests that the lab asks by itself, because the client library has not got them (DescribeQuorum), not for others
 * than its own readers (LeaveGroup), or refuses an answer in which a partition has no leader (Metadata). Pure: bytes in, values out.
 * Source: the message schemas of Apache Kafka, clients/src/main/resources/common/message.
 */
import { Reader, Writer } from "./codec.ts";

const METADATA = { key: 3, version: 7, flexible: false };
const LEAVE_GROUP = { key: 13, version: 3, flexible: false };
const API_VERSIONS = { key: 18, version: 0, flexible: false };
const DESCRIBE_QUORUM = { key: 55, version: 1, flexible: true };
const METADATA_LOG = "__cluster_metadata";

interface Api {
  readonly key: number;
  readonly version: number;
  readonly flexible: boolean;
}

/** A request as bytes, with how to read its answer. */
export interface Request<T> {
  readonly name: string;
  /** With its size in front, as it goes over the wire. */
  readonly bytes: Buffer;
  /** Reads the answer, without the size in front. @throws RangeError or KafkaErrorCode */
  read(answer: Buffer): T;
}

/** An error that a node answered with. */
export class KafkaErrorCode extends Error {
  readonly code: number;
  constructor(what: string, code: number) {
    super(`${what} was answered with Kafka's error ${code}${code === NOT_LEADER ? " (not the leader)" : ""}`);
    this.name = "KafkaErrorCode";
    this.code = code;
  }
}

const NOT_LEADER = 6;

export interface PartitionState {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's id of the leading broker; −1 where there is none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

export interface ClusterMetadata {
  readonly brokers: readonly number[];
  readonly topics: readonly string[];
  /** Of all topics but Kafka's own, in order. */
  readonly partitions: readonly PartitionState[];
}

export interface QuorumState {
  readonly leader: number;
  readonly epoch: number;
  readonly highWatermark: number;
  readonly voters: readonly { readonly id: number; readonly logEnd: number }[];
  readonly observers: readonly { readonly id: number; readonly logEnd: number }[];
}

/** Answered by every broker and controller that lives: tells which APIs it has. */
export const apiVersions = (): Request<readonly number[]> =>
  request("ApiVersions", API_VERSIONS, new Writer(), (reader) => {
    refuseError("ApiVersions", reader.int16());
    return reader.array(() => {
      const key = reader.int16();
      reader.int16();
      reader.int16();
      return key;
    });
  });

/** Answered by the active controller only; others answer error 6. */
export const describeQuorum = (): Request<QuorumState> => {
  const body = new Writer();
  body
    .compactArray([METADATA_LOG], (topic) => {
      body.compactString(topic).compactArray([0], (partition) => body.int32(partition).noTags());
      body.noTags();
    })
    .noTags();
  return request("DescribeQuorum", DESCRIBE_QUORUM, body, readQuorum);
};

function readQuorum(reader: Reader): QuorumState {
  refuseError("DescribeQuorum", reader.int16());
  const states = reader.compactArray(() => {
    reader.compactString();
    const partitions = reader.compactArray(() => {
      reader.int32();
      refuseError("DescribeQuorum", reader.int16());
      const leader = reader.int32();
      const epoch = reader.int32();
      const highWatermark = reader.int64();
      const voters = reader.compactArray(() => readReplica(reader));
      const observers = reader.compactArray(() => readReplica(reader));
      reader.skipTags();
      return { leader, epoch, highWatermark, voters, observers };
    });
    reader.skipTags();
    return partitions;
  });
  reader.skipTags();
  const state = states.flat()[0];
  if (state === undefined) throw new RangeError("DescribeQuorum was answered without the metadata log");
  return state;
}

function readReplica(reader: Reader): { id: number; logEnd: number } {
  const id = reader.int32();
  const logEnd = reader.int64();
  reader.int64();
  reader.int64();
  reader.skipTags();
  return { id, logEnd };
}

/** Puts members out of a group, as if each had left. Obeyed by the group's coordinator only; others answer error 16. */
export const leaveGroup = (group: string, members: readonly string[]): Request<void> => {
  const body = new Writer().string(group);
  const noInstance = -1;
  body.array(members, (member) => body.string(member).int16(noInstance));
  return request("LeaveGroup", LEAVE_GROUP, body, (reader) => {
    reader.int32();
    refuseError("LeaveGroup", reader.int16());
  });
};

/** What a broker knows of all brokers and topics; partitions without a leader included. */
export const metadata = (): Request<ClusterMetadata> => {
  const allTopics = -1;
  const autoCreate = 0;
  return request("Metadata", METADATA, new Writer().int32(allTopics).int8(autoCreate), readMetadata);
};

function readMetadata(reader: Reader): ClusterMetadata {
  reader.int32();
  const brokers = reader.array(() => {
    const id = reader.int32();
    reader.string();
    reader.int32();
    reader.string();
    return id;
  });
  reader.string();
  reader.int32();
  const topics = reader.array(() => {
    reader.int16();
    const topic = reader.string();
    const internal = reader.boolean();
    const partitions = reader.array((): PartitionState => {
      reader.int16();
      const partition = reader.int32();
      const leader = reader.int32();
      const leaderEpoch = reader.int32();
      const replicas = reader.array(() => reader.int32());
      const inSync = reader.array(() => reader.int32());
      reader.array(() => reader.int32());
      return { topic, partition, leader, leaderEpoch, replicas, inSync };
    });
    return { topic, internal, partitions: partitions.sort((a, b) => a.partition - b.partition) };
  });
  const ours = topics.filter(({ internal }) => !internal).sort((a, b) => (a.topic < b.topic ? -1 : 1));
  return {
    brokers: brokers.sort((a, b) => a - b),
    topics: ours.map(({ topic }) => topic),
    partitions: ours.flatMap(({ partitions }) => partitions),
  };
}

function request<T>(name: string, api: Api, body: Writer, read: (reader: Reader) => T): Request<T> {
  const correlation = 1;
  const header = new Writer().int16(api.key).int16(api.version).int32(correlation).string("resilience-lab");
  if (api.flexible) header.noTags();
  const content = Buffer.concat([header.bytes(), body.bytes()]);
  return {
    name,
    bytes: Buffer.concat([new Writer().int32(content.length).bytes(), content]),
    read(answer) {
      const reader = new Reader(answer);
      const answered = reader.int32();
      if (answered !== correlation)
        throw new RangeError(`${name} was answered with number ${answered}, not ${correlation}`);
      if (api.flexible) reader.skipTags();
      return read(reader);
    },
  };
}

function refuseError(what: string, code: number): void {
  if (code !== 0) throw new KafkaErrorCode(what, code);
}
