// A small client of Hawser's JSON protocol: connects, subscribes, answers pings, comes back after a
// loss with full jitter, and recovers what it missed. For the demo page; applications use an SDK.

const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;
const REPLY_TIMEOUT_MS = 5_000;
const PING_SLACK_MS = 10_000;
const TOKEN_EXPIRED = 109;

/** Wait before an attempt, in milliseconds; `failures` counts those in a row, from 0. */
export function backoffMs(failures, random = Math.random) {
  const spread = Math.min(MAX_DELAY_MS, MIN_DELAY_MS * 2 ** Math.min(failures, 16));
  return Math.min(MAX_DELAY_MS, MIN_DELAY_MS + Math.floor(random() * (spread + 1)));
}

/** Whether a client comes back after a close frame with this code. */
export function reconnects(code) {
  if (code < 3000) return code !== 1009;
  return code < 3500 || (code >= 4000 && code < 4500) || code >= 5000;
}

/** Proves by offsets that nothing is missing: counts what was skipped, repeated or lost. */
export class SequenceCheck {
  constructor() {
    this.positions = new Map();
    this.received = 0;
    this.missing = 0;
    this.repeated = 0;
    this.lostStreams = 0;
  }

  subscribed(channel, { offset, epoch, recovered }) {
    const mine = this.positions.get(channel);
    if (mine && recovered) return; // the publications that follow carry the position on
    if (mine && mine.epoch !== epoch) this.lostStreams++;
    else if (mine) this.missing += Math.max(0, offset - mine.offset);
    this.positions.set(channel, { offset, epoch });
  }

  publication(channel, offset) {
    this.received++;
    const mine = this.positions.get(channel);
    if (!mine || !offset) return;
    if (offset <= mine.offset) {
      this.repeated++;
      return;
    }
    this.missing += offset - mine.offset - 1;
    mine.offset = offset;
  }
}

/**
 * Options: `url`, `channels`, `getToken` (async, called again when a token has expired), `on`, an
 * object of callbacks: `state(name, detail)`, `connected(result)`, `subscribed(channel, result)`,
 * `publication(channel, publication)`, `unsubscribed(channel, code, reason)`. `environment` replaces
 * the browser's WebSocket, timers and randomness in tests.
 */
export class Client {
  constructor({ url, channels, getToken, on, environment = {} }) {
    this.url = url;
    this.getToken = getToken;
    this.on = on;
    this.open = environment.open ?? ((address) => new WebSocket(address));
    this.setTimer = environment.setTimer ?? ((action, ms) => setTimeout(action, ms));
    this.clearTimer = environment.clearTimer ?? ((timer) => clearTimeout(timer));
    this.random = environment.random ?? Math.random;
    this.subscriptions = new Map(channels.map((name) => [name, { recoverable: false, failures: 0 }]));
    this.token = undefined;
    this.failures = 0;
    this.lastId = 0;
    this.socket = null;
    this.timers = new Set();
  }

  /** Begins to connect. */
  async start() {
    this.on.state('connecting', '');
    try {
      this.token ??= await this.getToken();
    } catch (error) {
      this.retry(`no token: ${error.message}`);
      return;
    }
    this.connect();
  }

  connect() {
    const socket = this.open(this.url);
    this.socket = socket;
    this.connected = false;
    this.awaited = new Map();
    this.deadline = this.later(REPLY_TIMEOUT_MS, () => this.drop('no answer'));
    socket.onopen = () => this.current(socket) && this.greet();
    socket.onmessage = (event) => this.current(socket) && this.receive(event.data);
    socket.onclose = (event) => this.current(socket) && this.closed(event.code, event.reason);
  }

  current(socket) {
    return this.socket === socket;
  }

  greet() {
    const commands = [this.command('', { connect: { token: this.token, name: 'hawser-page' } })];
    for (const [channel, subscription] of this.subscriptions) {
      if (!subscription.refused) commands.push(this.subscribeCommand(channel, subscription));
    }
    this.socket.send(commands.join('\n'));
  }

  subscribeCommand(channel, subscription) {
    const { recoverable, offset, epoch } = subscription;
    return this.command(channel, {
      subscribe: recoverable ? { channel, recover: true, offset, epoch } : { channel },
    });
  }

  command(channel, body) {
    const id = ++this.lastId;
    this.awaited.set(id, channel);
    return JSON.stringify({ id, ...body });
  }

