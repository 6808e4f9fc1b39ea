// A channel as a store: what it has received lately, for anything that draws it. Types: store.d.ts.

// Not more often than a screen is drawn, however many events come.
const FRAME = 16;

export function channelStore(kulkul, name, { limit = 100, event = '*', filter, since } = {}) {
  const listeners = new Set();
  let position = since;
  let received = [];
  let gap;
  let timer;
  let offs = [];
  let snapshot = { connection: kulkul.status, state: 'idle', error: undefined, last: undefined, events: [], gap };

  function publish() {
    timer = undefined;
    const channel = kulkul.channel(name);
    const events = limit > 0 && received.length > 0 ? [...snapshot.events, ...received].slice(-limit) : snapshot.events;
    const last = received.at(-1) ?? snapshot.last;
    received = [];
    snapshot = { connection: kulkul.status, state: channel.state, error: channel.error, last, events, gap };
    [...listeners].forEach(listener => listener(snapshot));
  }

  function changed() {
    timer ??= setTimeout(publish, FRAME);
  }

  function begin() {
    const channel = kulkul.channel(name, { filter, since: position });
    offs = [
      kulkul.on('state', changed),
      channel.onState(changed),
      channel.onGap(missing => {
        gap = missing;
        changed();
      }),
      channel.on(event, (_payload, each) => {
        received.push(each);
        if (received.length > 2 * limit) {
          // The last one is shown even where none is listed.
          received = received.slice(-Math.max(1, limit));
        }
        changed();
      }),
    ];
    changed();
  }

  function end() {
    position = kulkul.channel(name).position ?? position;
    offs.forEach(off => off());
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    getSnapshot: () => snapshot,
    subscribe(listener) {
      // Its own entry, so that the same function may listen twice.
      const entry = value => listener(value);
      listeners.add(entry);
      if (listeners.size === 1) {
        begin();
      }
      listener(snapshot);
      return () => {
        if (listeners.delete(entry) && listeners.size === 0) {
          end();
        }
      };
    },
  };
}
