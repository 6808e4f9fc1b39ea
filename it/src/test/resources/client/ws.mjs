// A program that has the package ws as its WebSocket: node ws.mjs HUB TOKEN
// Says as JSON what it received although its connection was lost, and how a handshake of a foreign origin was answered.
import { connect } from '@kulkul/client';
import WebSocket from 'ws';

const [hub, token] = process.argv.slice(2);

async function until(condition) {
  while (!condition()) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

let socket;
class Known extends WebSocket {
  constructor(...args) {
    super(...args);
    socket = this;
  }
}
class Foreign extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { origin: 'https://elsewhere.example.org' });
  }
}

const publisher = connect(hub, { WebSocket, token }).channel('node-lost:1');
const kulkul = connect(hub, { WebSocket: Known, token, backoff: { first: 100 } });
const channel = kulkul.channel('node-lost:1');
const received = [];
const states = [];
channel.on('*', payload => received.push(payload));
await until(() => channel.state === 'live');
await publisher.publish('note', 1);
await until(() => received.length === 1);

kulkul.on('state', ({ state }) => states.push(state));
socket.terminate();
await publisher.publish('note', 2);
await until(() => received.includes(2) && kulkul.state === 'open');
await publisher.publish('note', 3);
await until(() => received.includes(3));

const foreign = connect(hub, { WebSocket: Foreign, token });
await until(() => foreign.state === 'closed');
console.log(JSON.stringify({ received, states, foreign: foreign.status.reason.status }));
process.exit();
