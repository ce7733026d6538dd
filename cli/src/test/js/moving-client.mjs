// Two public JavaScript clients that are sent from node to node: node moving-client.mjs URL ROUTE URL2 TOKEN1 TOKEN2
// The first, "follows", asks ROUTE before each connect and goes to URL, a proxy's, with the hint that it is given; the
// second, "ignores", always goes to URL2. Prints "NAME subscribed COUNT CLIENT RECOVERED" each time and "NAME told CODE"
// when it was sent away. Once both have got a publication with "last" it prints "NAME got all" and exits 0, or with
// what was missing and 1.
import assert from 'node:assert/strict';
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

const [url, route, url2, token1, token2] = process.argv.slice(2);

async function follow(token) {
  const answer = await fetch(route, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200);
  return new URL((await answer.json()).url).search;
}

/** With hints it asks for one before each connect, however long the answer takes. */
function member(name, address, token, hinted) {
  let hint = '';
  class Hinted extends WebSocket {
    constructor(plain, protocols) {
      super(plain + hint, protocols);
    }
  }
  const client = new Centrifuge(address, {
    token,
    websocket: Hinted,
    minReconnectDelay: 200,
    maxReconnectDelay: 2_000,
    timeout: 30_000, // the SDK's own five seconds are less than a node on busy cores may stand still
    // The SDK awaits it before it opens a socket.
    getData: hinted ? async () => { hint = await follow(token); return null; } : null,
  });
  const numbers = [];
  let subscribed = 0;
  let over = false;
  client.on('connecting', ({ code }) => {
    if (code >= 3000) {
      console.log(`${name} told ${code}`);
    }
  });
  let id = '';
  client.on('connected', (ctx) => { id = ctx.client; });
  client.on('disconnected', ({ code }) => console.log(`${name} ended ${code}`));
  const subscription = client.newSubscription('ticks:MOVE');
  subscription.on('publication', ({ data }) => {
    numbers.push(data.n);
    if (data.last) {
      over = true;
      finish();
    }
  });
  subscription.on('subscribed', (ctx) => {
    subscribed++;
    console.log(`${name} subscribed ${subscribed} ${id} ${ctx.wasRecovering === ctx.recovered}`);
  });
  subscription.subscribe();
  client.connect();
  return { name, numbers, last: () => over };
}

const members = [
  member('follows', url, token1, true),
  member('ignores', url2, token2, false),
];

function finish() {
  if (!members.every(({ last }) => last())) {
    return;
  }
  for (const { name, numbers } of members) {
    assert.deepEqual(numbers, Array.from({ length: numbers.length }, (_, i) => numbers[0] + i));
    console.log(`${name} got all`);
  }
  process.exit(0);
}
