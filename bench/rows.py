#!/usr/bin/env python3
"""Measures the rows of docs/benchmarks.md: bench/rows.py --tools DIR ROW...

DIR holds wsload, yardstick and profiles/. Nodes are started with ./hawser of this checkout, so with
its JVM options, a fresh one for each round; Redis with the one on the PATH, without persistence.
Each row prints a line a run, then the median and the spread. Everything listens on loopback.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import resource
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "bench" / "peers"
SECRET = "bench-secret-of-32-bytes-or-more-0123456789"
YARDSTICK = 900
WORK = pathlib.Path(tempfile.mkdtemp(prefix="hawser-bench-"))
HISTORY = ["channel.history_size=100", "channel.history_ttl=60s"]
options = None


def await_(what, condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.01)


def accepts(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def process(*command, port=None, log=None, **more):
    out = open(log or os.devnull, "w")
    # A session of its own, as a service has: the kernel shares the cores between sessions first.
    p = subprocess.Popen([str(c) for c in command], stdout=out, stderr=subprocess.STDOUT, start_new_session=True, **more)
    try:
        if port:
            await_(f"{command[0]} on {port}", lambda: accepts(port) or p.poll() is not None)
            if p.poll() is not None:
                raise RuntimeError(f"{command} ended with {p.returncode}")
        yield p
    finally:
        p.terminate()
        try:
            p.wait(20)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()
        out.close()


def yardstick():
    return process(options.tools / "yardstick", YARDSTICK, 2, port=YARDSTICK)


def redis(always=False):
    """Without persistence, or with every write on the disk before it is answered."""
    kept = ("--appendonly", "yes", "--appendfsync", "always") if always else ("--appendonly", "no")
    directory = WORK / f"redis{time.monotonic_ns()}"
    directory.mkdir()
    return process("redis-server", "--port", 6390, "--save", "", *kept, "--bind", "127.0.0.1", "--dir", directory, port=6390)


@contextlib.contextmanager
def node(n=1, *settings):
    """A node of a cluster, on the ports 8n00 and 9n00."""
    base = [f"node.id=n{n}", "node.host=127.0.0.1", f"node.port=8{n}00", f"admin.port=9{n}00",
            f"agent.port=7{n}00", "client.insecure=true", "node.max_connections=20000", "grid.host=127.0.0.1", "grid.port=0",
            f"node.state_dir={WORK}/state-%i"]
    command = [ROOT / "hawser", "server"]
    for s in [*base, *settings, *options.set]:
        command += ["--set", s]
    log = WORK / f"n{n}.log"
    with process(*command, log=log) as p:
        await_(f"node n{n}: {log}", lambda: '"node.ready"' in log.read_text())
        yield p


@contextlib.contextmanager
def nodes(count, *settings, always=False):
    with contextlib.ExitStack() as stack:
        stack.enter_context(redis(always))
        over = ["broker.type=redis", "redis.uri=redis://127.0.0.1:6390", "grid.secret=bench", *settings]
        # One after the other would take minutes; all at once, they would starve each other.
        yield [stack.enter_context(node(n, *over)) for n in range(1, count + 1)]


@contextlib.contextmanager
def haproxy(count):
    """This project's haproxy.cfg before that many nodes, on port 8900, with any number of connections from one address."""
    text = (ROOT / "haproxy.cfg").read_text()
    socket_path = WORK / "haproxy.sock"
    for old, new in (("127.0.0.1:8000", "127.0.0.1:8900"), ("# stats socket /run/haproxy/hawser.sock", f"stats socket {socket_path}"),
                     ("sc0_conn_rate gt 1000 ", "sc0_conn_rate gt 1000000 "),
                     *((f"127.0.0.1:800{n} port 910{n} agent-port 910{n}", f"127.0.0.1:8{n}00 port 7{n}00 agent-port 7{n}00")
                       for n in range(1, count + 1))):
        assert old in text, old
        text = text.replace(old, new)
    config = WORK / "haproxy.cfg"
    config.write_text(text)
    with process("haproxy", "-W", "-f", config, port=8900, log=WORK / "haproxy.log") as p:
        await_("all nodes in HAProxy", lambda: all(weight(n) == says(n) > 0 for n in range(1, count + 1)))
        yield p


