// Many clients in one program: node --experimental-websocket herd.mjs CLIENT HUB TOKEN COUNT
// Says "open" when all are connected. When they have lost their connections and have made them again, it says how many
// handshakes the busiest second saw: the attempts, and those that were answered; how many were answered, after how long the last one was,
// and how long the slowest of them took.
const [client, hub, token, count] = process.argv.slice(2);
const { connect } = await import(client);

const attempts = [];
const answered = [];
let slowest = 0;

class Counted extends WebSocket {
  constructor(...args) {
    super(...args);
    const begun = Date.now();
    attempts.push(begun);
    this.addEventListener('open', () => {
      answered.push(Date.now());
      slowest = Math.max(slowest, Date.now() - begun);
    });
  }
}

const clients = [];

async function all(state) {
  while (clients.some(each => each.state !== state)) {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

function busiestSecond(times) {
  let first = 0;
  return times.reduce((most, time, i) => {
    while (times[first] <= time - 1000) {
      first++;
    }
    return Math.max(most, i - first + 1);
  }, 0);
}

for (let i = 0; i < Number(count); i++) {
  clients.push(connect(hub, { token: () => token, WebSocket: Counted }));
  if (i % 50 === 49) {
    await all('open');
  }
}
attempts.length = answered.length = slowest = 0;
const lost = new Promise(resolve => clients[0].on('state', resolve));
console.log('open');
await lost;
const lostAt = Date.now();
await all('open');
console.log(`${busiestSecond(attempts)} ${busiestSecond(answered)} ${answered.length} ${Math.max(...answered) - lostAt} ${slowest}`);
clients.forEach(each => each.close());
