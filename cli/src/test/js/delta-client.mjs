// Delta and tags filters with the public JavaScript client against two nodes:
// node delta-client.mjs ENCODING URL1 URL2 TOKEN API_OF_NODE_1 API_KEY
// Exits 0 and prints "passed" if everything held.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Centrifuge as JsonClient } from 'centrifuge';
import { Centrifuge as ProtobufClient } from 'centrifuge/build/protobuf';
import WebSocket from 'ws';

const [encoding, url1, url2, token, api, apiKey] = process.argv.slice(2);
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

function member(url, channel, options) {
  const client = new Client(url, { token, websocket: WebSocket, timeout: PATIENCE_MS });
  // One that it comes back from by itself; the end is told as "disconnected".
  client.on('error', (ctx) => console.error('client error', ctx));
  const subscription = client.newSubscription(channel, options);
  const seen = { values: [], offsets: [], subscribed: [] };
  subscription.on('publication', (ctx) => {
    seen.values.push(back(ctx.data));
    seen.offsets.push(ctx.offset);
    changed();
  });
  subscription.on('subscribed', (ctx) => { seen.subscribed.push(ctx); changed(); });
  subscription.subscribe();
  client.connect();
  return { client, subscription, seen };
}

// A list of ticks of which little changes, and now and then something short.
const prices = Array.from({ length: 20 }, (_, i) => ({ name: `株${i} "é" 🚀`, price: 1000 + i }));
const tick = (n) => {
  prices[n % 20].price += n;
  return n % 25 === 0 ? { n } : { n, prices: structuredClone(prices), text: 'a\nb\\' };
};

const publisher = member(url1, `delta:${encoding}`, {});
const near = member(url1, `delta:${encoding}`, { delta: 'fossil' });
const far = member(url2, `delta:${encoding}`, { delta: 'fossil' });
await Promise.all([publisher, near, far].map((m) => m.subscription.ready(PATIENCE_MS)));

const published = [];
const publish = async (count) => {
  for (let i = 0; i < count; i++) {
    const value = tick(published.length + 1);
    published.push(value);
    await publisher.subscription.publish(out(value));
  }
};

await publish(200);
await until(() => [publisher, near, far].every((m) => m.seen.values.length === 200));
for (const one of [publisher, near, far]) {
  assert.deepEqual(one.seen.values, published);
  assert.deepEqual(one.seen.offsets, published.map((_, i) => i + 1));
}
for (const one of [near, far]) {
  const stats = one.subscription.deltaStats();
  assert.equal(stats.numPublications, 200);
  assert.ok(stats.numDeltaPayloads > 150, JSON.stringify(stats));
  assert.ok(stats.compressionRatio > 0.7, JSON.stringify(stats));
}

// What is missed while away comes as a row of deltas, and what follows goes on from there.
far.client.disconnect();
await publish(60);
const before = far.subscription.deltaStats();
far.client.connect();
await until(() => far.seen.values.length === 260);
const again = far.seen.subscribed.at(-1);
assert.equal(again.wasRecovering, true);
assert.equal(again.recovered, true);
const recovered = far.subscription.deltaStats();
assert.ok(recovered.numDeltaPayloads - before.numDeltaPayloads > 40, JSON.stringify(recovered));
await publish(60);
await until(() => [publisher, near, far].every((m) => m.seen.values.length === 320));
for (const one of [publisher, near, far]) {
  assert.deepEqual(one.seen.values, published);
}
for (const one of [near, far]) {
  assert.ok(one.subscription.deltaStats().numDeltaPayloads > 230);
}

// Where a namespace does not offer deltas, publications come as always.
const plain = member(url2, 'room:plain', { delta: 'fossil' });
await plain.subscription.ready(PATIENCE_MS);
await plain.subscription.publish(out({ plain: true }));
await until(() => plain.seen.values.length === 1);
assert.deepEqual(plain.seen.values, [{ plain: true }]);
assert.equal(plain.subscription.deltaStats().numPublications, 0);

// A filter nobody allows is a bad request, and so is one that means nothing.
const codeOf = async (channel, tagsFilter) => {
  const refused = near.client.newSubscription(channel, { tagsFilter });
  refused.subscribe();
  return (await once(refused, 'unsubscribed'))[0].code;
};
assert.equal(await codeOf('room:filtered', { key: 'k', cmp: 'eq', val: '1' }), 107);
assert.equal(await codeOf('delta:bad', { key: 'k', cmp: 'like', val: '1' }), 107);

// A filter picks by the tags that the server API gives; offsets leave gaps.
const filtered = `delta:filtered-${encoding}`;
const above = { op: 'and', nodes: [
  { key: 'symbol', cmp: 'in', vals: ['A', 'B'] }, { key: 'price', cmp: 'gte', val: '100' } ] };
const picky = member(url2, filtered, { tagsFilter: above });
const twin = member(url2, filtered, { tagsFilter: structuredClone(above) });
const other = member(url2, filtered, { tagsFilter: { key: 'symbol', cmp: 'eq', val: 'C' } });
const everything = member(url2, filtered, { delta: 'fossil' });
const all = [picky, twin, other, everything];
await Promise.all(all.map((m) => m.subscription.ready(PATIENCE_MS)));
const tagged = [];
const publishTagged = async (count) => {
  for (let i = 0; i < count; i++) {
    const n = tagged.length + 1;
    const tags = { symbol: 'ABC'[n % 3], price: String((n * 37) % 200) };
    tagged.push({ n, tags });
    const answer = await fetch(api, {
      method: 'POST',
      headers: { 'X-API-Key': apiKey },
      body: JSON.stringify({ channel: filtered, data: { n, tags }, tags }),
    });
    assert.equal((await answer.json()).result.offset, n);
  }
};
const isAbove = ({ tags }) => 'AB'.includes(tags.symbol) && Number(tags.price) >= 100;
const isC = ({ tags }) => tags.symbol === 'C';
const complete = () =>
  until(() =>
    everything.seen.values.length === tagged.length &&
    picky.seen.values.length === tagged.filter(isAbove).length &&
    twin.seen.values.length === tagged.filter(isAbove).length &&
    other.seen.values.length === tagged.filter(isC).length);
await publishTagged(60);
await complete();
picky.client.disconnect();
other.client.disconnect();
await publishTagged(40);
picky.client.connect();
other.client.connect();
await complete();
await publishTagged(20);
await complete();
assert.deepEqual(everything.seen.values, tagged);
for (const one of [picky, twin]) {
  assert.deepEqual(one.seen.values, tagged.filter(isAbove));
  assert.deepEqual(one.seen.offsets, tagged.filter(isAbove).map(({ n }) => n));
}
assert.deepEqual(other.seen.values, tagged.filter(isC));
for (const one of [picky, other]) {
  assert.equal(one.seen.subscribed.at(-1).recovered, true);
  assert.equal(one.seen.subscribed.length, 2);
}

[publisher, near, far, plain, ...all].forEach((m) => m.client.disconnect());
clearTimeout(watchdog);
console.log('passed');
