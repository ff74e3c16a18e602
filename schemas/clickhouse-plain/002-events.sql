-- A mutant's tables: each server keeps its own rows and asks nobody. The same columns as in schemas/clickhouse.
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
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (key, time, n);
