// Many clients of the public JavaScript SDK in one process, watched from outside: node failover-clients.mjs PLAN
// PLAN is a JSON file: {port, url, minReconnectDelay, maxReconnectDelay, clients: [{user, token, channel}]}; a delay that
// is left out is the SDK's own. Publications are {n: 1, 2, 3 …} in each channel; the SDK takes a gap silently, so each is
// counted here. On 127.0.0.1:port: GET /state, POST /mark (events count from now on), GET /report.
// Times are milliseconds of Unix time. The process ends when it is told to (SIGTERM).
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const CONNECTS_PER_TICK = 5;
const TICK_MS = 10;
const loop = monitorEventLoopDelay({ resolution: 5 });

class Follower {
  constructor({ user, token, channel }) {
    this.user = user;
    this.channel = channel;
    this.last = 0;
    this.lost = 0;
    this.doubled = 0;
    this.unrecovered = 0;
    this.isSubscribed = false;
    this.node = '';
    this.mark();
    this.client = new Centrifuge(plan.url, {
      token,
      websocket: this.socketClass(),
      ...(plan.minReconnectDelay && { minReconnectDelay: plan.minReconnectDelay }),
      ...(plan.maxReconnectDelay && { maxReconnectDelay: plan.maxReconnectDelay }),
    });
    this.client.on('connecting', ({ code, reason }) => {
      this.isSubscribed = false;
      this.closes.push({ at: Date.now(), code, reason });
    });
    this.client.on('disconnected', ({ code, reason }) => {
      this.isSubscribed = false;
      this.ended = `${code} ${reason}`;
    });
    const subscription = this.client.newSubscription(channel);
    subscription.on('publication', ({ data }) => this.count(data.n));
    subscription.on('subscribed', ({ wasRecovering, recovered }) => {
      this.isSubscribed = true;
      this.subscribes.push(Date.now());
      if (wasRecovering && !recovered) {
        this.unrecovered++;
      }
    });
    subscription.subscribe();
  }

  /** Notes when the SDK opens a socket, and which node HAProxy gave it. */
  socketClass() {
    const follower = this;
    return class extends WebSocket {
      constructor(...given) {
        super(...given);
        follower.attempts.push(Date.now());
        this.on('upgrade', (response) => {
          follower.node = response.headers['x-hawser-node'] ?? '';
        });
      }
    };
  }

  mark() {
    this.nodeBefore = this.node;
    this.closes = [];
    this.attempts = [];
    this.subscribes = [];
  }

  count(n) {
    if (n <= this.last) {
      this.doubled++;
      return;
    }
    this.lost += n - this.last - 1;
    this.last = n;
  }

  report() {
    const { user, channel, nodeBefore, node, last, lost, doubled, unrecovered, closes, attempts, subscribes } = this;
    return {
      user, channel, nodeBefore, node, last, lost, doubled, unrecovered, closes, attempts, subscribes,
      ended: this.ended ?? '',
    };
  }
}

const followers = plan.clients.map((client) => new Follower(client));
let started = 0;
const starter = setInterval(() => {
  for (const follower of followers.slice(started, started + CONNECTS_PER_TICK)) {
    follower.client.connect();
  }
  started += CONNECTS_PER_TICK;
  if (started >= followers.length) {
    clearInterval(starter);
  }
}, TICK_MS);

/** How far the slowest client of each channel is. */
function slowest() {
  const last = {};
  for (const { channel, last: n } of followers) {
    last[channel] = Math.min(last[channel] ?? Infinity, n);
  }
  return last;
}

const answers = {
  '/state': () => ({
    subscribed: followers.filter((follower) => follower.isSubscribed).length,
    nodes: followers.map((follower) => follower.node),
    last: slowest(),
  }),
  '/mark': () => {
    followers.forEach((follower) => follower.mark());
    loop.enable();
    loop.reset();
    return {};
  },
  '/report': () => ({
    loopDelayMaxMs: loop.max / 1e6,
    loopDelayP99Ms: loop.percentile(99) / 1e6,
    clients: followers.map((follower) => follower.report()),
  }),
};

createServer((request, response) => {
  const answer = answers[request.url];
  response.statusCode = answer ? 200 : 404;
  response.end(JSON.stringify(answer ? answer() : {}));
}).listen(plan.port, '127.0.0.1');
