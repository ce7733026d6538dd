// npm install socket.io @socket.io/redis-adapter redis; node socketio-redis.mjs PORT: one of several processes over one Redis.
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';

const publisher = createClient({ url: 'redis://127.0.0.1:6390' });
const subscriber = publisher.duplicate();
// Without a listener an error of the connection ends the process.
for (const client of [publisher, subscriber]) client.on('error', (e) => console.error(e));
await Promise.all([publisher.connect(), subscriber.connect()]);

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  adapter: createAdapter(publisher, subscriber),
});
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
http.listen(Number(process.argv[2]), '127.0.0.1', 4096);
