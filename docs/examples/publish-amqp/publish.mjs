// Publishes events to Kulkul through the queue of an ActiveMQ Artemis broker, by AMQP 1.0.
//
//   npm ci
//   echo '{"channel":"orders:1","event":"shipped","payload":{"id":7}}' | node publish.mjs amqp://user:password@localhost:61616
//
// Each line of the standard input is an event, with the members of POST /api/events. Ends when the broker has taken all.

import { createInterface } from 'node:readline';
import rhea from 'rhea';

const QUEUE = 'kulkul.publish';

const broker = new URL(process.argv[2] ?? 'amqp://localhost:61616');
const events = [];
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') {
    events.push(line);
  }
}

const connection = rhea.connect({
  host: broker.hostname,
  port: Number(broker.port || 5672),
  username: decodeURIComponent(broker.username) || 'anonymous',
  password: decodeURIComponent(broker.password) || undefined,
  reconnect: false,
});
const sender = connection.open_sender(QUEUE);

let sent = 0;
let taken = 0;

function end() {
  if (taken === events.length) {
    console.log(`${taken} events published`);
    connection.close();
  }
}

function fail(why) {
  console.error(`${taken} of ${events.length} events published: ${why}`);
  process.exit(1);
}

sender.on('sendable', () => {
  while (sent < events.length && sender.sendable()) {
    // durable: the broker keeps it on its disk until an instance has published it.
    sender.send({ body: events[sent], durable: true });
    sent++;
  }
});
sender.on('accepted', () => {
  taken++;
  end();
});
sender.on('rejected', (context) => fail(context.delivery.remote_state.error ?? 'rejected'));
sender.on('sender_open', end);
connection.on('connection_error', (context) => fail(context.connection.error));
connection.on('disconnected', (context) => {
  if (taken < events.length) {
    fail(context.error ?? 'the broker has gone');
  }
});
