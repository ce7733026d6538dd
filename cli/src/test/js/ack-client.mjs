// One life of a client that acknowledges, with the public JavaScript client:
// node ack-client.mjs ENCODING URL TOKEN CHANNEL COUNT ACKED HOW [DEVICE]
// Waits for COUNT publications of the channel (a server-side one if it is hawser.queue:…), acknowledges up to
// offset ACKED (0: nothing) by HOW (rpc, send), prints what it saw as one line of JSON, and vanishes.
import { Centrifuge as JsonClient } from 'centrifuge';
import { Centrifuge as ProtobufClient } from 'centrifuge/build/protobuf';
import WebSocket from 'ws';

const [encoding, url, token, channel, count, acked, how, device] = process.argv.slice(2);
const protobuf = encoding === 'protobuf';
const out = (value) => (protobuf ? new TextEncoder().encode(JSON.stringify(value)) : value);
const back = (data) => (protobuf ? JSON.parse(new TextDecoder().decode(data)) : data);

setTimeout(() => {
  console.error('not done after 80 s', JSON.stringify(seen));
  process.exit(1);
}, 80_000).unref();

const seen = { offsets: [], values: [], subscribed: null, position: null };
const client = new (protobuf ? ProtobufClient : JsonClient)(url, {
  token,
  websocket: WebSocket,
  timeout: 30_000, // the SDK's own five seconds are less than a node on busy cores may stand still
  ...(device ? { data: out({ hawser: { device } }) } : {}),
});
// From errors it comes back by itself; the end is told as "disconnected", or "unsubscribed".
client.on('error', (ctx) => console.error('client error', ctx));
client.on('disconnected', ({ code }) => {
  if (code !== 0) {
    console.error('disconnected', code);
    process.exit(1);
  }
});

let finish;
const done = new Promise((resolve) => { finish = resolve; });
const check = () => {
  if (seen.subscribed && seen.offsets.length >= Number(count)) finish();
};
const publication = (ctx) => {
  seen.offsets.push(ctx.offset);
  seen.values.push(back(ctx.data));
  check();
};
const subscribed = (ctx) => {
  seen.subscribed = { recovered: ctx.recovered, wasRecovering: ctx.wasRecovering };
  check();
};
if (channel.startsWith('hawser.queue:')) {
  client.on('publication', (ctx) => { if (ctx.channel === channel) publication(ctx); });
  client.on('subscribed', (ctx) => { if (ctx.channel === channel) subscribed(ctx); });
} else {
  const subscription = client.newSubscription(channel);
  subscription.on('publication', publication);
  subscription.on('subscribed', subscribed);
  subscription.on('error', (ctx) => console.error('subscription', ctx));
  subscription.on('unsubscribed', (ctx) => { console.error('unsubscribed', ctx); process.exit(1); });
  subscription.subscribe();
}
client.connect();
console.log('connecting');
await done;
if (Number(acked) > 0) {
  const ack = { channel, offset: Number(acked) };
  if (how === 'send') {
    await client.send(out({ 'hawser.ack': ack }));
  } else {
    seen.position = back((await client.rpc('hawser.ack', out(ack))).data);
  }
}
console.log(JSON.stringify(seen));
// Nothing is closed in good order: a client that dies does not do it either.
if (how !== 'send') process.kill(process.pid, 'SIGKILL');
client.disconnect();
