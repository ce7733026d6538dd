// Tests of the demo page's client with a socket, timers and randomness of the test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, SequenceCheck, backoffMs, reconnects } from './client.mjs';

/** A client with everything around it in the test's hands. */
function setup({ channels = ['ticks:A'], tokens = ['t1', 't2'] } = {}) {
  const sockets = [];
  const timers = new Set();
  const events = [];
  const on = Object.fromEntries(
    ['state', 'connected', 'subscribed', 'publication', 'unsubscribed'].map((name) => [
      name,
      (...args) => events.push([name, ...args]),
    ]),
  );
  const client = new Client({
    url: 'ws://node/connection/websocket',
    channels,
    getToken: async () => tokens.shift(),
    on,
    environment: {
      open: (url) => {
        const socket = { url, sent: [], isClosed: false };
        socket.send = (text) => socket.sent.push(text);
        socket.close = () => (socket.isClosed = true);
        sockets.push(socket);
        return socket;
      },
      setTimer: (action, ms) => {
        const timer = { action, ms };
        timers.add(timer);
        return timer;
      },
      clearTimer: (timer) => timers.delete(timer),
      random: () => 0,
    },
  });
  return {
    client,
    sockets,
    timers,
    events,
    commands: (socket) => socket.sent.flatMap((text) => text.split('\n')).map((text) => JSON.parse(text)),
    say: (socket, ...replies) =>
      socket.onmessage({ data: replies.map((reply) => JSON.stringify(reply)).join('\n') }),
    of: (name) => events.filter(([event]) => event === name).map(([, ...args]) => args),
    async fire(ms) {
      const due = [...timers].filter((timer) => timer.ms === ms);
      assert.ok(due.length, `a timer of ${ms} ms among ${[...timers].map((timer) => timer.ms)}`);
      for (const timer of due) {
        timers.delete(timer);
        timer.action();
      }
      await new Promise(setImmediate);
    },
  };
}

const CONNECTED = { id: 1, connect: { client: 'c', ping: 25, pong: true, data: { node: 'n1' } } };
const SUBSCRIBED = { id: 2, subscribe: { recoverable: true, offset: 4, epoch: 'e' } };

async function connected(options) {
  const all = setup(options);
  await all.client.start();
  all.sockets[0].onopen();
  all.say(all.sockets[0], CONNECTED, SUBSCRIBED);
  return all;
}

test('the first frame holds connect and every subscription', async () => {
  const { client, sockets, commands } = setup({ channels: ['ticks:A', 'ticks:B'] });
  await client.start();
  sockets[0].onopen();
  assert.equal(sockets[0].sent.length, 1);
  assert.deepEqual(commands(sockets[0]), [
    { id: 1, connect: { token: 't1', name: 'hawser-page' } },
    { id: 2, subscribe: { channel: 'ticks:A' } },
    { id: 3, subscribe: { channel: 'ticks:B' } },
  ]);
});

test('a ping is answered', async () => {
  const { sockets, say } = await connected();
  say(sockets[0], {});
  assert.equal(sockets[0].sent.at(-1), '{}');
});

test('after a loss it comes back and recovers from the last publication', async () => {
  const { sockets, say, of, fire, commands } = await connected();
  say(sockets[0], { push: { channel: 'ticks:A', pub: { offset: 5, data: { price: 1 } } } });
  sockets[0].onclose({ code: 1006, reason: '' });
  assert.equal(of('state').at(-1)[0], 'waiting');
  await fire(500);
  sockets[1].onopen();
  assert.deepEqual(commands(sockets[1])[1].subscribe, {
    channel: 'ticks:A',
    recover: true,
    offset: 5,
    epoch: 'e',
  });
  say(
    sockets[1],
    { id: 3, connect: { client: 'd', ping: 25, data: { node: 'n3' } } },
    {
      id: 4,
      subscribe: {
        recoverable: true,
        was_recovering: true,
        recovered: true,
        offset: 7,
        epoch: 'e',
        publications: [{ offset: 6 }, { offset: 7 }],
      },
    },
  );
  assert.deepEqual(of('publication').map(([, publication]) => publication.offset), [5, 6, 7]);
  assert.equal(of('subscribed').at(-1)[1].publications, 2);
});

test('a node that goes silent is given up', async () => {
  const { sockets, fire, of } = await connected();
  await fire(35_000);
  assert.equal(sockets[0].isClosed, true);
  assert.match(of('state').at(-1)[1], /no ping/);
});

test('what an abandoned socket still says is ignored', async () => {
  const { sockets, fire, say, of } = await connected();
  await fire(35_000);
  const before = of('publication').length;
  say(sockets[0], { push: { channel: 'ticks:A', pub: { offset: 5 } } });
  sockets[0].onclose({ code: 1000, reason: '' });
  assert.equal(of('publication').length, before);
  assert.equal(of('state').filter(([name]) => name === 'waiting').length, 1);
});

test('an expired token is fetched anew, a refused one ends it', async () => {
  const { client, sockets, say, fire, commands, of } = setup();
  await client.start();
  sockets[0].onopen();
  say(sockets[0], { id: 1, error: { code: 109, message: 'token expired' } });
  await fire(500);
  sockets[1].onopen();
  assert.equal(commands(sockets[1])[0].connect.token, 't2');
  sockets[1].onclose({ code: 3500, reason: 'invalid token' });
  assert.deepEqual(of('state').at(-1), ['ended', 'invalid token (3500)']);
});

test('insufficient state is followed by a subscribe that recovers', async () => {
  const { sockets, say, fire, commands } = await connected();
  say(sockets[0], { push: { channel: 'ticks:A', unsubscribe: { code: 2500, reason: 'insufficient state' } } });
  await fire(500);
  assert.equal(commands(sockets[0]).at(-1).subscribe.recover, true);
});

test('offsets prove that nothing is missing', () => {
  const check = new SequenceCheck();
  check.subscribed('a', { offset: 4, epoch: 'e', recovered: false });
  [5, 6].forEach((offset) => check.publication('a', offset));
  check.subscribed('a', { offset: 8, epoch: 'e', recovered: true });
  [7, 8].forEach((offset) => check.publication('a', offset));
  assert.deepEqual([check.received, check.missing, check.repeated], [4, 0, 0]);
  check.publication('a', 10);
  check.publication('a', 10);
  assert.deepEqual([check.missing, check.repeated], [1, 1]);
  check.subscribed('a', { offset: 13, epoch: 'e', recovered: false });
  assert.equal(check.missing, 4);
  check.subscribed('a', { offset: 1, epoch: 'f', recovered: false });
  assert.equal(check.lostStreams, 1);
});

test('waits have full jitter within their bounds', () => {
  assert.equal(backoffMs(0, () => 0), 500);
  assert.equal(backoffMs(0, () => 0.999999), 1000);
  assert.equal(backoffMs(3, () => 0.999999), 4500);
  assert.equal(backoffMs(50, () => 0.999999), 20_000);
});

test('close codes say whether to come back', () => {
  for (const code of [1000, 1006, 3000, 3499, 4000, 4499, 5000]) assert.equal(reconnects(code), true, code);
  for (const code of [1009, 3500, 3999, 4500, 4999]) assert.equal(reconnects(code), false, code);
});
