-- What each shard was asked for, by minute and status; summed up as its events are inserted.
-- Two blocks of events may well give the same sums: the window of 0 keeps the second from being taken for the first.
CREATE TABLE IF NOT EXISTS lab.traffic_local
(
    minute DateTime,
    status UInt16,
    requests UInt64,
    bytes UInt64
)
ENGINE = ReplicatedSummingMergeTree('/clickhouse/tables/{shard}/lab/traffic_local', '{replica}')
PARTITION BY toYYYYMM(minute)
ORDER BY (minute, status)
SETTINGS replicated_deduplication_window = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS lab.traffic_view TO lab.traffic_local
(
    minute DateTime,
    status UInt16,
    requests UInt64,
    bytes UInt64
) AS
SELECT
    toStartOfMinute(time) AS minute,
    status,
    count() AS requests,
    sum(bytes) AS bytes
FROM lab.events_local
GROUP BY
    minute,
    status;
