// Publishes each line of the standard input to a channel, and prints what arrives there.
//
//   npm ci
//   TOKEN=$(cat ../../../target/dev-token) node chat.mjs ws://localhost:9080/ws chat:1
//
// Ends when the input has ended and everything that was published has come back.

import { createInterface } from 'node:readline';
import { connect } from '@kulkul/client';
import WebSocket from 'ws';

const [hub, name] = process.argv.slice(2);
const kulkul = connect(hub, { WebSocket, token: process.env.TOKEN });
kulkul.on('state', ({ state, reason }) => console.error(reason ? `${state}: ${reason.message}` : state));

const chat = kulkul.channel(name);
let seen = 0;
let published = 0;
let ended = false;

function endWhenAllIsSeen() {
  if (ended && seen >= published) {
    kulkul.close();
  }
}

chat.on('line', (line, { seq, publisher }) => {
  console.log(`${publisher}: ${line}`);
  seen = seq;
  endWhenAllIsSeen();
});
for await (const line of createInterface({ input: process.stdin })) {
  ({ seq: published } = await chat.publish('line', line));
}
ended = true;
endWhenAllIsSeen();
