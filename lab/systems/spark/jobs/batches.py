"""Appends numbered batches of rows to a Delta table as it is told, and reads the table whole.

Takes orders on a port, one line of JSON each, and answers each with a line:
  {"write": 7, "first": 1400, "rows": 200, "once": true, "pauseMs": 0, "checkOff": false}  ->  {"written": 7}
  {"read": true}                                           ->  {"values": [0, 1, ...], "version": 3}
  {"sql": "SELECT count(*) AS n FROM {table}"}             ->  {"rows": [{"n": 200}]}
  anything that goes wrong                                 ->  {"error": "..."}
Before a batch's answer comes {"committed": 7}, which is for those who watch: the writer has to wait for its answer.
One connection at a time: who connects later waits. With `once`, the table itself remembers the last batch of this
application, and a batch that it has is not written again. With `checkOff`, a batch's number is noted beside the table
after its commit, as the checkpoint of a stream does, and only then is the batch written.
"""

import json
import os
import socketserver
import sys
import time

from pyspark.sql import SparkSession

port, application, table = int(sys.argv[1]), sys.argv[2], sys.argv[3]
spark = SparkSession.builder.appName(application).getOrCreate()


def write(order, say):
    rows = spark.range(order["first"], order["first"] + order["rows"]).withColumnRenamed("id", "value")
    writer = rows.write.format("delta").mode("append")
    if order["once"]:
        writer = writer.option("txnAppId", application).option("txnVersion", order["write"])
    writer.save(table)
    say({"committed": order["write"]})
    # A slow way back: the batch is in the table, and its writer does not know yet.
    time.sleep(order["pauseMs"] / 1000)
    if order.get("checkOff"):
        note = spark._jvm.org.apache.hadoop.fs.Path(f"{table}-checkpoint/{order['write']}")
        note.getFileSystem(spark._jsc.hadoopConfiguration()).create(note, True).close()
    return {"written": order["write"]}


def read(_order, _say):
    version = spark.sql(f"DESCRIBE HISTORY delta.`{table}` LIMIT 1").collect()[0]["version"]
    frame = spark.read.format("delta").option("versionAsOf", version).load(table)
    return {"values": [row["value"] for row in frame.collect()], "version": version}


def sql(order, _say):
    rows = spark.sql(order["sql"].replace("{table}", f"delta.`{table}`")).collect()
    return {"rows": [row.asDict() for row in rows]}


ACTIONS = {"write": write, "read": read, "sql": sql}


class Orders(socketserver.StreamRequestHandler):
    def handle(self):
        self.say({"ready": application})
        for line in self.rfile:
            order = json.loads(line)
            try:
                action = next(ACTIONS[name] for name in ACTIONS if name in order)
                self.say(action(order, self.say))
            except Exception as error:  # noqa: BLE001 - whatever it is, the load is told and decides
                # Without its application it can do nothing any more; who started it sees that it is gone.
                if spark.sparkContext._jsc.sc().isStopped():
                    os._exit(1)
                self.say({"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0][:300]}"})

    def say(self, answer):
        self.wfile.write(json.dumps(answer, default=str).encode() + b"\n")


class Server(socketserver.TCPServer):
    allow_reuse_address = True


# The first touch of the cluster, the store and the format takes seconds; it is no batch's.
spark.range(1).write.format("delta").mode("append").save(f"{table}-first-touch")
Server(("0.0.0.0", port), Orders).serve_forever()
