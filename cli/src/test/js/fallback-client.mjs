// Drives the public JavaScript client without WebSockets: node fallback-client.mjs TRANSPORT ENCODING URL1 EMULATION1 URL2 EMULATION2 TOKEN1 TOKEN2
// TRANSPORT is http_stream or sse. EMULATION is where the client speaks, usually another node than the one it hears.
// Exits 0 and prints "passed" if everything held.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Centrifuge as JsonClient } from 'centrifuge';
import { Centrifuge as ProtobufClient } from 'centrifuge/build/protobuf';
import { EventSource } from 'eventsource';

const [transport, encoding, url1, emulation1, url2, emulation2, token1, token2] =
  process.argv.slice(2);
const Client = encoding === 'protobuf' ? ProtobufClient : JsonClient;
const out = (value) =>
  encoding === 'protobuf' ? new TextEncoder().encode(JSON.stringify(value)) : value;
const back = (data) =>
  encoding === 'protobuf' ? JSON.parse(new TextDecoder().decode(data)) : data;
const ROUNDS = 30;

/** The SDK's own five seconds are less than a node on busy cores may stand still. */
const PATIENCE_MS = 30_000;

/** Longer than the ping interval of the nodes, and than a proxy lets streams be silent. */
const QUIET_MS = 15_000;

const watchdog = setTimeout(() => {
  console.error('not done after 150 s');
  process.exit(1);
}, 150_000);

/** Resolves when `condition` holds; checked after every event. */
const waiting = [];
const changed = () => {
  for (const wait of [...waiting]) {
    if (wait.condition()) {
      waiting.splice(waiting.indexOf(wait), 1);
      wait.resolve();
    }
  }
};
const until = (condition) =>
  new Promise((resolve) => {
    waiting.push({ condition, resolve });
    changed();
  });

function connect(url, emulationEndpoint, token) {
  return new Client([{ transport, endpoint: url }], {
    token,
    emulationEndpoint,
    eventsource: EventSource,
    timeout: PATIENCE_MS,
  });
}

function member(url, emulationEndpoint, token) {
  const client = connect(url, emulationEndpoint, token);
  const subscription = client.newSubscription('room:lobby', { joinLeave: true });
  const seen = { values: [], offsets: [], joins: [], leaves: [], subscribed: [], connected: [] };
  client.on('connected', (ctx) => { seen.connected.push(ctx); changed(); });
  subscription.on('publication', (ctx) => {
    seen.values.push(back(ctx.data));
    seen.offsets.push(ctx.offset);
    changed();
  });
  subscription.on('join', (ctx) => { seen.joins.push(ctx.info.user); changed(); });
  subscription.on('leave', (ctx) => { seen.leaves.push(ctx.info.user); changed(); });
  subscription.on('subscribed', (ctx) => { seen.subscribed.push(ctx); changed(); });
  subscription.subscribe();
  client.connect();
  return { client, subscription, seen };
}

const a = member(url1, emulation1, token1);
await a.subscription.ready(PATIENCE_MS);
const b = member(url2, emulation2, token2);
await b.subscription.ready(PATIENCE_MS);
assert.equal(a.seen.connected[0].transport, transport);

// Publications go out by emulation and come back by the stream, in the order they were made.
await until(() => a.seen.joins.includes('bob'));
a.client.startBatching();
const published = [];
for (let n = 0; n < ROUNDS / 2; n++) {
  published.push(a.subscription.publish(out({ n, text: 'grüße \n "ö"' })));
}
a.client.stopBatching();
await Promise.all(published);
for (let n = ROUNDS / 2; n < ROUNDS; n++) {
  await a.subscription.publish(out({ n }));
}
await until(() => a.seen.values.length === ROUNDS && b.seen.values.length === ROUNDS);
const expected = Array.from({ length: ROUNDS }, (_, n) => n);
assert.deepEqual(a.seen.values.map((v) => v.n), expected);
assert.deepEqual(b.seen.values.map((v) => v.n), expected);
assert.deepEqual(b.seen.offsets, a.seen.offsets);
assert.equal(b.seen.values[0].text, 'grüße \n "ö"');
assert.ok(a.seen.offsets.every((offset, i) => i === 0 || offset === a.seen.offsets[i - 1] + 1));

// What is missed while away is recovered, exactly. A closed stream is a client that has left.
b.client.disconnect();
await until(() => a.seen.leaves.includes('bob'));
for (let n = ROUNDS; n < 2 * ROUNDS; n++) {
  await a.subscription.publish(out({ n }));
}
b.client.connect();
await until(() => b.seen.values.length === 2 * ROUNDS);
assert.deepEqual(b.seen.values.map((v) => v.n), Array.from({ length: 2 * ROUNDS }, (_, n) => n));
assert.equal(b.seen.subscribed.at(-1).recovered, true);

// Pings come and pongs go: nobody reconnects meanwhile.
await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
assert.equal(a.seen.connected.length, 1);
assert.equal(b.seen.connected.length, 2);

// Errors and the ends of connections have the codes of the protocol.
const codeOf = (promise) => promise.then(() => 0, (error) => error.code);
assert.equal(await codeOf(a.client.rpc('nothing', out({}))), 108);
const stranger = connect(url1, emulation1, 'not.a.token');
stranger.connect();
assert.equal((await once(stranger, 'disconnected'))[0].code, 3500);

a.client.disconnect();
b.client.disconnect();
clearTimeout(watchdog);
console.log('passed');
