-- All shards as one table. A row goes to the shard that its key names: the remainder of the key by the number of shards.
CREATE TABLE IF NOT EXISTS lab.events
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
ENGINE = Distributed(lab, lab, events_local, ${shardingKey});
