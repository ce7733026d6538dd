// npm install socket.io; node socketio.mjs PORT: one process, as Socket.IO is run on one node without an adapter.
// npm install @socket.io/redis-adapter redis; node socketio.mjs PORT REDIS: one of several over one Redis.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const [port, redis] = process.argv.slice(2);

async function over(url) {
  const { createAdapter } = await import('@socket.io/redis-adapter');
  const { createClient } = await import('redis');
  const publisher = createClient({ url });
  const subscriber = publisher.duplicate();
  // Without a listener an error of the connection ends the process.
  for (const client of [publisher, subscriber]) client.on('error', (e) => console.error(e));
  await Promise.all([publisher.connect(), subscriber.connect()]);
  return { adapter: createAdapter(publisher, subscriber) };
}

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, ...(redis && (await over(redis))) });
io.on('connection', (socket) => {
  socket.on('join', (room, ack) => {
    socket.join(room);
    ack();
  });
  socket.on('pub', (room, data, ack) => {
    io.to(room).emit('msg', data);
    if (ack) ack();
  });
});
http.listen(Number(port), '127.0.0.1', 4096);
