-- The events as they came, on every replica of the shard that their key names.
CREATE TABLE IF NOT EXISTS lab.events_local
(
    n UInt64,
    key UInt32,
    visitor String,
    time DateTime,
    method String,
    path String,
    status UInt16,
    bytes UInt64,
    agent String
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/lab/events_local', '{replica}')
PARTITION BY toYYYYMM(time)
ORDER BY (key, time, n);
