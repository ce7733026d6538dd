// npm install socket.io; node socketio.mjs: one process, as Socket.IO is run on one node without an adapter.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
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
http.listen(8500, '127.0.0.1', 4096);