def weight(n):
    """What HAProxy gives a node now, percent; 0 if it is down."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(WORK / "haproxy.sock"))
        s.sendall(b"show stat nodes 4 -1\n")
        text = b"".join(iter(lambda: s.recv(65536), b"")).decode()
    columns = next(line.split(",") for line in text.splitlines() if line.startswith(f"nodes,n{n},"))
    return int(columns[18]) if columns[17].startswith("UP") else 0


def says(n):
    """What a node answers HAProxy on its agent port, percent."""
    with socket.create_connection(("127.0.0.1", 7000 + 100 * n)) as s:
        found = re.search(rb"(\d+)%", b"".join(iter(lambda: s.recv(100), b"")))
    return int(found.group(1)) if found else 0


def order(what, body="{}"):
    """To n1, at n2's admin port; returns with the answer."""
    request = urllib.request.Request(f"http://127.0.0.1:9200/admin/v1/nodes/n1/{what}", body.encode(), {"X-API-Key": SECRET})
    urllib.request.urlopen(request, timeout=10).read()


def settle(started):
    """Waits until nodes that have just been started are done with that: less than half a core, all together, for 3 s."""
    def ticks():
        fields = [pathlib.Path(f"/proc/{p.pid}/stat").read_text().rsplit(") ", 1)[1].split() for p in started]
        return sum(int(f[11]) + int(f[12]) for f in fields)

    def quiet():
        before = ticks()
        time.sleep(3)
        return (ticks() - before) / os.sysconf("SC_CLK_TCK") < 1.5
    await_("nodes at rest", quiet, 120)


def profile(name, changes=()):
    text = (options.tools / "profiles" / name).read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = WORK / f"p{len(list(WORK.glob('p*')))}.profile"
    path.write_text(text)
    return path


def plain():
    return options.tools / "profiles" / "centrifuge-json.profile"


def start_wsload(targets, prof, *arguments, pids=(), out=None):
    result = WORK / f"r{time.monotonic_ns()}.json"
    if isinstance(targets, int):
        targets = [targets]
    command = [options.tools / "wsload", "--target", ",".join(f"127.0.0.1:{t}" for t in targets),
               "--profile", prof, "--json", result]
    if pids:
        command += ["--pid", ",".join(str(p.pid) for p in pids)]
    p = subprocess.Popen([str(c) for c in [*command, *arguments]], stdout=subprocess.DEVNULL,
                         stderr=out or subprocess.DEVNULL, start_new_session=True)
    p.result = result
    return p


def to_background(load):
    """Gives it the part of the cores that nodes and Redis leave, as if it did not share a machine with them."""
    group = pathlib.Path(f"/proc/{load.pid}/autogroup")
    if group.exists():
        group.write_text("10")


def wsload(targets, prof, *arguments, pids=()):
    """Runs it; again if the kernel dropped packets."""
    for _ in range(3):
        p = start_wsload(targets, prof, *arguments, pids=pids)
        p.wait()
        r = json.loads(p.result.read_text())
        if not r["host"]["backlog_drops"]:
            break
        print("  the host dropped packets: again")
    faults = {k: r[k] for k in ("failed", "lost", "duplicated", "out_of_order", "publish_errors", "connections_lost") if r[k]}
    if faults:
        print("  FAULTS", faults, r["failed_by_reason"], r["closes_by_code"])
    return r


def metric(port, name):
    text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode()
    return sum(float(v) for v in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.M))


def settled(value, wanted, seconds=5):
    """A figure that still grows: as soon as it is what is wanted, or what it is after that time."""
    end = time.monotonic() + seconds
    while (now := value()) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    return now


def tcp_pages():
    return int(re.search(r"^TCP:.* mem (\d+)", pathlib.Path("/proc/net/sockstat").read_text(), re.M).group(1))


def token():
    made = subprocess.run([ROOT / "hawser", "token", "create", "--user", "u1", "--ttl", "1h", "--secret", SECRET],
                          capture_output=True, text=True, check=True).stdout.strip()
    return made.split()[-1]


