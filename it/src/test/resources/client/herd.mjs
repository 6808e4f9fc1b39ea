// Many clients in one program: node --experimental-websocket herd.mjs CLIENT HUB TOKEN COUNT
// Says "open" when all are connected. When they have lost their connections and have made them again, it says how many
// handshakes the busiest second saw: the attempts, and those that were answered.
const [client, hub, token, count] = process.argv.slice(2);
const { connect } = await import(client);

const attempts = [];
const answered = [];

class Counted extends WebSocket {
  constructor(...args) {
    super(...args);
    attempts.push(Date.now());
    this.addEventListener('open', () => answered.push(Date.now()));
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
attempts.length = answered.length = 0;
const lost = new Promise(resolve => clients[0].on('state', resolve));
console.log('open');
await lost;
const lostAt = Date.now();
await all('open');
console.log(`${busiestSecond(attempts)} ${busiestSecond(answered)} ${answered.length} ${Math.max(...answered) - lostAt}`);
clients.forEach(each => each.close());
