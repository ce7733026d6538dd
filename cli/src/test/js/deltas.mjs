// Deltas between Hawser and two implementations of the format: node deltas.mjs IN OUT
// IN has a line per pair, KIND SOURCE TARGET DELTA, the last three in base64. Each delta is applied by the
// public client's codecs (a "json" pair as the JSON string it travels in) and by the package fossil-delta;
// OUT gets a line per pair with the delta which that package makes. Exits 0 and prints "passed" if all held.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { Centrifuge as JsonClient } from 'centrifuge';
import { Centrifuge as ProtobufClient } from 'centrifuge/build/protobuf';
import * as fossil from 'fossil-delta';
import WebSocket from 'ws';

const codec = (Client) => new Client('ws://127.0.0.1:1', { websocket: WebSocket })._codec;
const json = codec(JsonClient);
const protobuf = codec(ProtobufClient);
assert.equal(json.name(), 'json');
assert.equal(protobuf.name(), 'protobuf');
const utf8 = new TextDecoder('utf-8', { fatal: true });
const bytes = (base64) => new Uint8Array(Buffer.from(base64, 'base64'));

const [input, output] = process.argv.slice(2);
const lines = readFileSync(input, 'ascii').trimEnd().split('\n');
const deltas = lines.map((line, i) => {
  const [kind, ...fields] = line.split(' ');
  const [source, target, delta] = fields.map(bytes);
  const pub = { data: delta, delta: true };
  assert.deepEqual(protobuf.applyDeltaIfNeeded(pub, source).newPrevValue, target, `pair ${i}`);
  assert.deepEqual(new Uint8Array(fossil.applyDelta(source, delta)), target, `pair ${i}`);
  if (kind === 'json') {
    const sent = JSON.parse(JSON.stringify({ data: utf8.decode(delta), delta: true }));
    const { newData, newPrevValue } = json.applyDeltaIfNeeded(sent, source);
    assert.deepEqual(newPrevValue, target, `pair ${i}`);
    assert.deepEqual(newData, JSON.parse(utf8.decode(target)), `pair ${i}`);
  }
  return Buffer.from(fossil.createDelta(source, target)).toString('base64');
});
writeFileSync(output, deltas.join('\n') + '\n');
console.log(`${lines.length} pairs passed`);