class Figures:
    """Runs of one row, printed as they come and summed up."""

    def __init__(self, title):
        self.title, self.runs = title, {}
        print(f"== {title}", flush=True)

    def add(self, **values):
        print("  " + "  ".join(f"{k} {v:,.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in values.items()), flush=True)
        for k, v in values.items():
            self.runs.setdefault(k, []).append(v)

    def end(self):
        for k, v in self.runs.items():
            print(f"  {self.title} | {k}: {statistics.median(v):,.4g} ({min(v):,.4g} - {max(v):,.4g})", flush=True)


def fan():
    """1,000 subscribers with a window of 64, 10,000 with 16: deliveries a second; beside the yardstick."""
    small = ("--conns", 1000, "--rate", "max", "--window", 64, "--warmup", 2, "--duration", 4)
    large = ("--conns", 10000, "--rate", "max", "--window", 16, "--warmup", 2, "--duration", 4)
    for name, load in (("fan 1,000", small), ("fan 10,000", large)):
        f = Figures(name)
        with yardstick() as y:
            for _ in range(options.rounds):
                theirs = wsload(YARDSTICK, plain(), *load, pids=[y])["deliveries_per_s"]
                with node() as p:
                    ours = wsload(8100, plain(), *load, pids=[p])["deliveries_per_s"]
                f.add(hawser=ours, yardstick=theirs, ratio=ours / theirs)
        f.end()


def latency():
    """1,000 subscribers, 100 and 50 messages a second: p99 in ms; beside the yardstick."""
    for rate in (100, 50):
        load = ("--conns", 1000, "--rate", rate, "--warmup", 2, "--duration", 5)
        f = Figures(f"latency at {rate} a second, p99 in ms")
        with yardstick() as y:
            for _ in range(options.rounds):
                theirs = wsload(YARDSTICK, plain(), *load, pids=[y])["latency_us"]["p99"] / 1000
                with node() as p:
                    ours = [wsload(8100, plain(), *load, pids=[p]) for _ in range(2)]
                first, again = (r["latency_us"]["p99"] / 1000 for r in ours)
                f.add(hawser=first, again=again, yardstick=theirs, ratio=first / theirs, cpu_pct=ours[0]["server"]["cpu_window_pct"])
        f.end()


def uring():
    """With io_uring and without, in turns: 1,000 x 100 msg/s (p99 in ms) and the two loads of fan; beside the yardstick."""
    paced = ("--conns", 1000, "--rate", 100, "--warmup", 2, "--duration", 5)
    small = ("--conns", 1000, "--rate", "max", "--window", 64, "--warmup", 2, "--duration", 4)
    large = ("--conns", 10000, "--rate", "max", "--window", 16, "--warmup", 2, "--duration", 4)
    f = Figures("io_uring")

    def run(target, p):
        r = wsload(target, plain(), *paced, pids=[p])
        rest = [wsload(target, plain(), *load, pids=[p])["deliveries_per_s"] for load in (small, large)]
        return r["latency_us"]["p99"] / 1000, r["server"]["cpu_window_pct"], *rest

    with yardstick() as y:
        for _ in range(options.rounds):
            figures = {"yardstick": run(YARDSTICK, y)}
            for name, on in (("with", "true"), ("without", "false")):
                with node(1, f"server.io_uring={on}") as p:
                    figures[name] = run(8100, p)
            for name, values in figures.items():
                f.add(**{f"{name}_{k}": v for k, v in zip(("p99_ms", "cpu_pct", "small", "large"), values)})
    f.end()


def hundred():
    """1,000 connections in 100 channels, 100 publishers, 2,000 messages a second: p99 in ms."""
    f = Figures("100 channels, p99 in ms")
    for _ in range(options.rounds):
        with node() as p:
            r = wsload(8100, plain(), "--conns", 1000, "--channels", 100, "--publishers", 100, "--rate", 2000,
                       "--warmup", 2, "--duration", 8, pids=[p])
        f.add(hawser=r["latency_us"]["p99"] / 1000, lost=r["lost"])
    f.end()


def with_token(second_subscribe=False):
    changes = [('"connect":{}}\nexpect', '"connect":{"token":"' + token() + '"}}\nexpect')]
    if second_subscribe:
        changes.append(('ready = "id":2,"subscribe":{',
                        'expect = "id":2,"subscribe":{\n'
                        'send = {"id":3,"subscribe":{"channel":"${chan}-b"}}\n'
                        'ready = "id":3,"subscribe":{'))
    return profile("centrifuge-json.profile", changes)


def connect():
    """12,000 clients at once with an HS256 token and a subscribe to a channel with history: ready a second."""
    f = Figures("connect, ready a second")
    prof = with_token()
    for _ in range(options.rounds):
        with node(1, f"token.hmac_secret={SECRET}", *HISTORY) as p:
            runs = []
            for _ in range(4):
                r = wsload(8100, prof, "--conns", 12000, "--source-ips", 20, "--channels", 100, "--duration", 1, pids=[p])
                runs.append((r["ready_per_s"], r["server"]["cpu_connect_s"] / 12000 * 1e6))
                await_("connections gone", lambda: metric(9100, "hawser_connections") == 0)
                settle([p])  # their sockets are closed at a pace, which would take from the next crowd
        f.add(cold=runs[0][0], second=runs[1][0], third=runs[2][0], fourth=runs[3][0], cold_us_cpu=runs[0][1], fourth_us_cpu=runs[3][1])
    f.end()


def heap(pid):
    out = subprocess.run(["jcmd", str(pid), "GC.class_histogram"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"^Total\s+\d+\s+(\d+)", out, re.M).group(1))


def idle():
    """15,000 idle connections with a token and two channels with recovery: memory and CPU."""
    prof = with_token(second_subscribe=True)
    f = Figures("15,000 idle")
    for presence in [False] * options.rounds + [True]:
        settings = [f"token.hmac_secret={SECRET}", *HISTORY, "channel.force_recovery=true", "node.max_connections=20000"]
        settings += ["channel.presence=true"] if presence else []
        load = ("--conns", 15000, "--channels", 100, "--connect-rate", 2500, "--idle", 40)
        with node(1, *settings) as p:
            r = wsload(8100, prof, *load, pids=[p])["server"]
        # A class histogram collects: in a run of its own, or it would be in the others' CPU.
        with node(1, *settings) as p:
            wsload(8100, prof, "--conns", 100, "--duration", 1)
            await_("connections gone", lambda: metric(9100, "hawser_connections") == 0)
            before = heap(p.pid)
            w = start_wsload(8100, prof, *load[:-1], 25)
            await_("15,000 subscribed twice", lambda: metric(9100, "hawser_subscriptions") >= 30000)
            time.sleep(5)
            after = heap(p.pid)
            w.wait()
        key = "presence_" if presence else ""
        f.add(**{key + "heap": (after - before) / 15000, key + "rss": r["rss_per_conn"],
                 key + "rss_after_idle": r["rss_per_conn_after_idle"],
                 key + "cpu_pct_per_1000": r["cpu_idle_pct_per_1000"]})
    f.end()


def vanish():
    """12,000 clients are killed while 1,000 others get 10 messages a second."""
    f = Figures("12,000 vanish")
    for _ in range(options.rounds):
        with yardstick() as y:
            open_files = lambda: len(os.listdir(f"/proc/{y.pid}/fd"))
            many = start_wsload(YARDSTICK, plain(), "--conns", 12000, "--source-ips", 20, "--connect-rate", 2500, "--idle", 300)
            await_("12,000", lambda: open_files() >= 12000, 120)
            few = start_wsload(YARDSTICK, plain(), "--conns", 1000, "--rate", 10, "--warmup", 4, "--duration", 3, "--drain", 12,
                               pids=[y])
            await_("1,000 more", lambda: open_files() >= 13000)
            time.sleep(4.5)
            os.killpg(many.pid, signal.SIGKILL)
            many.wait()
            few.wait()
            theirs = json.loads(few.result.read_text())["latency_us"]["p99"] / 1000
        with node(1) as p:
            many = start_wsload(8100, plain(), "--conns", 12000, "--source-ips", 20, "--connect-rate", 2500, "--idle", 300)
            await_("12,000", lambda: metric(9100, "hawser_subscriptions") >= 12000, 120)
            with tempfile.TemporaryFile("w+") as progress:
                few = start_wsload(8100, plain(), "--conns", 1000, "--rate", 10, "--warmup", 4, "--duration", 3,
                                   "--drain", 12, "--progress", pids=[p], out=progress)
                await_("1,000 more", lambda: metric(9100, "hawser_subscriptions") >= 13000)
                delivered = metric(9100, "hawser_deliveries_total")
                await_("publishing", lambda: metric(9100, "hawser_deliveries_total") > delivered, 20)
                time.sleep(4.0)  # the warm-up: what is measured begins now
                files = len(os.listdir(f"/proc/{p.pid}/fd"))
                begun = time.monotonic()
                os.killpg(many.pid, signal.SIGKILL)
                await_("counts back", lambda: metric(9100, "hawser_subscriptions") <= 1001
                       and len(os.listdir(f"/proc/{p.pid}/fd")) <= files - 11990, 30)
                back = time.monotonic() - begun
                many.wait()
                few.wait()
            r = json.loads(few.result.read_text())
            f.add(p99_ms=r["latency_us"]["p99"] / 1000, yardstick_p99_ms=theirs, back_s=back, lost=r["lost"])
    f.end()


def slow():
    """500 of 600 subscribers stop reading 4 KiB messages at full speed; beside a run of the 100 alone."""
    f = Figures("500 of 600 stop reading")
    load = ("--size", 4096, "--rate", "max", "--window", 16, "--warmup", 1, "--duration", 6, "--allow-loss")
    for _ in range(options.rounds):
        with node(1) as p:
            alone = wsload(8100, plain(), "--conns", 100, *load, pids=[p])["deliveries_per_s"]
        with node(1) as p:
            w = start_wsload(8100, plain(), "--conns", 600, "--slow", 500, *load, pids=[p])
            most = 0
            live = set()
            while w.poll() is None:
                most = max(most, *(tcp_pages() for _ in range(10) if not time.sleep(0.01)))
                live.add(metric(9100, "hawser_node_memory_ratio"))
            r = json.loads(w.result.read_text())
            heap_max = int(re.search(r"MaxHeapSize\s*= (\d+)", subprocess.run(["jcmd", str(p.pid), "VM.flags", "-all"], capture_output=True,
                                                                             text=True, check=True).stdout).group(1))
        f.add(ratio=r["deliveries_per_s"] / alone, alone=alone, with_slow=r["deliveries_per_s"], tcp_mb=most * 4096 / 1e6,
              slow_closed=r["slow_closed_by_server"], lost=r["lost"], live_heap_mb=max(live) * heap_max / 1e6)
    f.end()


def two():
    """Two nodes over Redis, 40 channels with history, 25 subscribers each, 10 publishers a node: publishes a second."""
    f = Figures("two nodes over Redis")
    shape = ("--conns", 1000, "--channels", 40, "--publishers", 20, "--rate", "max", "--duration", 10)
    with yardstick() as y:
        for _ in range(options.rounds):
            theirs = wsload(YARDSTICK, plain(), *shape, "--window", 64, pids=[y])["publishes_per_s"]
            with nodes(2, *HISTORY) as started:
                ours = [wsload([8100, 8200], plain(), *shape, "--window", 64, pids=started) for _ in range(2)]
            f.add(hawser=ours[0]["publishes_per_s"], again=ours[1]["publishes_per_s"], yardstick=theirs,
                  lost=ours[0]["lost"] + ours[1]["lost"], errors=ours[0]["publish_errors"] + ours[1]["publish_errors"])
    f.end()


def peers():
    """The loads of `fan` on nats-server, nginx with nchan and Socket.IO (bench/peers)."""
    for name, port, more, command in (
            ("nats", 8300, (), ["nats-server", "-c", PEERS / "nats.conf"]),
            ("nchan", 8400, ("--http-publish",), ["nginx", "-p", WORK, "-c", PEERS / "nginx-nchan.conf"]),
            ("socketio", 8500, (), [*socketio(), 8500])):
        prof = options.tools / "profiles" / f"{name}.profile"
        f = Figures(name)
        for _ in range(options.rounds):
            with process(*command, port=port) as p:
                runs = [wsload(port, prof, *more, "--conns", c, "--rate", "max", "--window", w, "--warmup", 2, "--duration", 4,
                               pids=[p])["deliveries_per_s"] for c, w in ((1000, 64), (10000, 16))]
            f.add(subscribers_1000=runs[0], subscribers_10000=runs[1])
        f.end()


def socketio(*packages):
    """The command of its process, with the newest of these packages beside it; the port is its first argument."""
    directory = WORK / f"socketio{len(packages)}"
    directory.mkdir(exist_ok=True)
    (directory / "socketio.mjs").write_text((PEERS / "socketio.mjs").read_text())
    subprocess.run(["npm", "install", "--silent", "socket.io", *packages], cwd=directory, check=True)
    return ["node", directory / "socketio.mjs"]


@contextlib.contextmanager
def nats_cluster():
    with contextlib.ExitStack() as stack:
        for n in (1, 2):
            text = (PEERS / "nats-cluster.conf").read_text().replace("NODE", str(n))
            config = WORK / f"nats{n}.conf"
            config.write_text(text)
            stack.enter_context(process("nats-server", "-c", config, port=8300 + n))
        await_("a route", lambda: json.load(urllib.request.urlopen("http://127.0.0.1:8311/routez", timeout=5))["num_routes"] > 0)
        yield


@contextlib.contextmanager
def socketio_over_redis():
    command = socketio("@socket.io/redis-adapter", "redis")
    uri = "redis://127.0.0.1:6390"
    with redis(), process(*command, 8501, uri, port=8501), process(*command, 8502, uri, port=8502):
        yield


def peers_cross():
    """5,000 messages a second to 10 subscribers, all spread over two nodes: p99 in ms; beside nats-server and Socket.IO over Redis."""
    systems = (("hawser", lambda: nodes(2, *HISTORY), (8100, 8200), "centrifuge-json"), ("nats", nats_cluster, (8301, 8302), "nats"),
               ("socketio", socketio_over_redis, (8501, 8502), "socketio"))
    figures = {channels: Figures(f"two nodes, 10 subscribers, {channels} channels, half of the deliveries cross; p99, p50 in ms")
               for channels in (5, 1)}
    for _ in range(options.rounds):
        got = {channels: {"channels": channels} for channels in figures}
        for name, start, ports, prof in systems:
            prof = options.tools / "profiles" / f"{prof}.profile"
            with start():
                # At full load commands of Socket.IO's Redis client time out, which ends its processes.
                if name != "socketio":
                    warm_up(prof, ports)
                for channels, values in got.items():
                    r = wsload(ports, prof, "--conns", 10, "--channels", channels, "--publishers", 10, "--rate", 5000, "--warmup", 10,
                               "--duration", 15, "--allow-loss")
                    values |= {name: r["latency_us"]["p99"] / 1000, f"{name}_p50": r["latency_us"]["p50"] / 1000}
        for channels, values in got.items():
            figures[channels].add(**values)
    for f in figures.values():
        f.end()


def many():
    """100,000 connections on six nodes over Redis, one message each 5 s."""
    f = Figures("100,000 on 6 nodes")
    # From many addresses: with few the kernel's search for free ports takes half of both cores.
    load = ("--conns", 100000, "--connect-rate", 1250, "--source-ips", 60, "--timeout", 60, "--rate", 0.2, "--duration", 15,
            "--drain", 8)
    with yardstick() as y:
        r = wsload(YARDSTICK, plain(), *load[:1], 18000, *load[2:], pids=[y])
        f.add(yardstick_18000_seconds=r["connect_seconds"], yardstick_p99_s=r["latency_us"]["p99"] / 1e6)
    with nodes(6) as started:
        settle(started)
        r = wsload([8100 + 100 * i for i in range(6)], plain(), *load, pids=started)
        suspected = sum(log.read_text().count('"node.suspect') for log in WORK.glob("n?.log"))
        f.add(ready=r["ready"], seconds=r["connect_seconds"], p99_s=r["latency_us"]["p99"] / 1e6, max_s=r["latency_us"]["max"] / 1e6,
              rss_gb=r["server"]["rss_end"] / 1e9, lost=r["lost"], suspected=suspected)
    f.end()


def drain():
    """10,000 connections told to leave at 500 a second: all direct, then 4,000 of them through HAProxy, which come back."""
    wide = ("--connect-rate", 3000, "--rate", 0, "--idle", 50, "--warmup", 0, "--duration", 1, "--allow-loss")
    for name, direct, proxied in (("direct", 10000, 0), ("4,000 through HAProxy", 6000, 4000)):
        f = Figures(f"drain of 10,000 at 500/s, {name}")
        for _ in range(options.rounds):
            with nodes(3, f"api.key={SECRET}") as started, haproxy(3):
                settle(started)
                loads = [start_wsload([8100], plain(), "--conns", direct, *wide)]
                if proxied:
                    loads.append(start_wsload([8900], plain(), "--conns", proxied, *wide, "--reconnect", "--path",
                                              "/connection/websocket?node=n1"))
                await_("10,000 subscribers", lambda: metric(9100, "hawser_subscriptions") >= 10000)
                begin = time.monotonic()
                order("drain", '{"rate": 500}')
                await_("nobody left", lambda: metric(9100, "hawser_connections") == 0)
                seconds = time.monotonic() - begin
                back = metric(9200, "hawser_connections") + metric(9300, "hawser_connections")
                for load in loads:
                    load.wait()
                ended = [json.loads(load.result.read_text()) for load in loads]
            told = sum(r["closes_by_code"].get("3001", 0) for r in ended)
            f.add(seconds=seconds, told=told, not_told=sum(sum(r["closes_by_code"].values()) for r in ended) - told, back_elsewhere=back,
                  **({"reconnect_p99_ms": ended[1]["reconnect_us"]["p99"] / 1000} if proxied else {}))
        f.end()


def first(condition, seconds=5):
    """When it first holds."""
    await_("a change", condition, seconds)
    return time.monotonic()


def weights():
    """How long until HAProxy acts on what a node says: drained, undrained, and its load under new connections; ms."""
    f = Figures("weight acted on, ms")
    with nodes(3, f"api.key={SECRET}") as started, haproxy(3):
        settle(started)
        for _ in range(10):
            order("drain")
            answered = time.monotonic()
            drained = first(lambda: weight(1) == 0) - answered
            order("undrain")
            answered = time.monotonic()
            f.add(drained=drained * 1000, undrained=(first(lambda: weight(1) > 0) - answered) * 1000)
            await_("the whole weight", lambda: weight(1) == says(1))
        load = start_wsload([8100], plain(), "--conns", 10000, "--connect-rate", 500, "--rate", 0, "--idle", 1, "--allow-loss")
        while load.poll() is None:
            before = says(1)
            if before == weight(1):
                said = first(lambda: says(1) != before or load.poll() is not None, 30)
                new = says(1)
                f.add(load=(first(lambda: weight(1) in (new, says(1))) - said) * 1000)
    f.end()


def publishes(words):
    """Whether it is the command of one publish of the load: nodes read and agree by scripts too."""
    if words[:1] and words[0].lower() == "evalsha":
        return len(words) == 3 + 3 + 7 and "wsl-" in words[3]
    return words[:1] and words[0].lower() in ("publish", "spublish") and "wsl-" in words[1]


def script_limit():
    """How often a second Redis runs what a publish runs (the script, or PUBLISH where there is no history), alone, 64 under way."""
    watch = subprocess.Popen(["redis-cli", "-p", "6390", "monitor"], stdout=subprocess.PIPE, text=True)
    load = start_wsload([8100], plain(), "--conns", 1, "--rate", 20, "--warmup", 0, "--duration", 2)
    words = next(filter(publishes, (re.findall(r'"((?:[^"\\]|\\.)*)"', line) for line in watch.stdout if " lua] " not in line)))
    watch.kill()
    load.wait()
    # The body is binary; any other of its length costs the same.
    first = 3 + int(words[2]) if words[0].lower() == "evalsha" else 2
    words[first] = "x" * (len(re.sub(r"\\x..", "x", words[first])))
    out = subprocess.run(["redis-benchmark", "-p", "6390", "-c", "4", "-P", "64", "-n", "400000", "--csv", *words],
                         capture_output=True, text=True, check=True).stdout
    return float(out.splitlines()[-1].split('","')[1])


def warm_up(prof, ports=(8100, 8200)):
    """Half a minute of all that two nodes can do: the compiler is through with what is used most."""
    wsload(ports, prof, "--conns", 100, "--channels", 100, "--publishers", 50, "--rate", "max", "--window", 16, "--warmup", 2,
           "--duration", 30, "--allow-loss")


def publish():
    """50 publishers on one node, 100 channels with a subscriber each on another: publishes a second."""
    channel = ("channel = wsl-${pid}-${c}", "channel = bench-${c}")
    for name, settings, always in (("history", HISTORY, False), ("history, appendfsync always", HISTORY, True), ("no history", (), False)):
        f = Figures(f"publish, {name}")
        for _ in range(options.rounds):
            with nodes(2, *settings, always=always) as started:
                there = start_wsload([8200], profile("centrifuge-json.profile", [channel]), "--conns", 100, "--channels", 100,
                                     "--idle", 120, "--allow-loss")
                await_("100 subscribers", lambda: metric(9200, "hawser_subscriptions") >= 100)
                runs = [wsload([8100], profile("centrifuge-json.profile", [channel]), "--conns", 1, "--channels", 100,
                               "--publishers", 50, "--rate", "max", "--window", 32, "--window-by", "reply", "--warmup", 2,
                               "--duration", seconds, "--allow-loss", pids=started) for seconds in (6, 20, 10)]
                published = sum(r["published"] - r["publish_errors"] for r in runs)
                got = settled(lambda: metric(9200, "hawser_deliveries_total"), published)
                overrun = metric(9200, "hawser_broker_overrun_total")
                there.kill()
                there.wait()
                limit = script_limit()
            f.add(fresh=runs[0]["publishes_per_s"], hawser=runs[2]["publishes_per_s"], redis_alone=limit,
                  ratio=runs[2]["publishes_per_s"] / limit, errors=sum(r["publish_errors"] for r in runs),
                  missing=published - got, overrun=overrun)
        f.end()


def bench_latency(*arguments):
    """Where both cores are busy with nodes whose threads go first, a client that measures would measure how long it waits for a core itself,
    and with an optimizing compiler of its own, which takes half a core for its first 20 s, how long the nodes wait for that."""
    out = subprocess.run(["nice", "-n", "-15", ROOT / "hawser", "bench", "latency", "-o", "json", *map(str, arguments)], capture_output=True,
                         text=True, env={**os.environ, "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1"}).stdout
    return json.loads(out)


def wsload_across(channels):
    """Two loads, since one connects its publishers where its subscribers are: one subscribes at n2, by what it hears of the other's publishers at n1."""
    channel = ("channel = wsl-${pid}-${c}", f"channel = across-{channels}-${{c}}")
    alike = ("--channels", channels, "--publishers", 10, "--allow-loss")
    before = metric(9200, "hawser_publications_total")
    # Its own publishers say one word, by which we see that it has begun.
    there = start_wsload([8200], profile("centrifuge-json.profile", [channel]), "--conns", 10, *alike, "--rate", 0.01, "--warmup", 7, "--duration", 30)
    await_("10 subscribers", lambda: metric(9200, "hawser_publications_total") > before)
    # Its one subscriber stays out.
    away = profile("centrifuge-json.profile", [channel, ('send = {"id":2,"subscribe":{"channel":"${chan}"}}\nready = "id":2,"subscribe":{', "")])
    here = start_wsload([8100], away, "--conns", 1, *alike, "--rate", 5000, "--settle", 0, "--warmup", 0, "--duration", 40)
    there.wait()
    here.kill()
    here.wait()
    return json.loads(there.result.read_text())


def cross():
    """5,000 messages a second from one node to subscribers on another, 30 s: p99 in ms; by wsload, then in the same nodes by hawser bench."""
    at = ("--url", "ws://127.0.0.1:8200/connection/websocket", "--publish-url", "ws://127.0.0.1:8100/connection/websocket")
    figures = {channels: Figures(f"across nodes, 10 subscribers, {channels} channels, p99 in ms") for channels in (10, 1)}
    for _ in range(options.rounds):
        with nodes(2, *HISTORY):
            warm_up(plain())
            for channels, f in figures.items():
                r = wsload_across(channels)
                b = bench_latency(*at, "-c", 10, "--channels", channels, "-p", 10, "-r", 5000, "--warmup", "5s", "-d", "30s")
                f.add(p99=r["latency_us"]["p99"] / 1000, p50=r["latency_us"]["p50"] / 1000, messages=r["latency_us"]["count"], lost=r["lost"],
                      bench_p99=b["delivery_us"]["p99"] / 1000, bench_p50=b["delivery_us"]["p50"] / 1000, bench_lost=b["counts"]["lost"])
    for f in figures.values():
        f.end()


def lanes():
    """100 messages a second of high priority while low is offered at twice what is possible, 30 s: p99 in ms."""
    spaces = ["namespaces=[{name: high, options: {priority: high, allow_subscribe_for_client: true, allow_publish_for_client: true}},"
              " {name: low, options: {priority: low, allow_subscribe_for_client: true, allow_publish_for_client: true}}]"]
    low = profile("centrifuge-json.profile", [("channel = wsl-${pid}-${c}", "channel = low:${pid}-${c}")])
    f = Figures("high beside low, p99 in ms")
    flood = ("--conns", 1, "--channels", 100, "--publishers", 50, "--allow-loss")
    for _ in range(options.rounds):
        with nodes(2, *spaces):
            warm_up(low)
            before = metric(9100, "hawser_publications_total")
            most = wsload([8100], low, *flood, "--rate", "max", "--window", 32, "--window-by", "reply", "--warmup", 2, "--duration", 5)
            flooding = start_wsload([8100], low, *flood, "--rate", int(2 * most["publishes_per_s"]), "--duration", 45)
            to_background(flooding)
            await_("the flood", lambda: metric(9100, "hawser_publications_total") - before > 1.1 * most["published"])
            r = bench_latency("--url", "ws://127.0.0.1:8200/connection/websocket", "--publish-url",
                              "ws://127.0.0.1:8100/connection/websocket", "--channel", "high:a", "-c", 1, "-r", 100, "-d", "30s")
            flooding.wait()
            offered = json.loads(flooding.result.read_text())
        f.add(p99=r["delivery_us"]["p99"] / 1000, p50=r["delivery_us"]["p50"] / 1000, lost=r["counts"]["lost"],
              capacity=most["publishes_per_s"], low_sent=offered["publishes_per_s"], low_refused=offered["publish_errors"])
    f.end()


ROWS = {r.__name__: r for r in (fan, latency, uring, hundred, connect, idle, vanish, slow, two, peers, many, drain, weights, publish, cross, lanes, peers_cross)}


def main():
    global options
    lines = "\n".join(f"  {name:10} {row.__doc__}" for name, row in ROWS.items())
    parser = argparse.ArgumentParser(description=__doc__, epilog=f"rows:\n{lines}",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=pathlib.Path, required=True, help="the directory of wsload, yardstick and profiles/")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="one more setting of the nodes; repeatable")
    parser.add_argument("rows", nargs="+", choices=ROWS, metavar="ROW")
    options = parser.parse_args()
    options.tools = options.tools.resolve()
    for needed in ("wsload", "yardstick", "profiles"):
        if not (options.tools / needed).exists():
            parser.error(f"--tools {options.tools} has no {needed}: name the directory in which wsload and yardstick were built")
    # A load of 12,000 has as many files here as in the node.
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    print(f"logs: {WORK}")
    for row in options.rows:
        ROWS[row]()


if __name__ == "__main__":
    main()
