"""The training job: what a driver and an executor load for streams between Kafka, Delta tables and an S3 store."""

import os
import signal
import sys

from pyspark.sql import SparkSession

folder, worker = sys.argv[1], int(sys.argv[2])
spark = (
    SparkSession.builder.appName("train")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.sql.shuffle.partitions", "2")
    .getOrCreate()
)
first, second = f"file://{folder}/first", f"file://{folder}/second"
spark.range(1000).selectExpr("id", "id % 7 as k", "cast(id as string) as v").write.format("delta").save(first)
for _ in range(2):
    stream = spark.readStream.format("delta").load(first)
    stream.writeStream.format("delta").option("checkpointLocation", f"file://{folder}/checkpoint").trigger(
        availableNow=True
    ).start(second).awaitTermination()
    spark.range(10).selectExpr("id", "id % 7 as k", "'again' as v").write.format("delta").mode("append").save(first)
found = spark.read.format("delta").load(second).groupBy("k").agg({"id": "count"}).orderBy("k").collect()
assert sum(row["count(id)"] for row in found) == 1010, found

# Neither asks a server for anything; both load what they would talk to one with.
jvm = spark._jvm
hadoop = spark._jsc.hadoopConfiguration()
for name, value in {"endpoint": "http://127.0.0.1:1", "access.key": "train", "secret.key": "train"}.items():
    hadoop.set(f"fs.s3a.{name}", value)
hadoop.set("fs.s3a.endpoint.region", "us-east-1")
jvm.org.apache.hadoop.fs.FileSystem.get(jvm.java.net.URI.create("s3a://train/"), hadoop).close()
settings = jvm.java.util.HashMap()
settings.put("bootstrap.servers", "127.0.0.1:1")
for side in ("key", "value"):
    settings.put(f"{side}.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer")
jvm.org.apache.kafka.clients.consumer.KafkaConsumer(settings).close()
jvm.java.lang.Class.forName(
    "org.apache.spark.sql.kafka010.KafkaSourceProvider",
    True,
    jvm.java.lang.Thread.currentThread().getContextClassLoader(),
)
os.kill(worker, signal.SIGSTOP)
spark.stop()
