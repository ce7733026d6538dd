// Drives the public JavaScript client against two nodes: node real-client.mjs ENCODING URL1 URL2 TOKEN1 TOKEN2
// Exits 0 and prints "passed" if everything held.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Centrifuge as JsonClient } from 'centrifuge';
import { Centrifuge as ProtobufClient } from 'centrifuge/build/protobuf';
import WebSocket from 'ws';

const [encoding, url1, url2, token1, token2] = process.argv.slice(2);
const Client = encoding === 'protobuf' ? ProtobufClient : JsonClient;
const out = (value) =>
  encoding === 'protobuf' ? new TextEncoder().encode(JSON.stringify(value)) : value;
const back = (data) =>
  encoding === 'protobuf' ? JSON.parse(new TextDecoder().decode(data)) : data;

/** The SDK's own five seconds are less than a node on busy cores may stand still. */
const PATIENCE_MS = 30_000;

const watchdog = setTimeout(() => {
  console.error('not done after 150 s');
  process.exit(1);
}, 150_000);

/** Resolves when `condition` holds; checked after every event of the subscriptions. */
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

function member(url, token) {
  const client = new Client(url, { token, websocket: WebSocket, timeout: PATIENCE_MS });
  const subscription = client.newSubscription(`room:${encoding}`, { joinLeave: true });
  const seen = { values: [], offsets: [], joins: [], leaves: [], subscribed: [] };
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

const a = member(url1, token1);
await a.subscription.ready(PATIENCE_MS);
const b = member(url2, token2);
await b.subscription.ready(PATIENCE_MS);

// Publications cross the nodes, in order, with offsets and without loss.
await until(() => a.seen.joins.includes('bob'));
for (let n = 1; n <= 20; n++) {
  await a.subscription.publish(out({ n, text: 'grüße \n "ö"' }));
}
await until(() => a.seen.values.length === 20 && b.seen.values.length === 20);
assert.deepEqual(b.seen.values.map((v) => v.n), Array.from({ length: 20 }, (_, i) => i + 1));
assert.deepEqual(b.seen.offsets, Array.from({ length: 20 }, (_, i) => i + 1));
assert.equal(b.seen.values[0].text, 'grüße \n "ö"');

// Presence and history are the same from both sides. Who is at a node is seen elsewhere a moment later.
let clients = {};
while (Object.keys(clients).length !== 2) {
  clients = (await a.subscription.presence()).clients;
}
while (Object.keys((await b.subscription.presence()).clients).length !== 2);
assert.deepEqual(Object.values(clients).map((info) => info.user).sort(), ['alice', 'bob']);
assert.deepEqual(await b.subscription.presenceStats(), { numClients: 2, numUsers: 2 });
const history = await b.subscription.history({ limit: 5, reverse: true });
assert.deepEqual(history.publications.map((p) => p.offset), [20, 19, 18, 17, 16]);
assert.equal((await a.subscription.history({ limit: 0 })).offset, 20);

// What is missed while away is recovered, exactly.
b.client.disconnect();
await until(() => a.seen.leaves.includes('bob'));
for (let n = 21; n <= 50; n++) {
  await a.subscription.publish(out({ n }));
}
b.client.connect();
await until(() => b.seen.values.length === 50);
assert.deepEqual(b.seen.values.map((v) => v.n), Array.from({ length: 50 }, (_, i) => i + 1));
const again = b.seen.subscribed.at(-1);
assert.equal(again.wasRecovering, true);
assert.equal(again.recovered, true);

// Errors have the codes of the protocol.
const codeOf = (promise) => promise.then(() => 0, (error) => error.code);
assert.equal(await codeOf(a.client.rpc('nothing', out({}))), 108);
assert.equal(await codeOf(a.client.publish('nowhere:at-all', out({}))), 102);
assert.equal(await codeOf(a.client.publish('ticks:ACME', out({}))), 103);
const refused = a.client.newSubscription('$secret');
refused.subscribe();
assert.equal((await once(refused, 'unsubscribed'))[0].code, 103);

// A token that is not ours ends the connection for good.
const stranger = new Client(url1, {
  token: 'not.a.token', websocket: WebSocket, timeout: PATIENCE_MS,
});
stranger.connect();
assert.equal((await once(stranger, 'disconnected'))[0].code, 3500);

a.client.disconnect();
b.client.disconnect();
clearTimeout(watchdog);
console.log('passed');
