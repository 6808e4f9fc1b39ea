import { afterEach, beforeEach } from 'node:test';
import { connect } from '../kulkul.js';
import { releaseClock, settle, stopClock } from './clock.js';
import { FakeHub } from './fake-hub.js';

/** A hub, a stopped clock and the clients of one test; all are gone after it. */
export function scene() {
  const it = { clients: [] };
  beforeEach(() => {
    stopClock();
    it.hub = new FakeHub();
    it.errors = [];
    it.gaps = [];
  });
  afterEach(async () => {
    it.clients.splice(0).forEach(client => client.close());
    await settle();
    releaseClock();
  });

  /** A client of this hub, as alice unless the options say otherwise. */
  it.connect = (options = {}) => {
    const kulkul = connect('ws://hub.example.org/ws', { WebSocket: it.hub.WebSocket, token: () => it.hub.token('alice'), ...options });
    kulkul.on('error', error => it.errors.push(error));
    kulkul.on('gap', gap => it.gaps.push(gap));
    it.clients.push(kulkul);
    return kulkul;
  };

  /** A client whose connection is open. */
  it.connected = async options => {
    const kulkul = it.connect(options);
    await settle();
    return kulkul;
  };

  /** The payloads that come on a channel from now on. */
  it.listen = async (kulkul, name, options) => {
    const payloads = [];
    kulkul.channel(name, options).on('*', payload => payloads.push(payload));
    await settle();
    return payloads;
  };
  return it;
}
