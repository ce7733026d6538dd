import { Client, SequenceCheck } from './client.js';

const HISTORY = 60;
const LOG_ENTRIES = 100;

const sequence = new SequenceCheck();
const rows = new Map();
const recovery = { waiting: new Set(), ticks: 0, missingBefore: 0, open: false };

/** For tests in a browser. */
const demo = {
  state: 'loading',
  node: '',
  ticks: 0,
  missing: 0,
  repeated: 0,
  lostStreams: 0,
  connects: 0,
  reconnects: 0,
  recoveries: [],
  nodes: [],
};
window.hawserDemo = demo;

const byId = (id) => document.getElementById(id);

function show(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

function log(text, kind = '') {
  const entry = document.createElement('li');
  const time = document.createElement('time');
  time.textContent = new Date().toLocaleTimeString([], { hour12: false });
  entry.append(time, ' ', text);
  if (kind) entry.className = kind;
  const list = byId('log');
  list.prepend(entry);
  while (list.children.length > LOG_ENTRIES) list.lastChild.remove();
}

function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

// The state of the connection

const STATES = {
  connecting: 'Connecting',
  connected: 'Connected',
  waiting: 'Reconnecting',
  ended: 'Disconnected',
};

function stateChanged(name, detail) {
  demo.state = name;
  document.body.dataset.state = name;
  show('state', STATES[name]);
  show('detail', detail);
  if (name === 'waiting') log(`Connection lost: ${detail}`, 'bad');
  if (name === 'ended') log(`Ended by the node: ${detail}`, 'bad');
  if (name !== 'connected') show('node', '–');
}

function connected({ client, data }) {
  const before = demo.node;
  demo.node = data?.node ?? '?';
  demo.nodes.push(demo.node);
  demo.connects++;
  demo.reconnects = demo.connects - 1;
  show('node', demo.node);
  show('reconnects', String(demo.reconnects));
  const moved = before && before !== demo.node ? `, moved from ${before}` : '';
  log(`Connected to ${demo.node}${moved}`, 'good');
  byId('node').title = `connection ${client}`;
  recovery.open = demo.connects > 1;
  recovery.waiting = new Set(rows.keys());
  recovery.ticks = 0;
  recovery.missingBefore = sequence.missing;
}

function subscribed(channel, result) {
  sequence.subscribed(channel, result);
  if (result.recovered) recovery.ticks += result.publications;
  recovery.waiting.delete(channel);
  if (recovery.open && recovery.waiting.size === 0) {
    recovery.open = false;
    // After the publications of this reply, which follow at once.
    queueMicrotask(recovered);
  }
  counters();
}

function recovered() {
  const missing = sequence.missing - recovery.missingBefore;
  const text = `recovered ${plural(recovery.ticks, 'tick')}, ${missing} missing`;
  demo.recoveries.push({ ticks: recovery.ticks, missing, node: demo.node });
  show('recovery', text);
  log(`On ${demo.node}: ${text}`, missing === 0 ? 'good' : 'bad');
}

function unsubscribed(channel, code, reason, again) {
  log(`${channel}: ${reason} (${code})${again ? ', subscribing again' : ''}`, 'bad');
}

function counters() {
  demo.ticks = sequence.received;
  demo.missing = sequence.missing;
  demo.repeated = sequence.repeated;
  demo.lostStreams = sequence.lostStreams;
  show('ticks', sequence.received.toLocaleString());
  const odd = [
    sequence.repeated ? `${sequence.repeated} repeated` : '',
    sequence.lostStreams ? `${plural(sequence.lostStreams, 'stream')} lost` : '',
  ].filter(Boolean);
  show('missing', [String(sequence.missing), ...odd].join(', '));
  byId('missing').classList.toggle('bad', sequence.missing + sequence.lostStreams > 0);
}

// The table of prices

function addRow(channel) {
  const fragment = byId('row').content.cloneNode(true);
  const part = (name) => fragment.querySelector(`[data-part="${name}"]`);
  rows.set(channel, {
    element: fragment.querySelector('tr'),
    price: part('price'),
    change: part('change'),
    line: part('line'),
    offset: part('offset'),
    prices: [],
  });
  part('symbol').textContent = channel.split(':').pop();
  byId('rows').append(fragment);
}

function publication(channel, { offset = 0, data }) {
  sequence.publication(channel, offset);
  counters();
  const row = rows.get(channel);
  const price = Number(data?.price);
  if (!row || !Number.isFinite(price)) return;
  const last = row.prices.at(-1);
  row.prices.push(price);
  if (row.prices.length > HISTORY) row.prices.shift();
  row.price.textContent = price.toFixed(2);
  row.offset.textContent = `#${offset}`;
  direction(row, last === undefined ? 0 : price - last);
  row.line.setAttribute('points', sparkline(row.prices));
}

function direction(row, difference) {
  row.element.dataset.direction = difference > 0 ? 'up' : difference < 0 ? 'down' : 'same';
  const sign = difference > 0 ? '▲' : difference < 0 ? '▼' : '•';
  row.change.textContent = `${sign} ${Math.abs(difference).toFixed(2)}`;
}

/** Points of a polyline in a box of 100 by 24. */
function sparkline(prices) {
  const low = Math.min(...prices);
  const range = Math.max(...prices) - low || 1;
  const step = 100 / (HISTORY - 1);
  return prices
    .map((price, i) => `${(i * step).toFixed(1)},${(23 - (22 * (price - low)) / range).toFixed(1)}`)
    .join(' ');
}

// The start

/** Where the page gets its token and its channels: the node that serves it. */
async function describe() {
  const response = await fetch('demo.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`demo.json: HTTP status ${response.status}`);
  return response.json();
}

async function start() {
  const given = new URLSearchParams(location.search).get('token');
  const { token, channels } = await describe();
  channels.forEach(addRow);
  let first = given ?? token;
  const getToken = async () => {
    const now = first ?? (await describe()).token;
    first = undefined;
    return now;
  };
  const url = new URL('connection/websocket', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = '';
  url.hash = '';
  const on = { state: stateChanged, connected, subscribed, publication, unsubscribed };
  new Client({ url: url.href, channels, getToken, on }).start();
}

start().catch((error) => stateChanged('ended', error.message));
