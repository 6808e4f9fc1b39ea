// A channel as a store: what it has received lately, for anything that draws it. Types: store.d.ts.

// Not more often than a screen is drawn, however many events come.
const FRAME = 16;

// By channel and filter: all of its stores hear the same. One that nobody is subscribed to goes on hearing for as long as another one keeps the
// channel, which would not begin again for the first when somebody comes back to it. It is held weakly: whoever forgets a store needs no farewell.
const FEEDS = new WeakMap();

function feedOf(channel, filter) {
  const feeds = FEEDS.get(channel) ?? new Map();
  FEEDS.set(channel, feeds);
  const key = JSON.stringify(filter);
  const feed = feeds.get(key) ?? { awake: new Set(), asleep: new Set(), offs: [], position: undefined, heard: undefined };
  feeds.set(key, feed);
  return feed;
}

function tell({ awake, asleep }, what, value) {
  awake.forEach(store => store[what](value));
  asleep.forEach(ref => {
    const store = ref.deref();
    store ? store[what](value) : asleep.delete(ref);
  });
}

export function channelStore(kulkul, name, { limit = 100, event = '*', filter, since } = {}) {
  const listeners = new Set();
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
    if (listeners.size > 0) {
      timer ??= setTimeout(publish, FRAME);
    }
  }

  const hearer = {
    gap(missing) {
      gap = missing;
      changed();
    },
    event(each) {
      if (event !== '*' && event !== each.event) {
        return;
      }
      received.push(each);
      if (received.length > 2 * limit) {
        // The last one is shown even where none is listed.
        received = received.slice(-Math.max(1, limit));
      }
      changed();
    },
  };
  const ref = new WeakRef(hearer);

  function begin() {
    const feed = feedOf(kulkul.channel(name), filter);
    const again = feed.asleep.has(ref);
    const channel = kulkul.channel(name, { filter, since: (again ? feed.position : undefined) ?? since });
    if (feed.awake.size === 0) {
      // Somebody else may have kept the channel meanwhile, or a store begins that knows nothing of before.
      const missed = channel.state === 'idle' ? !again : feed.heard && feed.heard !== JSON.stringify(channel.position);
      if (missed) {
        tell(feed, 'gap', { channel: name, reason: 'unknown' });
      }
      feed.offs = [
        channel.onGap(missing => tell(feed, 'gap', missing)),
        channel.on('*', (_payload, each) => tell(feed, 'event', each)),
      ];
    }
    feed.asleep.delete(ref);
    feed.awake.add(hearer);
    offs = [kulkul.on('state', changed), channel.onState(changed), () => leave(feed, channel)];
    changed();
  }

  function leave(feed, channel) {
    feed.awake.delete(hearer);
    feed.asleep.add(ref);
    if (feed.awake.size === 0) {
      feed.position = channel.position ?? feed.position;
      feed.heard = channel.state === 'live' && JSON.stringify(channel.position);
      feed.offs.forEach(off => off());
    }
  }

  function end() {
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