  receive(frame) {
    const socket = this.socket;
    this.heard();
    for (const line of frame.split('\n')) {
      if (line.trim() === '') continue;
      if (!this.current(socket)) return;
      this.reply(JSON.parse(line));
    }
  }

  reply(reply) {
    if (reply.id) this.answered(reply);
    else if (reply.push) this.pushed(reply.push);
    else if (this.pong) this.socket.send('{}');
  }

  answered(reply) {
    const channel = this.awaited.get(reply.id);
    this.awaited.delete(reply.id);
    if (channel === '') this.connectAnswered(reply);
    else if (channel !== undefined) this.subscribeAnswered(channel, reply);
  }

  connectAnswered({ error, connect }) {
    if (error) {
      if (error.code === TOKEN_EXPIRED) this.token = undefined;
      const again = error.temporary || error.code < 100 || error.code === TOKEN_EXPIRED;
      if (again) this.drop(error.message);
      else this.end(error.code, error.message);
      return;
    }
    this.failures = 0;
    this.connected = true;
    this.pong = connect.pong === true;
    this.pingMs = (connect.ping ?? 0) * 1000;
    this.heard();
    this.on.connected(connect);
    this.on.state('connected', '');
  }

  subscribeAnswered(channel, { error, subscribe }) {
    const subscription = this.subscriptions.get(channel);
    if (error) {
      this.lost(channel, subscription, error.code, error.message, error.temporary || error.code < 100);
      return;
    }
    const { offset = 0, epoch = '', publications = [], recovered = false } = subscribe;
    subscription.failures = 0;
    subscription.recoverable = subscribe.recoverable === true;
    this.on.subscribed(channel, {
      offset,
      epoch,
      recovered,
      wasRecovering: subscribe.was_recovering === true,
      publications: publications.length,
    });
    for (const publication of publications) this.on.publication(channel, publication);
    subscription.offset = offset;
    subscription.epoch = epoch;
  }

  pushed(push) {
    if (push.disconnect) {
      this.abandon();
      this.closed(push.disconnect.code, push.disconnect.reason);
      return;
    }
    const subscription = this.subscriptions.get(push.channel);
    if (!subscription) return;
    if (push.pub) {
      if (push.pub.offset > (subscription.offset ?? 0)) subscription.offset = push.pub.offset;
      this.on.publication(push.channel, push.pub);
    } else if (push.unsubscribe) {
      const { code, reason } = push.unsubscribe;
      this.lost(push.channel, subscription, code, reason, code >= 2500);
    }
  }

  lost(channel, subscription, code, reason, again) {
    subscription.refused = !again;
    this.on.unsubscribed(channel, code, reason, again);
    if (!again) return;
    const socket = this.socket;
    this.later(backoffMs(subscription.failures++, this.random), () => {
      if (this.current(socket) && this.connected) {
        socket.send(this.subscribeCommand(channel, subscription));
      }
    });
  }

  /** Any frame shows that the node lives; without one for long enough the connection is dropped. */
  heard() {
    if (!this.connected || !this.pingMs) return;
    this.cancel(this.deadline);
    this.deadline = this.later(this.pingMs + PING_SLACK_MS, () => this.drop('no ping'));
  }

  drop(reason) {
    this.abandon();
    this.retry(reason);
  }

  closed(code, reason) {
    if (reconnects(code)) this.retry(reason || `code ${code}`);
    else this.end(code, reason);
  }

  retry(reason) {
    this.forget();
    const delayMs = backoffMs(this.failures++, this.random);
    this.on.state('waiting', `${reason}; next try in ${(delayMs / 1000).toFixed(1)} s`);
    this.later(delayMs, () => this.start());
  }

  end(code, reason) {
    this.abandon();
    this.forget();
    this.on.state('ended', `${reason} (${code})`);
  }

  abandon() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  forget() {
    this.socket = null;
    this.connected = false;
    for (const timer of this.timers) this.clearTimer(timer);
    this.timers.clear();
  }

  later(ms, action) {
    const timer = this.setTimer(() => {
      this.timers.delete(timer);
      action();
    }, ms);
    this.timers.add(timer);
    return timer;
  }

  cancel(timer) {
    this.clearTimer(timer);
    this.timers.delete(timer);
  }
}
